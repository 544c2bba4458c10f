"""No case and no file makes the engine connect to a database, unless its host was allowed: calls are counted."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pyogrio
import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.core.connections import allow_hosts
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources import gate
from hand import CASE, hand
from listener import Listener

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uses("rasterio", "exactextract", "sklearn")
HERE, FRIEND = "127.0.0.1", "db.example"
WHO = "dbname=x user=u password=g3heim"
# Every way to lead to the listener, by host and port: the connection, the environment, what has to be allowed.
WAYS = {
    "GDAL": (f"PG:host={HERE} port={{port}} {WHO}", {}, (HERE,)),
    "GDAL, in quotes": (f"pg:host='{HERE}' port = '{{port}}' {WHO}", {}, (HERE,)),
    "URI": (f"postgres://u:g3heim@{HERE}:{{port}}/x", {}, (HERE,)),
    "URI, host behind": (f"postgresql:///x?host={HERE}&port={{port}}&user=u", {}, (HERE,)),
    "URI, several": (f"postgres://u:g3heim@{FRIEND}.invalid:1,{HERE}:{{port}}/x", {}, (HERE, f"{FRIEND}.invalid")),
    "QGIS": (f"dbname='x' host={HERE} port={{port}} user='u' table=\"public\".\"t\" (geom)", {}, (HERE,)),
    "twice": (f"PG:host={FRIEND} {WHO} port={{port}} host={HERE}", {}, (HERE,)),
    "address behind a name": (f"PG:host={FRIEND} hostaddr={HERE} port={{port}} {WHO}", {}, (HERE, FRIEND)),
    "one of several": (f"PG:host={FRIEND}.invalid,{HERE} port={{port}} {WHO}", {}, (HERE, f"{FRIEND}.invalid")),
    "PGHOST": ("PG:dbname=x", {"PGHOST": HERE, "PGPORT": "{port}"}, (HERE,)),
    "PGHOSTADDR": (f"PG:host={FRIEND} {WHO}", {"PGHOSTADDR": HERE, "PGPORT": "{port}"}, (HERE, FRIEND)),
    "service": ("PG:service=bureau", {}, (HERE,)),
    "PGSERVICE": (f"PG:{WHO}", {"PGSERVICE": "bureau"}, (HERE,)),
    "service and an address": (f"PG:service=friend hostaddr={HERE} port={{port}}", {}, (HERE, FRIEND)),
}
# The same, where the listener is never met: what libpq or GDAL would make of it is this computer's own server.
ELSEWHERE = {
    "database as a connection": ("PG:dbname='host=127.0.0.1 port={port}'", "localhost"),
    "a key within a value": ("PG:user=tables=a host={host} port={port}", "127.0.0.1"),
    "no number": ("postgres://u@db.example:abc/x", "db.example"),
    "brackets": ("postgres://[::1/x", ":"),
    "empty host": ("PG:host='' dbname=x", "localhost"),
    "none": ("PG:dbname=x", "localhost"),
    "abstract socket": ("PG:host=@x dbname=x", "@x"),
    "unknown service": ("PG:service=nobody", "nobody"),
}


@pytest.fixture(autouse=True)
def services(tmp_path, monkeypatch, listener):
    """No settings of this computer, and a file of services of its user's."""
    file = tmp_path / "services.conf"
    lines = ["# ours", "[friend]", f"host={FRIEND}", "[bureau]", f"host={HERE}", f"port={listener.port}", "user=u"]
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGREQUIREAUTH", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


def case_of(folder: Path, connection: str, table: str = "source") -> Path:
    said = f"path = {json.dumps(connection)}"
    if table == "source":
        return hand(folder, CASE.replace('path = "hand.gpkg"\nlayer = "red_line"', f'{said}\nlayer = "red_line"'))
    return hand(folder, f"{CASE}\n[{table}]\n{said}\n")


def allowing(*hosts: str) -> list[str]:
    return [word for host in hosts for word in ("--allow-host", host)]


@pytest.mark.parametrize("way", WAYS)
def test_a_host_is_called_where_it_was_allowed_and_nowhere_else(way, tmp_path, listener, monkeypatch):
    connection, environment, hosts = WAYS[way]
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(port=listener.port))
    case, calls = case_of(tmp_path, connection.format(port=listener.port)), len(listener.calls())
    run = ("run", case, "-o", tmp_path / "plan.gpkg")
    # Without the option, with another host, with all hosts of it but one.
    for others in ((), ("localhost", f"{HERE}.example"), *(set(hosts) - {host} for host in hosts)):
        error = refusal(*run, *allowing(*others))
        assert error["facts"]["host"] in set(hosts) - set(others), error
        assert f"--allow-host {error['facts']['host']}" in error["wanted"]
        assert "g3heim" not in str(error)
        assert len(listener.calls()) == calls
    error = refusal(*run, *allowing(*hosts))
    assert "cannot be opened" in error["what"]
    assert len(listener.calls()) > calls
    # What one call was allowed, the next one in the same process is not.
    calls = len(listener.calls())
    refusal(*run)
    assert len(listener.calls()) == calls


@pytest.mark.parametrize("way", ELSEWHERE)
def test_what_names_no_host_is_asked_for_as_well(way, tmp_path, listener):
    connection, host = ELSEWHERE[way]
    case, calls = case_of(tmp_path, connection.format(host=HERE, port=listener.port)), len(listener.calls())
    assert refusal("run", case, "-o", tmp_path / "plan.gpkg")["facts"]["host"] == host
    refused = refusal("run", case, "-o", tmp_path / "plan.gpkg", *allowing(host))
    assert "cannot be opened" in refused["what"], "allowed, and nobody is there"
    # What is called is what was allowed, and nothing that a value hides.
    assert (len(listener.calls()) > calls) == (host == HERE)


def test_every_verb_asks(tmp_path, listener):
    connection, before = f"PG:host={HERE} port={listener.port} {WHO}", listener.calls()
    case, plan, out = hand(tmp_path), tmp_path / "plan.gpkg", tmp_path / "out.gpkg"
    assert ask("run", case, "-o", plan).code == 0
    layer = f"{connection}|layername=red_line"
    for table in ("previous", "upper"):
        case_of(tmp_path, connection, table)
        assert refusal("run", case, "-o", out)["facts"]["host"] == HERE
    case_of(tmp_path, connection)
    asked = [
        ("run", case, "-o", out),
        ("adopt", plan, "overlay", "--reason", "x"),
        ("bench", case, "--methods", "overlay", "-o", tmp_path / "bench"),
        ("sources", case, "red_line", tmp_path / "hand.gpkg"),
        ("impact", plan, f"red_line={tmp_path / 'hand.gpkg'}", "--layer", "red_line=red_line"),
        ("partition", layer, "-o", out),
        ("regions", layer, "--method", "ward", "--k", "2", "-o", out),
        ("check", layer),
    ]
    for verb in asked:
        assert refusal(*verb)["facts"]["host"] == HERE, verb
    guessed = ask("guess", layer, "-o", tmp_path / "guessed.toml").document
    assert f"--allow-host {HERE}" in str(guessed)
    assert listener.calls() == before
    for verb in asked:
        calls = len(listener.calls())
        refusal(*verb, *allowing(HERE))
        assert len(listener.calls()) > calls, verb


@pytest.mark.parametrize("key", ["passfile", "sslkey", "sslcert", "sslrootcert", "options"])
def test_files_and_settings_of_the_user_are_named_by_no_case(key, tmp_path, listener):
    case = case_of(tmp_path, f"PG:host={HERE} port={listener.port} {WHO} {key}=/etc/passwd")
    calls = listener.calls()
    error = refusal("run", case, "-o", tmp_path / "plan.gpkg", *allowing(HERE))
    assert error["facts"]["keys"] == [key]
    assert listener.calls() == calls


def test_scripts_allow_a_host_for_a_while_and_for_themselves_alone(tmp_path, listener):
    case, calls = case_of(tmp_path, f"PG:host={HERE} port={listener.port} {WHO}"), listener.calls()
    said = []

    def run():
        with pytest.raises(BadInput) as caught:
            verbs.run(case, tmp_path / "plan.gpkg")
        said.append(str(caught.value))

    with allow_hosts(HERE):
        beside = threading.Thread(target=run)
        beside.start()
        beside.join()
        assert listener.calls() == calls, "what another thread was allowed"
        run()
        called = listener.calls()
        assert called != calls
    run()
    assert listener.calls() == called
    assert ["nobody allowed" in one for one in said] == [True, False, True]


@pytest.mark.parametrize(("asks", "way"), [(3, "cleartext"), (5, "hashed")])
def test_no_server_is_given_a_password_in_clear_or_as_md5(asks, way, tmp_path, monkeypatch):
    server = Listener(tmp_path / "told", asks)
    try:
        connection = f"PG:host={HERE} port={server.port} {WHO}"
        case = case_of(tmp_path, connection)
        run = ("run", case, "-o", tmp_path / "plan.gpkg", *allowing(HERE))
        with pytest.raises(pyogrio.errors.DataSourceError):
            pyogrio.list_layers(connection)
        (given,) = server.calls()
        assert given.startswith("p"), "left to itself, libpq hands it out"
        assert way in str(refusal(*run))
        # What is handed out is written down before it is answered; that somebody has hung up, a little later.
        assert set(server.calls()[1:]) <= {""}
        # Who has an old server says so himself; and a libpq before 16 knows no such order.
        monkeypatch.setenv("PGREQUIREAUTH", "password,md5")
        refusal(*run)
        own = server.calls().count(given)
        assert own > 1
        monkeypatch.delenv("PGREQUIREAUTH")
        monkeypatch.setattr(gate, "_takes_scram", lambda: False)
        refusal(*run)
        assert server.calls().count(given) > own
        assert set(server.calls()) <= {given, ""}
    finally:
        server.close()
