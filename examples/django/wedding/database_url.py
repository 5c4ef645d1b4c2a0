"""Turns DATABASE_URL into an entry of Django's DATABASES."""
from urllib.parse import parse_qsl, unquote, urlsplit


def parse_database_url(url, password=None):
    """Return ENGINE, NAME, USER, PASSWORD, HOST, PORT and OPTIONS for `url`.

    User, password and database are percent-decoded. `password` counts when the URL has none, so that a password with
    any character can stay out of the URL. Query parameters become libpq options (`application_name`, `sslmode`, ...).
    Raises ValueError, without the password in its text, for anything that is not a PostgreSQL URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL: the scheme must be postgres or postgresql, not %r" % parts.scheme)
    name = unquote(parts.path[1:])
    if not name:
        raise ValueError("DATABASE_URL: the database name is missing")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("DATABASE_URL: the port is not a number from 0 to 65535") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password) if parts.password is not None else (password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
