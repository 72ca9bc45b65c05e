"""The door of the web server: `gunicorn sofi.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sofi.settings")
application = get_wsgi_application()
