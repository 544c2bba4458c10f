"""Layers in a PostGIS database: a real server of this test's own, on a socket in a temporary folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.connections import allow_hosts
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.outputs import refuse_inputs
from control_units.delineation.sources import files
from control_units.delineation.sources.files import checksum, content_sum, split_layer
from control_units.delineation.sources.inputs import inputs_of
from control_units.delineation.sources.layer import read_layer
from hand import CASE, CRS, LAYERS, hand

PASSWORD = "g3heim 'q\\uote"  # noqa: S105 - of a server that lives as long as this module
USER = "planner"


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    for program in found:
        version = program.parent.parent.name
        if Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            return program.parent
    return None


@pytest.fixture(scope="module")
def server():
    """Folder of the socket; the database ``hand`` holds the hand county, with a password for ``planner``."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server with PostGIS is installed (postgresql, postgresql-17-postgis-3)")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    # A server refuses to run as root.
    as_user = {"user": "nobody"} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(folder, "nobody")

    def run(program, *arguments):
        command = [programs / program, *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=300, **as_user)

    def sql(text, database="hand"):
        run("psql", "-h", folder, "-U", "owner", "-d", database, "-v", "ON_ERROR_STOP=1", "-c", text)

    data = folder / "data"
    run("initdb", "-D", data, "-U", "owner", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
    (data / "pg_hba.conf").write_text(f"local all {USER} scram-sha-256\nlocal all all trust\n", encoding="ascii")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-t", "30", "-o", options, "-l", folder / "log", "start")
    try:
        sql("CREATE DATABASE hand", "postgres")
        sql("CREATE EXTENSION postgis")
        quoted = PASSWORD.replace("'", "''")
        sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{quoted}'")
        sql("CREATE SCHEMA 规划")
        for name, (shapes, fields) in LAYERS.items():
            frame = gpd.GeoDataFrame(fields, geometry=shapes, crs=CRS)
            schema = "规划" if name == "township" else "public"
            pyogrio.write_dataframe(
                frame,
                f"PG:host={folder} dbname=hand user=owner",
                layer=name,
                driver="PostgreSQL",
                layer_options={"SCHEMA": schema, "GEOMETRY_NAME": "geom"},
            )
        sql("CREATE TABLE plain (code text)")
        for name, order in (("loose", (3, 1, 2)), ("looser", (2, 3, 1))):
            sql(f"CREATE TABLE {name} (n int, geom geometry(Polygon, 4490))")
            for n in order:
                sql(f"INSERT INTO {name} VALUES ({n}, ST_MakeEnvelope({n}, 0, {n + 1}, 1, 4490))")  # noqa: S608
        sql(f"GRANT USAGE ON SCHEMA 规划 TO {USER}")
        sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, 规划 TO {USER}")
        yield folder
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def allowed(request):
    """Let the engine read from the server where a test asks for it; the command line keeps to its own option."""
    hosts = [str(request.getfixturevalue("server"))] if "server" in request.fixturenames else []
    with allow_hosts(*hosts, *(f"{host}-elsewhere" for host in hosts)):
        yield


@pytest.fixture
def connection(server):
    secret = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
    return f"PG:dbname=hand host={server} user={USER} password='{secret}'"


def of_case(connection: str) -> str:
    text = CASE.replace('path = "hand.gpkg"', f'path = """{connection}"""'.replace("\\", "\\\\"))
    return text.replace('layer = "township"', 'layer = "规划.township"')


def test_a_case_reads_its_sources_from_a_database_and_the_password_is_nowhere(connection, tmp_path, server):
    file = hand(tmp_path)
    plan, other = tmp_path / "plan.gpkg", tmp_path / "files.gpkg"
    assert ask("run", file, "-o", other).code == 0
    file.write_text(of_case(connection), encoding="utf-8")
    for hosts in ((), ("--allow-host", "localhost"), ("--allow-host", f"{server}/")):
        error = refusal("run", file, "-o", plan, *hosts)
        assert error["facts"]["host"] == str(server), error
        assert "g3heim" not in str(error)
        assert not plan.exists()
    answer = ask("run", file, "-o", plan, "--allow-host", "localhost", "--allow-host", server)
    assert answer.code == 0, answer
    units = [pyogrio.read_dataframe(path, layer="units") for path in (plan, other)]
    assert units[0].to_wkt().equals(units[1].to_wkt())
    for part in ("g3heim", "uote"):
        assert part.encode() not in plan.read_bytes()
        assert part not in str(answer)
        assert part not in str(ask("info", plan))
    with closing(sqlite3.connect(plan)) as database, database:
        rows = database.execute("SELECT path, layer, sha256, encoding FROM sources").fetchall()
    assert {path for path, *_ in rows} == {f"PG:dbname=hand host={server} user={USER}"}
    assert "规划.township" in {layer for _, layer, *_ in rows}
    assert len({digest for _, _, digest, _ in rows}) == len(LAYERS)
    assert {encoding for *_, encoding in rows} == {"UTF-8"}


def test_the_same_content_has_the_same_sum(connection):
    path, layer = split_layer(f"{connection}|layername=规划.township")
    first, again = (read_layer(path, layer=layer).raw for _ in range(2))
    assert content_sum(first) == content_sum(again)
    other = read_layer(path, layer="county").raw
    assert content_sum(first) != content_sum(other)
    assert len(checksum(path)) == 64
    assert checksum(path, "county") == content_sum(other)


def test_only_the_tables_of_the_case_are_read_for_its_digests(connection, tmp_path, monkeypatch):
    file = tmp_path / "case.toml"
    file.write_text(of_case(connection), encoding="utf-8")
    case = read_case(file)
    read = []
    whole = files.read_vector
    monkeypatch.setattr(files, "read_vector", lambda path, layer: read.append(layer) or whole(path, layer=layer))
    parts = inputs_of(case).parts
    assert read == [spec.layer for spec in case.sources]
    shown = case.sources[0].path
    found = {key: value for key, value in parts.items() if key.startswith("file:")}
    assert found == {f"file:{shown}|{spec.layer}": checksum(case.file(shown), spec.layer) for spec in case.sources}
    assert len(set(found.values())) == len(LAYERS)


@pytest.mark.parametrize("way", ["uri", "qgis", "PGPASSWORD", "service"])
def test_every_way_of_writing_a_connection(server, tmp_path, monkeypatch, way):
    from urllib.parse import quote

    bare = f"dbname=hand host={server} user={USER}"
    secret = PASSWORD.replace("\\", "\\\\").replace("'", "\\'")
    if way in ("PGPASSWORD", "service"):
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
    if way == "service":
        services = tmp_path / "services.conf"
        services.write_text("[bureau]\n" + bare.replace(" ", "\n") + "\n", encoding="utf-8")
        monkeypatch.setenv("PGSERVICEFILE", str(services))
    socket = quote(str(server), safe="")
    text = {
        "uri": f"postgresql://{USER}:{quote(PASSWORD)}@/hand?host={socket}|layername=规划.township",
        "qgis": f"dbname='hand' host={server} user='{USER}' password='{secret}' key='ogc_fid' srid=4547 type=Polygon "
        'table="规划"."township" (geom)',
        "PGPASSWORD": f"PG:{bare}|layername=规划.township",
        "service": "PG:service=bureau|layername=规划.township",
    }[way]
    path, layer = split_layer(text)
    assert "g3heim" not in str(path)
    found = read_layer(path, layer=layer)
    assert found.raw.columns["name"].tolist() == ["甲镇", "乙镇"]
    assert shapely.area(found.geometry).tolist() == [5e7, 5e7]


def test_what_is_wrong_with_a_database_is_one_sentence_without_its_password(connection, server):
    def refused(text):
        path, layer = split_layer(text)
        with pytest.raises(BadInput) as caught:
            read_layer(path, layer=layer)
        assert "g3heim" not in str(caught.value)
        assert "\n" not in str(caught.value)
        return caught.value

    assert "no table 'countie'" in str(refused(f"{connection}|layername=countie").what)
    assert str(refused(f"{connection}|layername=countie").wanted) == "county"
    assert "has no geometry" in str(refused(f"{connection}|layername=plain").what)
    assert "6 tables with geometry and none named" in str(refused(connection).what)
    for broken in (
        connection.replace(str(server), f"{server}-elsewhere"),
        connection.replace("dbname=hand", "dbname=hands"),
        connection.replace("g3heim", "g4heim"),
    ):
        assert "database cannot be opened" in str(refused(f"{broken}|layername=county").what)
    command = refusal("partition", f"{connection}|layername=nothing", "-o", "x.gpkg", "--allow-host", server)
    assert "no table" in command["what"]
    assert "g3heim" not in str(command)


def test_a_table_without_a_key_has_an_order_of_its_own(connection):
    raws = [read_layer(split_layer(connection)[0], layer=name).raw for name in ("loose", "looser")]
    assert sorted(raws[0].columns["n"].tolist()) == [1, 2, 3]
    assert raws[0].columns["n"].tolist() == raws[1].columns["n"].tolist()
    assert raws[0].feature_id.tolist() == raws[1].feature_id.tolist()
    assert content_sum(raws[0]) == content_sum(raws[1])


def test_check_reads_units_from_a_database(connection, server):
    answer = ask("check", f"{connection}|layername=loose", "--allow-host", server)
    assert answer.code == 2
    assert "no field for a unit's code" in answer.document["error"]["what"]
    assert "g3heim" not in str(answer)


def test_a_database_lies_in_no_folder_and_is_no_output(tmp_path):
    case = hand(tmp_path)
    case.write_text(of_case("PG:dbname=x password=secret"), encoding="utf-8")
    read = read_case(case)
    assert {spec.path for spec in read.sources} == {"PG:dbname=x"}
    assert read.file(read.sources[0].path) == Path("PG:dbname=x")
    refuse_inputs(tmp_path / "plan.gpkg", read.inputs())
    assert "secret" not in repr(read)
