"""Django's settings, derived from `dtoolkit.env`; nothing here is meant to be edited by hand."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from dtoolkit import env as _env
from dtoolkit.inference import devices as _devices
from dtoolkit.server import addresses as _addresses
from dtoolkit.server import secrets as _secrets

# Threads of a network that wait for each other by turning take the processors from those that they
# wait for. Read when torch is loaded; what a person says themselves stays.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

ENV = _env.load()
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = ENV.debug
SECRET_KEY = _secrets.secret_key(ENV.data_dir)

LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
IS_LOOPBACK = _addresses.is_loopback(ENV.host)
ALLOWED_HOSTS = [*LOOPBACK_HOSTS, *ENV.allowed_hosts]
if not IS_LOOPBACK:
    ALLOWED_HOSTS += _addresses.reached_by(ENV.host)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "django_q",
    "dtoolkit.core",
    "dtoolkit.jobs",
    "dtoolkit.server",
    "gallery",
    "embeddings",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dtoolkit.core.origins.SameOriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dtoolkit.core.access.AccountRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dtoolkit.core.errors.ErrorMiddleware",
]

ROOT_URLCONF = "dtoolkit.urls"
WSGI_APPLICATION = "dtoolkit.wsgi.application"
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
                "gallery.views.context.frame",
            ],
        },
    },
]

# The command line starts the embedded server and names it here before Django is set up.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or "postgresql://dtoolkit@127.0.0.1:1/dtoolkit",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Wrong passwords; in files, for every web process must know of them.
    "attempts": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": ENV.data_dir / "attempts",
    },
}

DEVICES = _devices.parse(ENV.devices) or _devices.detect()
QUERY_DEVICE = _devices.parse(ENV.query_device or "cpu")[0].name

# No attempt may be redelivered while it still runs: retry stays above timeout. Lost tasks are found
# sooner than `retry` by dtoolkit.jobs.services.recovery, from the ledger of chunks.
Q_CLUSTER = {
    "name": "dtoolkit",
    "cluster_name": "default",
    "workers": ENV.workers or max(1, min(8, os.cpu_count() or 1)),
    "timeout": 3600,
    "retry": 3900,
    "max_attempts": 3,
    "ack_failures": True,
    "recycle": 500,
    "queue_limit": 8,
    "save_limit": -1,
    "poll": 0.2,
    "broker_class": f"dtoolkit.jobs.brokers.{'RedisBroker' if ENV.redis_url else 'DatabaseBroker'}",
    "catch_up": False,
    "label": "Task queue",
    "ALT_CLUSTERS": {
        # One process per card; recycled rarely so that models stay warm.
        "gpu": {
            "workers": max(1, sum(device.is_card for device in DEVICES)),
            "timeout": 3600,
            "retry": 3900,
            "recycle": 100_000,
        },
    },
}
if ENV.redis_url:
    Q_CLUSTER["redis"] = ENV.redis_url
else:
    Q_CLUSTER["orm"] = "default"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = ENV.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "dtoolkit.core.storage.StaticStorage"},
    "thumbnails": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENV.thumbnails, "base_url": None},
    },
}

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "dtoolkit.core.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
    # They say every task that is carried and every change noticed; the rows say it better.
    "loggers": {"django-q": {"level": "WARNING"}, "watchfiles": {"level": "WARNING"}},
}
