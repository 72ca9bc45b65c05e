from importlib import import_module

from django.apps import AppConfig


class SofiConfig(AppConfig):
    name = "sofi"

    def ready(self):
        import_module("sofi.instants")
        import_module("sofi.legal.controles")
