"""The door of the web server: `gunicorn sofi.wsgi`."""

import os

import django
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sofi.settings")


class Requete(WSGIRequest):
    """A request whose charset may be absurd: « hex » or « idna » fail before any middleware is called."""

    is_unreadable = False

    def _set_content_type_params(self, meta):
        try:
            super()._set_content_type_params(meta)
        except (LookupError, ValueError, SuspiciousOperation):
            self.is_unreadable = True
            self._encoding = None


class Application(WSGIHandler):
    """Django's own, which answers 400 to such a request (sofi.middleware.refuse_unreadable)."""

    request_class = Requete


django.setup(set_prefix=False)
application = Application()
