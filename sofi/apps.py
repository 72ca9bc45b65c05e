from django.apps import AppConfig


class SofiConfig(AppConfig):
    name = "sofi"
