"""Connections to databases as texts: how they are written, and how a password stays out of every text that is shown."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["hide_password", "is_database", "with_password", "without_password"]

_PREFIX = re.compile(r"(PG|PostgreSQL):(?!//?)", re.IGNORECASE)

_URI = re.compile(r"postgres(ql)?://?", re.IGNORECASE)

_QGIS = re.compile(r"\s*(dbname|service)\s*=", re.IGNORECASE)

_PAIR = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']*)")

_TABLE = re.compile(r'\btable=("(?:[^"]|"")+"(?:\."(?:[^"]|"")+")?)(?:\s*\(([^)]*)\))?')

_PASSWORD = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)", re.IGNORECASE)

# What libpq and GDAL take in a connection; QGIS writes more (key, srid, type, …).
_KEYS = (
    "dbname",
    "service",
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "passfile",
    "options",
    "connect_timeout",
    "application_name",
    "active_schema",
    "schemas",
    "tables",
)

# Passwords that a connection was written with, by the connection as it is shown.
_passwords: dict[str, str] = {}


def is_database(path: Path | str) -> bool:
    """Whether a path is a connection to a database."""
    text = path.as_posix() if isinstance(path, Path) else path
    return bool(_PREFIX.match(text) or _URI.match(text) or _QGIS.match(text))


def hide_password(text: str) -> tuple[str, str]:
    """Write a connection as ``PG:key=value …`` without its password, which is kept for this process only.

    Parameters
    ----------
    text : str
        Any of the three ways of writing it. Anything else comes back as it is.

    Returns
    -------
    path : str
    layer : str
        The table that QGIS's way of writing names, else "".
    """
    if not is_database(text):
        return text, ""
    layer = ""
    if _URI.match(text):
        pairs = _of_uri(text)
    else:
        body = _PREFIX.sub("", text, count=1)
        table = _TABLE.search(body) if _QGIS.match(text) else None
        if table is not None:
            body = body[: table.start()]
            layer = table[1].replace('"."', ".").strip('"').replace('""', '"')
            layer += f"({table[2]})" if table[2] else ""
        pairs = {key.lower(): _bare(value) for key, value in _PAIR.findall(body)}
    password = pairs.pop("password", "")
    shown = "PG:" + " ".join(f"{key}={_quoted(value)}" for key, value in pairs.items() if key in _KEYS)
    if password:
        _passwords[shown] = password
    return shown, layer


def without_password(text: str) -> str:
    """Blot out a password in what a library says."""
    return _PASSWORD.sub(r"\1***", text)


def _of_uri(text: str) -> dict[str, str]:
    parts = urlsplit(_URI.sub("postgresql://", text, count=1))
    found = {
        "dbname": unquote(parts.path.lstrip("/")),
        "host": unquote(parts.hostname or ""),
        "port": str(parts.port or ""),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        **dict(parse_qsl(parts.query)),
    }
    return {key: value for key, value in found.items() if value}


def _bare(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith("'") else value


def _quoted(value: str) -> str:
    if re.fullmatch(r"[^\s'\\]+", value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def with_password(shown: str) -> str:
    """Give a connection as it has to be opened: with the password that it was written with."""
    password = _passwords.get(shown, "")
    return f"{shown} password={_quoted(password)}" if password else shown
