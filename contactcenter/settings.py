"""Every setting, all read from the environment (and `.env`), all in this one file."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from contactcenter import environment
from contactcenter.headers import content_security_policy

BASE_DIR = Path(__file__).resolve().parent.parent
ENV_FILE = os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))
if Path(ENV_FILE).is_file():
    environ.Env.read_env(ENV_FILE)
elif os.environ.get("ENV_FILE"):
    raise ImproperlyConfigured("ENV_FILE does not name a file.")

# The house -----------------------------------------------------------------------------------
DEBUG = environment.flag("DEBUG", False)
SECRET_KEY = environment.secret("SECRET_KEY")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY must be set, to at least 32 characters.")
PUBLIC_URL = environment.origin("PUBLIC_URL", "http://localhost:8000")
ALLOWED_HOSTS = environment.words(
    "ALLOWED_HOSTS", f"{urlsplit(PUBLIC_URL).hostname},localhost,127.0.0.1"
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "contactcenter.urls"
ASGI_APPLICATION = "contactcenter.asgi.application"
AUTH_USER_MODEL = "agents.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = environment.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
LANGUAGE_CODE = "en-gb"

# Vonage ----------------------------------------------------------------------------------------
VONAGE_API_URL = environment.origin("VONAGE_API_URL", "https://api.nexmo.com")
VONAGE_REST_URL = environment.origin("VONAGE_REST_URL", "https://rest.nexmo.com")
VONAGE_WS_URL = environment.origin("VONAGE_WS_URL", "https://ws-us-3.vonage.com")
VONAGE_WS_PATH = environment.text("VONAGE_WS_PATH", "/v2/rtc")
VONAGE_API_KEY = environment.text("VONAGE_API_KEY")
VONAGE_API_SECRET = environment.secret("VONAGE_API_SECRET")
VONAGE_APPLICATION_ID = environment.text("VONAGE_APPLICATION_ID")
VONAGE_PRIVATE_KEY = environment.private_key("VONAGE_PRIVATE_KEY")
VONAGE_SIGNATURE_SECRETS = [
    part.strip() for part in environment.secret("VONAGE_SIGNATURE_SECRET").split(",") if part
]
if len(VONAGE_SIGNATURE_SECRETS) > 2:
    raise ImproperlyConfigured("VONAGE_SIGNATURE_SECRET holds one secret, or two to rotate.")
if any(len(part) < 16 for part in VONAGE_SIGNATURE_SECRETS):
    raise ImproperlyConfigured("VONAGE_SIGNATURE_SECRET must have at least 16 characters.")
VONAGE_SETUPS_PER_SECOND = environment.number("VONAGE_SETUPS_PER_SECOND", 3, low=1, high=1000)
VONAGE_REQUESTS_PER_SECOND = environment.number("VONAGE_REQUESTS_PER_SECOND", 15, low=3, high=1000)
# GET webhooks are believed only where asked for: what Vonage signs of a GET is barely documented.
WEBHOOK_GET = environment.flag("WEBHOOK_GET", False)
# What an unsigned webhook is answered: 401, or 503 so that Vonage tries once more.
UNSIGNED_WEBHOOK = environment.choice("UNSIGNED_WEBHOOK", "refuse", {"refuse", "retry"})
WEBHOOK_TOLERANCE_SECONDS = environment.number("WEBHOOK_TOLERANCE_SECONDS", 300, low=30, high=3600)
WEBHOOK_MAX_BYTES = 64 * 1024
# Where a number may be that a caller types to be called back at; empty: where our own numbers are.
CALLBACK_COUNTRIES = environment.words("CALLBACK_COUNTRIES")
if not all(code.isdecimal() and len(code) <= 3 for code in CALLBACK_COUNTRIES):
    raise ImproperlyConfigured("CALLBACK_COUNTRIES must be country codes such as 44,353.")

# Storage and processes ---------------------------------------------------------------------------
DATABASE_URL = environment.secret(
    "DATABASE_URL", f"sqlite:///{BASE_DIR / 'var' / 'contactcenter.sqlite3'}"
)
REDIS_URL = environment.secret("REDIS_URL")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")
ROUTER_EMBEDDED = environment.flag("ROUTER_EMBEDDED", True)
ROUTER_SENDERS = environment.number("ROUTER_SENDERS", 4, low=1, high=32)
DEMO_PASSWORD = environment.secret("DEMO_PASSWORD", "demo-contact-centre")


def database(url: str) -> dict[str, Any]:
    """The database of this URL, with what each engine needs to be safe with many writers."""
    if url.partition(":")[0] not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")
    try:
        found: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        raise ImproperlyConfigured(
            "DATABASE_URL must be sqlite:///path or postgres://user:password@host:5432/name."
        ) from None  # the cause would repeat the password
    asked = found.get("OPTIONS", {})
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["ENGINE"] = "contactcenter.sqlite"
        found["OPTIONS"] = {
            # One writer at a time, and it says so when it begins: no deadlock on upgrade.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        # To open it is to read its whole schema and to prepare each statement anew.
        found.setdefault("CONN_MAX_AGE", None)
        # Django knows by its own engine's name alone that tests need no file.
        found["TEST"] = {"NAME": ":memory:"}
    else:
        found["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 20, "timeout": 10}}
    found["OPTIONS"] |= asked
    return found


DATABASES = {"default": database(DATABASE_URL)}

# Django ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "agents",
    "ivr",
    "calls",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "contactcenter.headers.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
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
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a queue's page names each of its agents
CONTENT_SECURITY_POLICY = content_security_policy(
    public=PUBLIC_URL, api=VONAGE_API_URL, websocket=VONAGE_WS_URL
)

STATIC_URL = "static/"
STATIC_ROOT = environment.text("STATIC_ROOT") or None  # only where static files are collected
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
# What callers have said: never served by address, only to those who may hear it.
MEDIA_ROOT = environment.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "agents.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["contactcenter.parsers.SayableJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "contactcenter.api.Pages",
    "EXCEPTION_HANDLER": "contactcenter.api.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Contact centre",
    "DESCRIPTION": "Agents, queues and calls of the contact centre.",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "AgentState": "calls.api.AGENT_STATES",
        "CallState": "calls.api.CALL_STATES",
        "CommandState": "calls.api.COMMAND_STATES",
        "ConsultState": "calls.api.CONSULTS",
        "PartyState": "calls.api.WHERE",
        "SupervisionState": "calls.api.LISTENS",
        "CallKind": "calls.api.KINDS",
        "PartyKind": "calls.api.PARTIES",
        "SuperviseMode": "calls.api.MODES",
        "SupervisionMode": "calls.api.LISTENING",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": environment.choice(
            "LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
        ),
    },
}
