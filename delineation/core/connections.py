"""Connections to databases: how they are written, where they lead, and who lets them be made.

Nothing connects by itself: a host is connected to where whoever called the engine has allowed it (`allow_hosts`), and
a password stays out of every text that is shown.
"""

from __future__ import annotations

import configparser
import os
import re
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from .errors import BadInput
from .messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

_PREFIX = re.compile(r"(PG|PostgreSQL):(?!//?)", re.IGNORECASE)

_URI = re.compile(r"postgres(ql)?://?", re.IGNORECASE)

# User, password, hosts with their ports, database, further keys; of a host its name and port.
_PARTS = re.compile(r"[^:]*://?(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?]*)/?([^?]*)\??(.*)", re.DOTALL)
_PLACE = re.compile(r"^\[?(.*?)\]?(?::([^:\]]*))?$", re.DOTALL)

_QGIS = re.compile(r"\s*(dbname|service)\s*=", re.IGNORECASE)

_PAIR = re.compile(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']*)")

_TABLE = re.compile(r'\btable=("(?:[^"]|"")+"(?:\."(?:[^"]|"")+")?)(?:\s*\(([^)]*)\))?')

_PASSWORD = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)", re.IGNORECASE)

# They name files of this computer, or set the server: that is its user's to say, by libpq's own variables.
_USERS_OWN = ("options", "passfile", "sslcert", "sslkey", "sslrootcert")

# What libpq and GDAL take in a connection; QGIS writes more (key, srid, type, …).
_KEYS = (
    *_USERS_OWN,
    "dbname",
    "service",
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "sslmode",
    "connect_timeout",
    "application_name",
    "active_schema",
    "schemas",
    "tables",
)

# What libpq takes from the environment where neither the connection nor its service says it.
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
}

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
        pairs = _pairs(body)
    password = pairs.pop("password", "")
    shown = "PG:" + " ".join(f"{key}={_quoted(value)}" for key, value in pairs.items() if key in _KEYS)
    if password:
        _passwords[shown] = password
    return shown, layer


def without_password(text: str) -> str:
    """Blot out a password in what a library says."""
    return _PASSWORD.sub(r"\1***", text)


def _of_uri(text: str) -> dict[str, str]:
    parts = _PARTS.fullmatch(text)
    user, password, places, database, query = parts.groups("") if parts else ("",) * 5
    hosts, ports = zip(*(_PLACE.findall(place)[0] for place in places.split(",")), strict=True)
    found = {
        "dbname": unquote(database),
        "host": unquote(",".join(hosts)),
        "port": ",".join(ports) if any(ports) else "",
        "user": unquote(user),
        "password": unquote(password),
        **dict(parse_qsl(query)),
    }
    return {key: value for key, value in found.items() if value}


def _pairs(body: str) -> dict[str, str]:
    return {key.lower(): _bare(value) for key, value in _PAIR.findall(body)}


def _bare(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith("'") else value


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[^\s'\\]+", value) else _in_quotes(value)


def _in_quotes(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


# ── Who may be connected to ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Server:
    """Where a connection is to go, and as whom.

    Attributes
    ----------
    host : str
        Name, address or folder of a socket; ``localhost`` where none is named, and a service's name where libpq alone
        knows its host.
    port, database, user : str
        "" where libpq's own default is meant.
    """

    host: str
    port: str
    database: str
    user: str


# Asked before each connection. A context of its own has each thread: what a case was allowed, no other one is.
_allows: ContextVar[Callable[[Server], bool]] = ContextVar("allows", default=lambda _: False)


@contextmanager
def allow_where(allows: Callable[[Server], bool]) -> Iterator[None]:
    """Let connections be made where a function says so, as long as the context lasts."""
    token = _allows.set(allows)
    try:
        yield
    finally:
        _allows.reset(token)


def allow_hosts(*hosts: str) -> AbstractContextManager[None]:
    """Let databases on some hosts be connected to, as long as the context lasts.

    Parameters
    ----------
    *hosts : str
        As the connection names them: ``db.example``, an address, the folder of a socket; ``localhost`` also stands for
        a connection that names none.

    Examples
    --------
    >>> with allow_hosts("db.example"):
    ...     "what is read here may come from there"
    'what is read here may come from there'
    """
    return allow_where(lambda server: server.host in hosts)


def permitted(connection: str, *, scram: bool) -> str:
    """Give a connection as GDAL is to open it, once each host that it may lead to was allowed.

    Parameters
    ----------
    connection : str
        ``PG:key=value …``, as `hide_password` gives it.
    scram : bool
        libpq can be told (from 16 on) to hand a password out in no other way; or to trust, as local servers do, and by
        tickets of Kerberos. An order of the user's own (PGREQUIREAUTH, his service) goes before.

    Raises
    ------
    BadInput
        A host that nobody allowed; a key that is the user's own to say.
    """
    pairs = _pairs(_PREFIX.sub("", connection, count=1))
    unfit = tuple(key for key in pairs if key in _USERS_OWN or key not in _KEYS)
    if unfit:
        raise BadInput(
            Message("the connection says {keys}, which is its user's own to say", keys=unfit),
            where=without_password(connection),
            wanted=Message("variables of your own, such as PGSSLROOTCERT or PGPASSFILE"),
        )
    service = pairs.get("service") or os.environ.get("PGSERVICE", "")
    serving = _service(service)
    said = {
        key: pairs.get(key) or serving.get(key) or os.environ.get(variable, "") for key, variable in _VARIABLES.items()
    }
    # With an address libpq still looks a password up by the name; a service may be told its host elsewhere.
    named = [host or "localhost" for key in ("hostaddr", "host") if said[key] for host in said[key].split(",")]
    named += [service] if service and not (serving.get("host") or serving.get("hostaddr")) else []
    for host in named or ["localhost"]:
        server = Server(host, said["port"], said["dbname"], said["user"])
        if not _allows.get()(server):
            raise _refused(server, connection)
    # What was asked about is what is opened: libpq looks up none of it once more.
    known = said | {"password": _passwords.get(connection, "")}
    pairs |= {key: known[key] for key in ("host", "hostaddr", "password") if known[key]}
    if os.environ.get("PGSSLMODE"):
        pairs.pop("sslmode", None)
    if scram and not os.environ.get("PGREQUIREAUTH") and "require_auth" not in serving:
        pairs["require_auth"] = "scram-sha-256,gss,sspi,none"
    # GDAL looks for keys of its own in all that stands outside quotes.
    return "PG:" + " ".join(f"{key}={_in_quotes(value)}" for key, value in pairs.items())


def _service(name: str) -> dict[str, str]:
    """Look a service up where libpq does, in the files that are known; {} where it is in none of them."""
    own = os.environ.get("PGSERVICEFILE", "") or Path("~/.pg_service.conf").expanduser()
    for file in (own, Path(os.environ.get("PGSYSCONFDIR", os.devnull)) / "pg_service.conf"):
        parser = configparser.ConfigParser(
            default_section="", strict=False, interpolation=None, allow_no_value=True, delimiters="="
        )
        with suppress(configparser.Error, UnicodeDecodeError):  # libpq says what is wrong with it
            parser.read(file, encoding="utf-8")
        if parser.has_section(name):
            return {key: value or "" for key, value in parser.items(name)}
    return {}


def _refused(server: Server, connection: str) -> BadInput:
    own = Message("not named")
    return BadInput(
        Message(
            "nobody allowed a connection to the database server {host} (port {port}, database {database}, user {user})",
            host=server.host,
            port=server.port or "5432",
            database=server.database or own,
            user=server.user or own,
        ),
        where=without_password(connection),
        wanted=Message(
            "--allow-host {host}, where you know this server; ALLOW_HOST in the toolbox, QGIS's options for the panel",
            host=server.host,
        ),
    )
