"""Django's settings. What may differ between machines comes from `project.ops.env`."""

import django_stubs_ext
import environ
from csp.constants import NONE, SELF

from project.ops import env, logging
from project.settings_celery import *  # noqa: F403

# `ModelAdmin[Rate]` says which model an admin is of; Django 5.2 itself cannot be asked that. Made
# for production; without it each such class needs a second base that mypy alone sees.
django_stubs_ext.monkeypatch()

ROOT = env.ROOT
APPS = ("registration", "modules", "payments", "notifications")
DB_ROLES = (*env.PLATFORM_ROLES, *APPS)
DB_ROLE = env.one_of("DB_ROLE", DB_ROLES)
DEBUG = env.read("DEBUG")
HTTPS = env.read("HTTPS")
SECRET_KEY = env.secret("SECRET_KEY", 50)
ALLOWED_HOSTS = env.read("ALLOWED_HOSTS")
SITE_URL = env.site_url()

INSTALLED_APPS = [
    "project",
    "project.bus",
    "project.accounts",
    "project.imports",
    *APPS,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "project.web.middleware.request_log.RequestLog",
    "project.web.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    # Before WhiteNoise, which has no compressed files unless a build collected them.
    "project.web.compression.Compression",
    "project.web.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # After htmx's, whose mark on the request they read.
    "project.web.middleware.private_pages.PrivatePages",
    "project.web.middleware.sign_in_again.SignInAgain",
    "project.web.middleware.readable_query.ReadableQuery",
    "project.web.middleware.read_rate.ReadRate",
    "project.web.middleware.refusals.Refusals",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "project.web.navigation.context",
                "project.web.notices.context",
            ],
            "builtins": ["project.web.campus_time", "project.web.credits"],
        },
    }
]

# Time, language, people
# The campus's: what people read and type. The database's connections stay in UTC, as do the events.
TIME_ZONE = env.time_zone("CAMPUS_TIME_ZONE")
USE_TZ = True
FORMAT_MODULE_PATH = "project.formats"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [ROOT / "project" / "locale"]
LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_HTTPONLY = "Lax", True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "sign-in", "home", "home"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["project.accounts.backends.ConcurrencyLimitedBackend"]
# The first makes new hashes; older ones are upgraded when their owner signs in.
PASSWORD_HASHERS = [
    "project.accounts.hashers.Argon2idHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# PostgreSQL: the source of truth. Connections stay open and are checked before use.
DATABASE_URL = env.service_url("DATABASE_URL", "postgresql", "postgres")
# Prepared statements are planned once: planning those of a submission took longer than running
# them. A page that waits for a lock occupies one of few threads: it waits as long as the system's
# own transactions may take, then asks the reader to retry. Statements that run too long are ended
# in any case.
_SESSION = "-c plan_cache_mode=force_generic_plan"
if DB_ROLE == "web":
    _SESSION += " -c statement_timeout=15000 -c lock_timeout=1500"
elif DB_ROLE not in ("owner", "scheduler"):
    # Steps find rows by key. A plan made while a table is small in the morning would scan all of
    # it, batch after batch, when it has grown by noon. Full scans remain possible, but their
    # estimated cost would trigger JIT compilation first.
    _SESSION += " -c enable_seqscan=off -c jit=off"
DATABASES = {
    "default": {
        **environ.Env.db_url_config(DATABASE_URL),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": f"registration-day {DB_ROLE}",
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "options": _SESSION,
        },
    }
}

# Redis: for speed. One number must never evict (sessions, locks, counts, limits), the other may.
REDIS_URL = env.service_url("REDIS_URL", "redis", "rediss", "unix")
CACHE_URL = env.service_url("CACHE_URL", "redis", "rediss", "unix")
REDIS_TIMEOUT_SECONDS = 0.5
_TIMEOUTS = {
    "socket_timeout": REDIS_TIMEOUT_SECONDS,
    "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
}
CACHES = {
    "default": {
        "BACKEND": "project.web.cache.ForgivingCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": _TIMEOUTS,
    },
    "sessions": {
        "BACKEND": "project.web.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "session",
        "OPTIONS": {**_TIMEOUTS, "serializer": "project.web.cache.JsonSerializer"},
    },
}
SESSION_ENGINE = "project.accounts.sessions"
SESSION_CACHE_ALIAS = "sessions"

# Live updates: pages without an address of their own use the port on the host they came from.
LIVE_URL = env.read("LIVE_URL")
LIVE_PORT = env.positive("LIVE_PORT")

# Batch sizes and limits
MAX_SECTIONS = env.positive("MAX_SECTIONS")
DECISION_DEADLINE_SECONDS = env.positive("DECISION_DEADLINE_SECONDS")
SEAT_LOCK_SECONDS = env.positive("SEAT_LOCK_SECONDS")
BATCH_SIZE = env.positive("BATCH_SIZE")
POLL_QUIET_MS = env.positive("POLL_QUIET_MS")
POLL_BUSY_MS = env.positive("POLL_BUSY_MS")
CHAINS_IN_FLIGHT = env.positive("CHAINS_IN_FLIGHT")

# API
THROTTLE_RATES = {
    "login": env.rate("LOGIN_RATE"),
    "login_address": env.rate("LOGIN_ADDRESS_RATE"),
    "password_mail": env.rate("PASSWORD_MAIL_RATE"),
    "read": env.rate("READ_RATE"),
}
TRUST_PROXY = env.read("TRUST_PROXY")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["project.accounts.authentication.CheckedAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["project.web.throttling.ReadThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "project.web.openapi.Schema",
    "EXCEPTION_HANDLER": "project.web.errors.api.exception_handler",
    "NUM_PROXIES": 1 if TRUST_PROXY else 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": env.secret("JWT_KEY", 32),
    "ACCESS_TOKEN_LIFETIME": env.minutes(15),
    "REFRESH_TOKEN_LIFETIME": env.minutes(24 * 60),
    # Tokens say which password they came for: see `project.accounts.tokens`.
    "CHECK_REVOKE_TOKEN": True,
    "UPDATE_LAST_LOGIN": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Student module registration",
    "DESCRIPTION": "Every request is accepted in one short transaction and answered by the saga "
    "behind it. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # choices keep their own names: two fields may be called `status`
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Security headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *env.live_sources()],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE, CSRF_COOKIE_HTTPONLY = "Lax", True
CSRF_FAILURE_VIEW = "project.web.errors.api.forged"
SECURE = HTTPS and not DEBUG
if SECURE:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Files. A build that ran `collectstatic` serves hashed names; otherwise the sources are served.
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static-collected"
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not _COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Mail
EMAIL_HOST, EMAIL_PORT = env.read("EMAIL_HOST"), env.read("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.read("EMAIL_HOST_USER"), env.read("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.read("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.read("DEFAULT_FROM_EMAIL")

LOGGING = logging.configure(
    level=env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
    form=env.one_of("LOG_FORMAT", logging.FORMATS),
    role=DB_ROLE,
)
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = 10  # debug: the end of a task is worth a line
