"""The same seed, the same stories: whatever ran before in the process.

Hypothesis draws now and then a constant that it read in the modules loaded so far: all of them are, first.
"""

from functools import cache
from importlib import import_module
from pkgutil import walk_packages

import accounts
import catalogue
import sofi


@cache
def load_everything() -> None:
    """Load every module of the project, once a process."""
    for package in (accounts, catalogue, sofi):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
