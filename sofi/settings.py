"""Django's settings, from the configuration read in the environment (README.md § Settings)."""

import dj_database_url
from csp.constants import NONE, SELF

from sofi.configuration import BASE_DIR, read_or_exit
from sofi.localpg import LocalPostgres

CONFIGURATION = read_or_exit()
IS_PRODUCTION = CONFIGURATION.is_production
CARIF = CONFIGURATION.carif
EDITEUR = CONFIGURATION.editeur
SOFI_REFERENCE = CONFIGURATION.reference
SOFI_REGISTRE_URL = CONFIGURATION.registre_url
SOFI_URL = CONFIGURATION.url
SOFI_ENCRYPTION_KEYS = CONFIGURATION.encryption_keys

SECRET_KEY = CONFIGURATION.secret_key
DEBUG = CONFIGURATION.debug
ALLOWED_HOSTS = CONFIGURATION.allowed_hosts

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "sofi",
    "accounts",
    "catalogue",
    "crispy_forms",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "sofi.middleware.isolate",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sofi.middleware.refuse_unreadable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sofi.middleware.inert_files",
    "sofi.ouverture.forget_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions_middleware.SessionsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.organisme_courant",
    "accounts.facteur.exigence.SecondFacteurMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "sofi.urls"
WSGI_APPLICATION = "sofi.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sofi.context.carif",
                "sofi.context.demonstration",
                "sofi.navigation.navigation",
            ],
            "builtins": ["sofi.templatetags.gabarits", "sofi.templatetags.typographie"],
        },
    },
    # For what a page repeats dozens of times: fields, results (sofi.gabarits).
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "OPTIONS": {"environment": "sofi.gabarits.environment"},
    },
]
FORM_RENDERER = "django.forms.renderers.Jinja2"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "sofi"

# Database: PostgreSQL only, the embedded one when none is given.
LOCAL_POSTGRES = BASE_DIR / "var" / "pg"
if CONFIGURATION.database_url:
    DATABASES = {"default": dj_database_url.parse(CONFIGURATION.database_url)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "sofi.pgembedded",
            "NAME": "sofi",
            "USER": LocalPostgres.user,
            "HOST": str(LocalPostgres(LOCAL_POSTGRES).socket_dir),
            "PORT": str(LocalPostgres.port),
        }
    }
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who may come in
AUTH_USER_MODEL = "accounts.User"
# How many proxies of ours stand in front: each adds one address to X-Forwarded-For (sofi.origine).
TRUSTED_PROXIES = CONFIGURATION.proxies
SECOND_FACTEUR = CONFIGURATION.second_facteur
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2Borne",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.mots_de_passe.LongueurValidator"},
    {"NAME": "accounts.mots_de_passe.DevinableValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

# Browsers' sessions (accounts.sessions), in seconds: without a request, and in all. The cookie lives until
# the browser is closed and outlives them, so that whoever comes back too late is told why.
SESSION_ENGINE = "accounts.sessions"
SESSION_INACTIVITE, SESSION_DUREE = 2 * 3600, 24 * 3600
SESSION_INACTIVITE_PERSONNEL, SESSION_DUREE_PERSONNEL = 30 * 60, 12 * 3600
SESSION_COOKIE_AGE = 2 * 3600  # visitors: a link received by mail, a second factor not given yet
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Language and time
LANGUAGE_CODE = "fr-fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Static files: straight from their folders in the demo, gathered, compressed and hashed in production.
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if IS_PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Mail
EMAIL = CONFIGURATION.email
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL.sender
EMAIL_SUBJECT_PREFIX = "[SOFI] "
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
# Without a mail server (never in production) mail is kept there, and read in the browser.
COURRIELS_GARDES = not EMAIL.host
if EMAIL.host:
    EMAIL_HOST = EMAIL.host
    EMAIL_PORT = EMAIL.port
    EMAIL_HOST_USER = EMAIL.user
    EMAIL_HOST_PASSWORD = EMAIL.password
    EMAIL_USE_TLS = EMAIL.security == "starttls"
    EMAIL_USE_SSL = EMAIL.security == "tls"
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "sofi.courriels.boite.BoiteDemo"

# The partners' feeds (`export_lheo`): where they are, and from which percentage of sessions lost or changed
# at once a new one is held.
FLUX_DIR = CONFIGURATION.flux
FLUX_SEUIL = CONFIGURATION.flux_seuil

# The read API, and the licence of what anybody may read.
API_QUOTA_ANONYME = 600  # requests per hour and network; a partner's key has its own quota
LICENCE = ("Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "catalogue.api.erreurs.answer_problem",
    "DEFAULT_SCHEMA_CLASS": "catalogue.api.description.Schema",
    "URL_FORMAT_OVERRIDE": None,  # JSON, and only JSON
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"API de l’offre de formation – {CARIF.nom_court}",
    "DESCRIPTION": "Lecture de l’offre de formation en ligne. Documentation\u00a0: /api/",
    "VERSION": "1",
    "LICENSE": {"name": LICENCE[0], "url": LICENCE[1]},
    "CONTACT": {"name": CARIF.nom, "email": CARIF.courriel},
    "SERVERS": [{"url": SOFI_URL}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    "SORT_OPERATION_PARAMETERS": False,
}

# Jobs: kept in the same database, done by `manage.py procrastinate worker`. A mail server that is slow to
# answer holds one of them, not all.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4, "shutdown_graceful_timeout": 20}

# Warnings and errors go to stderr, in production too: whoever runs the process keeps them.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"sobriete": {"()": "sofi.traces.Sobriete"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "level": "WARNING",
            "formatter": "line",
            "filters": ["sobriete"],
        },
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"]},
    "loggers": {
        "django": {"level": "INFO"},
        # Robots that call the site by its number: refused with a 400, and not worth a traceback each.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}

# What browsers are told. Nothing is inline and nothing comes from elsewhere; Bootstrap's own style
# sheet draws its arrows and ticks with `data:` images.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sofi.views.csrf_failure"
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/"]  # asked by the load balancer from inside, over plain HTTP
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    APPAREIL_COOKIE_NAME = "__Host-sofi_appareil"
    SESSION_COOKIE_NAME = "__Host-sofi_session"
    CSRF_COOKIE_NAME = "__Host-sofi_csrf"
else:
    APPAREIL_COOKIE_NAME = "sofi_appareil"
    SESSION_COOKIE_NAME = "sofi_session"
    CSRF_COOKIE_NAME = "sofi_csrf"
