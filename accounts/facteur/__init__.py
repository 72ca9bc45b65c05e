"""The second factor: an application that gives codes, and ten codes on paper for the day it is lost.

`totp` and `secours` check codes, `parcours` keeps what the browser's session knows of a sign-in or a
set-up under way, `exigence` lets nobody in before the factor they owe.
"""
