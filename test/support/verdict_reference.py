"""A second implementation of docs/verdict.md, slow and straight from its text: it knows nothing of the engine's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

NATURES = ("new", "expand", "rebuild", "existing")
UNKNOWN = object()
BETTER = {"out": 0, "touch": 1, "edge": 2, "in": 3}


class Reference:
    """What the document says, sentence by sentence; it knows nothing of the table."""

    def __init__(self, case: Any) -> None:
        self.case = case

    # Facts and conditions

    def fact(self, name, unit):
        given = self.case.project.get(name)
        if isinstance(given, dict):
            given, own = given["value"], given.get("unit") or ""
        else:
            own = ""
        return UNKNOWN if given in (None, "", "unknown") or own != (unit or "") else given

    def equal(self, value, other):
        number = (int, float)
        if isinstance(value, bool) or isinstance(other, bool):
            return value is other if isinstance(value, bool) and isinstance(other, bool) else None
        if isinstance(value, number) and isinstance(other, number):
            return value == other
        return value == other if isinstance(value, str) and isinstance(other, str) else None

    def holds(self, asked):
        value = self.fact(asked["fact"], asked.get("unit"))
        if value is UNKNOWN:
            return None
        op, wanted = asked["op"], asked["value"]
        if op in ("eq", "in", "ne"):
            answers = [self.equal(value, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
            one_of = True if True in answers else None if None in answers else False
            return one_of if op != "ne" or one_of is None else not one_of
        if any(isinstance(one, (bool, str)) for one in (value, wanted)):
            return None
        return {"lt": value < wanted, "le": value <= wanted, "gt": value > wanted, "ge": value >= wanted}[op]

    def implied(self, asked):
        """Whether the industry and nature make a condition hold."""
        code, nature, value = self.fact("industry", ""), self.fact("nature", ""), UNKNOWN
        for end in range(1, 6 if code is not UNKNOWN else 0):
            for row in self.case.implications.get(code[:end], []) if end <= len(code) else []:
                if row["fact"] == asked["fact"] and nature in row.get("natures", [nature]):
                    value = {name: row[name] for name in ("value", "unit") if name in row}
        told = Reference(replace(self.case, project={} if value is UNKNOWN else {asked["fact"]: value}))
        silent = self.case.project.get(asked["fact"])
        silent = silent.get("value") if isinstance(silent, dict) else silent
        return silent in (None, "", "unknown") and told.holds(asked) is True

    def industry(self, named):
        """`fits`, `other`, or what keeps one from knowing."""
        code = self.fact("industry", "")
        if code is UNKNOWN:
            return "unknown"
        codes, empty = [], False
        for one in named:
            if one in self.case.groups:
                codes += self.case.groups[one]
                empty = empty or self.case.groups[one] == []
            elif one[0] in "ABCDEFGHIJKLMNOPQRST" and (one[1:].isdigit() or one[1:] == "") and len(one) != 2:
                codes.append(one)
            else:
                empty = True
        for one in codes:
            if code[: len(one)] == one:
                return "fits"
        for one in codes:
            if one[: len(code)] == code:
                return "too_coarse"
        return "group_unknown" if empty else "other"

    # Places

    def hit(self, token):
        kind, value = token.split(":", 1)
        if kind == "role" and value.split(":")[0] in self.case.missing_layers:
            return "missing"
        best = "out"
        for place, relation in self.case.site.items():
            other, code = place.split(":", 1)
            fits = other == kind and (
                code == value
                or (kind == "admin" and code[: len(value)] == value)
                or (kind == "role" and code.split(":")[:-1] == [value])
            )
            if fits and BETTER[relation] > BETTER[best]:
                best = relation
        return best

    def place(self, scope):
        met = set()
        for token in scope:
            kind = token.split(":")[0]
            alternatives = [one if ":" in one else f"{kind}:{one}" for one in token.split("|")]
            hits = {self.hit(one) for one in alternatives}
            order = ("in", "missing", "edge", "touch", "out")
            met.add(next(one for one in order if one in hits))
        return next((one for one in ("out", "touch", "missing", "edge") if one in met), "in")

    # One clause

    def law(self, law):
        day, laws, passed = self.case.as_of, self.case.laws, []
        while laws.get(law, {}).get("to", "9999") < day:
            passed.append(law)
            law = laws[law].get("superseded_by")
            if law is None or law in passed:
                return "repealed", "none"
        if passed:
            return "superseded", law
        if laws.get(law, {}).get("from", "0000") <= day:
            return "force", ""
        older = {name for name, said in laws.items() if said.get("superseded_by") == law}
        older = {name for name in older if laws[name].get("from", "0000") <= day <= laws[name].get("to", "9999")}
        return ("before" if older else "not_yet"), law

    def clause(self, name, text):
        """State, cause, rank, notices."""
        day, nature = self.case.as_of, self.fact("nature", "")
        notices, why, unclaimed = [], {}, ""
        rank = {"prohibit": 3, "restrict": 2, "condition": 1, "offset": 1, "inform": 0, "allow": 0, "exit": 3}[
            text["effect"]
        ]
        if text["effect"] == "exit" and nature == "existing":
            rank = 2
        if text.get("from", "") > day:
            return "no", "not_yet", 0, [f"not_yet:{name}"]
        place = self.place(text.get("scope", ()))
        if place == "out":
            return "no", "place", 0, []
        if place == "touch":
            return "no", "touch", 0, [f"near:{name}"]
        natures = set(text.get("applies_to", NATURES)) or set(NATURES)
        if nature is UNKNOWN:
            if text["effect"] == "exit" or natures != set(NATURES):
                why["nature"] = "nature_unknown"
        elif nature not in natures:
            return "no", "nature", 0, []
        if text.get("industries"):
            found = self.industry(text["industries"])
            if found == "other":
                return "no", "industry", 0, []
            if found != "fits":
                why["industry"] = f"industry_{found}"
        for asked in text.get("when", []):
            if self.holds(asked) is False:
                return "no", f"fact:{asked['fact']}", 0, []
        for asked in text.get("when", []):
            if self.holds(asked) is None and self.implied(asked):
                notices.append(f"implied:{name}:{asked['fact']}")
            elif self.holds(asked) is None:
                why.setdefault("when", f"fact:{asked['fact']}_unknown")
        for one in text.get("unless", []):
            holds = self.holds(one)
            may_claim = self.industry(one["industries"]) if "industries" in one else "fits"
            if may_claim == "other" or holds is False:
                continue
            if holds is None and one.get("claim"):
                unclaimed = unclaimed or one["fact"]
            elif holds is None:
                why.setdefault("unless", f"exemption_unknown:{one['fact']}")
            elif may_claim != "fits":
                why.setdefault("unless", "exemption_unknown:industry")
            elif one.get("review"):
                why.setdefault("unless", f"review:{one['fact']}")
            else:
                return "exempt", f"exempt:{one['fact']}", 0, notices
        if place == "missing":
            return "missing", "missing_layer", rank, notices
        if text.get("to", "9999") < day:
            notices.append(f"expired:{name}")
            why["expired"] = "expired"
        if place == "edge":
            notices.append(f"near:{name}")
            why["edge"] = "edge"
        laws = text.get("law", [])
        states = [self.law(law) for law in ([laws] if isinstance(laws, str) else laws)]
        for state, other in states:
            if state in ("not_yet", "before"):
                notices.append(f"law_{state}:{name}:{other}")
            elif state != "force":
                notices.append(f"law:{name}:{other}")
        if states and not {"force", "superseded", "before"} & {state for state, _ in states}:
            why["law"] = "basis_repealed" if states[0][0] == "repealed" else "basis_not_yet"
        notices = list(dict.fromkeys(notices))
        kept = self.holds(text["limit"]) if "limit" in text else None
        if kept:
            return "met", "limit_met", 0, notices
        rank = 3 if kept is False else rank
        for test in ("expired", "edge", "nature", "industry", "when", "unless", "law"):
            if test in why:
                return "maybe", why[test], rank, notices
        if unclaimed:
            told = [one for one in notices if one.startswith("implied:")]
            told += [f"unclaimed:{name}:{unclaimed}", *(one for one in notices if one not in told)]
            return "yes", f"unclaimed:{unclaimed}", rank, told
        cause = "all" if "limit" not in text else "limit_unknown" if kept is None else "limit_violated"
        return "yes", cause, rank, notices

    # All clauses

    def verdict(self):
        said = {name: self.clause(name, text) for name, text in self.case.clauses.items()}
        low = max((rank for state, _, rank, _ in said.values() if state == "yes"), default=0)
        high = max((rank for state, _, rank, _ in said.values() if state in ("yes", "maybe")), default=0)
        unchecked = [name for name, (state, _, rank, _) in said.items() if state == "missing" and rank > 0]
        if low == 3:
            name, deciding = "prohibit", [one for one in said if said[one][0] == "yes" and said[one][2] == 3]
        elif unchecked or self.case.outside_share > 0:
            name, deciding = "not_assessed", unchecked
        elif low == high:
            name = ("no_conflict", "conditional", "restrict")[low]
            deciding = [one for one in said if said[one][0] == "yes" and said[one][2] == low > 0]
        else:
            name = "conditional" if high == 1 else "needs_review"
            deciding = [one for one in said if said[one][0] == "maybe" and said[one][2] > low]
        offsets: dict[str, float] = {}
        for one, text in self.case.clauses.items():
            if said[one][0] == "yes" and "pollutant" in text and "ratio" in text:
                offsets[text["pollutant"]] = max(text["ratio"], offsets.get(text["pollutant"], 0))
        return {
            "verdict": name,
            "low": low,
            "high": high,
            "clauses": {one: (*said[one][:3], tuple(said[one][3])) for one in said},
            "deciding": deciding,
            "not_checked": ["outside"] * (self.case.outside_share > 0)
            + [f"layer:{layer}" for layer in self.case.missing_layers],
            "notices": list(dict.fromkeys(notice for *_, notices in said.values() for notice in notices)),
            "offsets": offsets,
        }


def engine(found):
    return {
        "verdict": found.verdict,
        "low": found.low,
        "high": found.high,
        "clauses": {one.id: (one.applies, one.cause, one.rank, one.notices) for one in found.clauses},
        "deciding": list(found.deciding),
        "not_checked": list(found.not_checked),
        "notices": list(found.notices),
        "offsets": found.offsets,
    }
