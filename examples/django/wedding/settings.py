"""Settings of the invitation list. Everything that differs between places comes from the environment."""
import os
import secrets
from pathlib import Path

from .database_url import parse_database_url


def from_environment(name, default=None):
    """The variable `name`, or the contents of the file that `name`_FILE points to."""
    path = os.environ.get(name + "_FILE")
    if path:
        text = Path(path).read_text()
        return text[:-1] if text.endswith("\n") else text
    return os.environ.get(name, default)


DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
# The application signs nothing that outlives a process, so a random key will do where none is given.
SECRET_KEY = from_environment("DJANGO_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")

INSTALLED_APPS = ["guests"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "wedding.urls"
WSGI_APPLICATION = "wedding.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

DATABASES = {
    "default": {
        **parse_database_url(
            from_environment("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/wedding_db"),
            from_environment("DATABASE_PASSWORD"),
        ),
        # Each thread keeps its connection for a minute. To the pooler an idle client costs next to nothing, and the
        # login (a TCP handshake and SCRAM) is not repeated for every request.
        "CONN_MAX_AGE": 60,
        # A connection that was closed meanwhile (the pooler was restarted) is noticed before it is used again.
        # Django 4.1 and later know this setting, earlier ones ignore it.
        "CONN_HEALTH_CHECKS": True,
        # QuerySet.iterator() would declare a cursor on the server that outlives the transaction. In transaction mode
        # the next statement may run on another server connection, where that cursor does not exist.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
