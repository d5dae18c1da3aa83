"""Settings of Twopop. Every setting comes from the environment, has a safe default, and stands in docs/settings.md.

The default needs nothing installed: SQLite, files under TWOPOP_DATA, a broker of files, an in-memory channel layer.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, *, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in (os.environ.get(name) or default).split(",") if part.strip()]


def _secret_key(data_dir: Path) -> str:
    """The key of this installation: TWOPOP_SECRET_KEY, or one made once and kept beside the data (mode 0600)."""
    if key := os.environ.get("TWOPOP_SECRET_KEY"):
        return key
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"secret_key.{os.getpid()}")
        beside.touch(mode=0o600)
        beside.write_text(secrets.token_urlsafe(64))
        try:
            os.link(beside, path)  # fails if another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_text().strip()


DATA_DIR = Path(os.environ.get("TWOPOP_DATA", BASE_DIR / "data")).resolve()
SECRET_KEY = _secret_key(DATA_DIR)
DEBUG = _flag("TWOPOP_DEBUG", default=False)
PUBLIC_URL = os.environ.get("TWOPOP_PUBLIC_URL", "").rstrip("/")  # empty: taken from the request
# With a public URL only its host is answered (and this machine itself): links in mails are made from the host asked for.
_OWN_HOSTS = f"{urlsplit(PUBLIC_URL).hostname},localhost,127.0.0.1,[::1]" if PUBLIC_URL else "*"
ALLOWED_HOSTS = _list("TWOPOP_ALLOWED_HOSTS", _OWN_HOSTS)
CSRF_TRUSTED_ORIGINS = _list("TWOPOP_TRUSTED_ORIGINS", PUBLIC_URL)
HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's pages of security keys use it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "csp",
    "media_pipeline",
    "review",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "review.languages.LanguageMiddleware",  # knows the person: after the account
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "review.urls"
ASGI_APPLICATION = "review.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n"],  # every page speaks more than one language
        },
    }
]

# --- database -------------------------------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{DATA_DIR / 'twopop.sqlite3'}")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Kept for as long as its thread lives: it costs nobody anything, and the live sockets alone would open seven a second.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # IMMEDIATE: read-modify-write never fails with "database is locked". FULL: an acknowledged write survives power loss.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = True  # persistent connections starve under ASGI
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "review.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "review.accounts.AccountAdapter"  # no open sign-up: people come by invitation
ACCOUNT_RATE_LIMITS = {  # besides allauth's own, and counted the same way
    # Keys are what review/door_limits.py names. Whoever asks uses up their own budget first; what stands last of a kind is
    # what all strangers have together.
    "share_open": "60/m/key,600/h/key",  # browsers let in where nothing is asked for, by address
    "share_link": "30/m/key",  # tries at the doors of share links, by address
    "share_link_here": "10/5m/key",  # … at one door, by browser
    "share_link_address": "30/5m/key,100/h/key",  # … by address
    "share_link_everywhere": "2000/h/key",
    "share_name": "6/h/key,20/d/key",  # names burned into what a link shows, by address
    "share_guest_here": "20/h/key,60/d/key",  # names of guests given, changed and given up, by browser
    "share_guest": "30/m/key,300/h/key",  # … by address
    "share_code": "20/h/key",  # codes mailed, by the address that asks
    "share_code_here": "5/h/key",  # … to one recipient, by browser and by address
    "share_code_everywhere": "40/h/key",  # … to one recipient
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
EMAIL_HOST = os.environ.get("TWOPOP_EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = int(os.environ.get("TWOPOP_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("TWOPOP_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TWOPOP_EMAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and _flag("TWOPOP_EMAIL_STARTTLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("TWOPOP_EMAIL_FROM", "twopop@localhost")
DIGEST_TIME_ZONE = os.environ.get("TWOPOP_TIME_ZONE", "UTC")  # of daily mails to people who chose no other

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# A promise for every name below this one: only whoever owns the whole domain can make it.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _flag("TWOPOP_HSTS_SUBDOMAINS", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # redirecting to https is the proxy's work
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "review.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
        "review.api.authentication.GuestAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["review.api.authentication.SignedInOrGuest"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["review.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "review.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Twopop API",
    "DESCRIPTION": "Frame-accurate review. Positions are 0-based frames, rates are num/den; nothing is a float.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "MediaState": "review.api.versions.MEDIA_STATES",
        "ReportState": "review.api.checks.STATES",
        "Verdict": "review.api.checks.VERDICTS",
        "JobState": "media_pipeline.models.Job.State",
        "TestRangeName": "media_pipeline.core.checks.three_point.NAMES",
        "ComparisonState": "review.api.references.STATES",
        "ReferenceMode": "review.models.ReferenceMode",
        "ApprovalState": "review.api.approvals.STATES",
        "DeliveryBlockCode": "review.api.approvals.BLOCKS",
        "Decision": "review.api.approvals.DECISIONS",
        "MarkerKind": "review.models.MarkerKind",
        "Role": "review.models.Role",
        "UploadState": "review.models.Upload.State",
    },
}

# --- live -----------------------------------------------------------------------------------------------------------
REDIS_URL = os.environ.get("REDIS_URL", "")
# The layer waits 5 s at a time for a message, which is also the time after which redis-py 8 gives up: whoever waits is left
# time to be answered.
REDIS_LAYER = {"hosts": [{"address": REDIS_URL, "socket_timeout": 20}]}
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": REDIS_LAYER}
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

# Login limits are counted in the cache: several web processes need one that they share.
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    # Room for so many that nobody empties another one's count by asking under ever new names.
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
}

# --- jobs: the row is the truth, the broker only a doorbell -----------------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 60,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,  # whoever commits a change does not wait for a broker that is away
    }
else:
    CELERY_BROKER_URL = "folder://localhost"
    CELERY_BROKER_TRANSPORT = "media_pipeline.doorbell:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(BROKER_DIR), "polling_interval": 0.1}
    BROKER_DIR.mkdir(parents=True, exist_ok=True)
CELERY_APP = "review.celery"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody commands the worker through the broker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
JOB_LEASE_SECONDS = int(os.environ.get("TWOPOP_JOB_LEASE_SECONDS", "30"))
JOB_SWEEP_SECONDS = float(os.environ.get("TWOPOP_JOB_SWEEP_SECONDS", "2"))
JOB_BACKOFF_SECONDS = float(os.environ.get("TWOPOP_JOB_BACKOFF_SECONDS", "5"))  # doubled by each crash of a job
JOB_REAP_GRACE_SECONDS = int(os.environ.get("TWOPOP_JOB_REAP_GRACE_SECONDS", "3600"))  # superseded files stay so long
JOB_REMAKES = int(os.environ.get("TWOPOP_JOB_REMAKES", "4"))  # media made anew at a time after an update; 0: none
JOB_SLOTS = {  # how many jobs of a kind one worker runs at the same time
    "index": int(os.environ.get("TWOPOP_INDEX_JOBS", "2")),
    "watermark": int(os.environ.get("TWOPOP_WATERMARK_JOBS", "1")),
    "media": int(os.environ.get("TWOPOP_MEDIA_JOBS", "1")),
}

# --- webhooks -------------------------------------------------------------------------------------------------------
WEBHOOK_PRIVATE_ADDRESSES = _flag("TWOPOP_WEBHOOK_PRIVATE_ADDRESSES", default=False)  # allow those within the own network

# --- storage, uploads, serving --------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "media"  # originals/, derived/
UPLOAD_ROOT = DATA_DIR / "uploads"  # partial uploads; same file system as MEDIA_ROOT, so that finishing is a rename
DELETED_KEEP_DAYS = int(os.environ.get("TWOPOP_DELETED_KEEP_DAYS", "30"))  # then `manage.py remove_deleted` may have it
UPLOAD_QUOTA_BYTES = int(os.environ.get("TWOPOP_UPLOAD_QUOTA_BYTES", "0"))  # per project; 0: only the free disk limits
UPLOAD_EXPIRY_HOURS = int(os.environ.get("TWOPOP_UPLOAD_EXPIRY_HOURS", "168"))
UPLOAD_DISK_RESERVE_BYTES = int(os.environ.get("TWOPOP_UPLOAD_DISK_RESERVE_BYTES", str(2 * 1024**3)))
ATTACHMENT_MAX_BYTES = int(os.environ.get("TWOPOP_ATTACHMENT_MAX_BYTES", str(25 * 1000**2)))  # of a comment's files, each
LINK_FILES_BYTES = int(os.environ.get("TWOPOP_LINK_FILES_BYTES", str(1000**3)))  # all files that came by one share link
SERVE_MODE = os.environ.get("TWOPOP_SERVE_MODE", "app")  # app | x-accel | s3
SERVE_X_ACCEL_PREFIX = os.environ.get("TWOPOP_SERVE_X_ACCEL_PREFIX", "/protected/")
SERVE_S3: dict[str, Any] = {  # for SERVE_MODE s3: a bucket that holds the files of MEDIA_ROOT under the same names
    "endpoint": os.environ.get("TWOPOP_S3_ENDPOINT", "https://s3.amazonaws.com").rstrip("/"),
    "bucket": os.environ.get("TWOPOP_S3_BUCKET", ""),
    "region": os.environ.get("TWOPOP_S3_REGION", "us-east-1"),
    "access_key": os.environ.get("TWOPOP_S3_ACCESS_KEY", ""),
    "secret_key": os.environ.get("TWOPOP_S3_SECRET_KEY", ""),
    "prefix": os.environ.get("TWOPOP_S3_PREFIX", ""),
    "path_style": _flag("TWOPOP_S3_PATH_STYLE", default=True),
    "expires_seconds": int(os.environ.get("TWOPOP_S3_EXPIRES_SECONDS", "3600")),
}
if SERVE_MODE == "s3":  # pages follow the redirects there
    _s3 = urlsplit(SERVE_S3["endpoint"])
    _s3_host = _s3.netloc if SERVE_S3["path_style"] else f"{SERVE_S3['bucket']}.{_s3.netloc}"
    for _use in ("img-src", "media-src", "connect-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_use].append(f"{_s3.scheme}://{_s3_host}")

# --- static files, language, time -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-build"
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"  # built by Vite; manifest at .vite/manifest.json
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{12}\.[a-z0-9]+$"  # names that Vite gives: browsers keep them for good
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each by its own name; all but English have a catalogue
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TWOPOP_LOG_LEVEL", "INFO")},
}
