"""What an update is foretold to do, held against what a run then did."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import partial

import pytest
import shapely
from control_units.delineation.plan.file import read_plan


def entries_of(plan):
    """Every clause by the id of its unit."""
    clauses = plan.clauses
    return Counter(zip(clauses["unit_id"], clauses["dimension"], clauses["text"], strict=True))


def plain(message):
    """A message without the folders of its files."""
    return re.sub(r"\S*/", "", message)


def column(plan, name):
    return dict(zip(plan.units["unit_id"], plan.units[name], strict=True))


def agree(found, before, after):
    """What was foretold is what a run did, as GEOS measures outlines and tables say."""
    old, new = read_plan(before), read_plan(after)
    was, code = (column(old, name) for name in ("geometry", "code"))
    its, then, category = (column(new, name) for name in ("geometry", "code", "category"))
    assert {one.unit_id for one in found.ends} == set(was) - set(its)
    assert {one.code for one in found.new} == {then[key] for key in set(its) - set(was)}
    assert found.codes == {code[key]: then[key] for key in was if key in its and code[key] != then[key]}
    told = {one.unit_id: one for one in found.units}
    near = partial(pytest.approx, abs=10)  # m²: which neighbour a sliver goes to is not foretold
    for key, shape in was.items():
        own = its.get(key, shapely.Polygon())
        loses, gains = shape.difference(own).area, shapely.intersection(own.difference(shape), whole_of(its)).area
        if key not in told:
            assert (loses, gains, code[key]) == (near(0), near(0), then[key])
            continue
        one = told[key]
        assert (one.loses_m2, one.gains_m2) == (near(loses), near(gains))
        assert one.after_m2 == near(own.area)
        for number in (1, 2, 3):
            there = shapely.union_all([its[other] for other in its if other != key and category[other] == number])
            assert one.to.get(number, 0) == near(shape.difference(own).intersection(there).area)
        assert sum(one.to.values()) == near(loses)
        if one.successor:
            assert its[{code: other for other, code in then.items()}[one.successor]].intersection(shape).area > 1
    held = new.findings[new.findings["id"] == "S58"]["value"].sum()
    assert sum(one.held_m2 for one in found.units) == pytest.approx(held)
    facts = {
        key: [json.loads(one) for one in new.findings[new.findings["id"] == key]["facts"]] for key in ("S83", "S87")
    }
    lost = {one["unit"]: one["heir"] for one in facts["S83"] if one["problem"].startswith("gone")}
    assert lost.items() <= {one.code: one.successor for one in found.ends}.items()
    locked = {one["unit"] for one in facts["S87"]}
    assert {one.code_after or one.code for one in found.locked} == locked
    # Lists: of what was, take what goes, put what comes; a text that moves or is worded otherwise does both.
    key_now, key_then = ({code: key for key, code in codes.items()} for codes in (code, then))
    lists = entries_of(old)
    for one in found.clauses:
        if one.kind in ("gone", "moved"):
            lists[key_now[one.code], one.dimension, one.text] -= 1
        if one.kind in ("new", "moved"):
            lists[key_then[one.code_after], one.dimension, one.text] += 1
    assert +lists == entries_of(new)
    known, now = ({*zip(plan.findings["id"], map(plain, plan.findings["message"]), strict=True)} for plan in (old, new))
    # A file that lies elsewhere is another one, whatever was said of it before.
    assert {(one.id, plain(one.message)) for one in found.findings("zh")} - known == now - known


def whole_of(units):
    return shapely.union_all(list(units.values()))
