"""The site's own settings, made faster and stricter for the tests."""

from sofi.settings import *  # noqa: F403 - all of them
from sofi.settings import BASE_DIR, DATABASES, INSTALLED_APPS, MIDDLEWARE

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Never the feeds of the demo; tests that write some have a folder of their own.
FLUX_DIR = BASE_DIR / "var" / "flux-tests"

# A view which asks the database once per row of a list raises NPlusOneError.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
