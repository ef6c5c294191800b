"""Provinces of both maps, ministries, units of the ministry in charge, and who followed whom, from the facts' files."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify

from apps.audit.models import AuditEvent
from apps.core.reference import Changes, Fact, Facts, align, align_sets
from apps.core.text import fold
from apps.organisations.models import OrganisationUnit, Succession, UnitName

Kind = OrganisationUnit.Kind
Relation = Succession.Relation

# TĐC and its metrology department, under their names before and after 2024.
PROGRAMME_OFFICE = {"TCTDC", "UBTDC", "VDL", "BDL"}
MINISTRY_KINDS = {
    "ministry": Kind.MINISTRY,
    "ministerial-level agency": Kind.MINISTERIAL_AGENCY,
    "government agency": Kind.GOVERNMENT_AGENCY,
    "organisation": Kind.ORGANISATION,
}
MINISTRY_RELATIONS = {
    "merged_into": Relation.MERGED,
    "renamed": Relation.RENAMED,
    "reorganised_as": Relation.REORGANISED,
    "functions_to": Relation.FUNCTIONS,
}
# Of a sub-unit from the files: what was corrected by hand is newer than they are.
CHANGED_ON_PAGES = ("unit.corrected", "unit.ended")
# The days on which the maps begin are not each province's founding, and must not be read so.
START_OF_OLD_MAP = "Ngày 01/08/2008 là ngày bắt đầu của bản đồ 63 tỉnh, thành phố."
UNCHANGED = "không sắp xếp"
KEPT_ON_NEW_MAP = "Không sắp xếp; ngày 01/07/2025 là ngày bắt đầu của bản đồ 34 tỉnh, thành phố."
PROVINCE_KINDS = {"city": "Thành phố", "province": "Tỉnh"}
# «Nghị quyết 202/2025/QH15 (12/06/2025)», and what a file adds to it in words: «: không sắp xếp», «(thành phố từ …)».
_ACT = re.compile(r"(?P<act>[^:;(]+?(?: \([\d/]+\))?)(?:: (?P<said>[^;]+)| \((?P<also>[^)]+)\))?")


def load_units(facts: Facts) -> Changes:
    named = [*_provinces(facts), *_ministries(facts), *_departments(facts)]
    slugs = _slugs({unit["id"]: (short_name, unit["valid_to"]) for unit, short_name in named})
    units = [{**unit, "slug": slugs[unit["id"]]} for unit, _short_name in named]
    names = [*_province_names(facts), *_ministry_names(facts), *_department_names(facts)]
    successions = [*_province_successions(facts), *_ministry_successions(facts), *_department_successions(facts)]
    recorded = _recorded()
    return (
        align(OrganisationUnit, ["id"], _without(recorded, units, "id"), keep=["slug"])
        + align_sets(UnitName, "unit_id", _without(recorded, names, "unit_id"))
        + align_sets(Succession, "predecessor_id", _without(recorded, successions, "predecessor_id"))
    )


def _recorded() -> set[str]:
    """Units of which the portal knows more than the files: what was recorded or corrected on its pages stays."""
    units = OrganisationUnit.objects.filter(Q(begun_by__isnull=False) | Q(ended_by__isnull=False))
    names = UnitName.objects.filter(recorded_with__isnull=False)
    links = Succession.objects.filter(recorded_with__isnull=False)
    kind = OrganisationUnit._meta.label_lower
    changed = AuditEvent.objects.filter(action__in=CHANGED_ON_PAGES, target_type=kind)
    return (
        set(units.values_list("pk", flat=True))
        | set(names.values_list("unit", flat=True))
        | set(links.values_list("predecessor", flat=True))
        | set(changed.values_list("target_id", flat=True))
    )


def _without(recorded: set[str], facts: list[Fact], owner: str) -> list[Fact]:
    return [fact for fact in facts if fact[owner] not in recorded]


def _provinces(facts: Facts) -> Iterator[tuple[Fact, str]]:
    for row in facts.table("provinces"):
        acts, said = _acts(row["decision"])
        note = "" if acts or row["era"] != "63" else START_OF_OLD_MAP
        note = " ".join(_note(act, words) for act, words in said) or note
        unit = _unit(row, Kind.PROVINCE, code=row["code"], region=row["region"], basis=acts, note=note)
        yield unit, row["short_name_vi"]


def _ministries(facts: Facts) -> Iterator[tuple[Fact, str]]:
    for row in facts.table("ministries"):
        unit = _unit(row, MINISTRY_KINDS[row["kind"]], symbol=row["symbol"], basis=row["basis"], note=row["note"])
        yield unit, row["short_name_vi"]


def _departments(facts: Facts) -> Iterator[tuple[Fact, str]]:
    for row in facts.table("most_units"):
        symbol, parent = row["symbol"], row["parent_id"]
        unit = _unit(row, Kind.DEPARTMENT, symbol=symbol, parent_id=parent, basis=row["basis"], note=row["note"])
        yield unit, _department_short(row)


def _unit(row: dict[str, str], kind: str, **fields: str) -> Fact:
    """Every kind states the same fields, so that a corrected fact is mended whichever file it stood in."""
    return {
        "id": row["id"],
        "kind": kind,
        "code": "",
        "symbol": "",
        "region": "",
        "parent_id": None,
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "is_programme_office": row["id"] in PROGRAMME_OFFICE,
        **fields,
    }


def _acts(decision: str) -> tuple[str, list[tuple[str, str]]]:
    """The acts and nothing else, and what the file says about some of them."""
    found = [_ACT.fullmatch(part) for part in decision.split("; ")] if decision else []
    if None in found:
        raise ValidationError(f"{decision}: not acts", code="not_acts")
    said = [(one["act"], one["said"] or one["also"]) for one in found if one and (one["said"] or one["also"])]
    return "; ".join(one["act"] for one in found if one), said


def _note(act: str, words: str) -> str:
    return KEPT_ON_NEW_MAP if words == UNCHANGED else f"{act}: {words}."


def _department_short(row: dict[str, str]) -> str:
    """«Vụ CNN», «Ủy ban TĐC», «Vụ Pháp chế»: the label of the programme's papers where it fits this very unit."""
    label, kind, symbol = row["seed_label"], row["kind"].capitalize(), row["symbol"]
    if symbol and label.endswith(f" {symbol}"):
        return f"{kind} {symbol}"
    return label if label.startswith(f"{kind} ") else row["name_vi"]


def _slugs(named: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Plain slugs; of two units of one name today's has it, the other adds the year in its id."""
    plain = {unit: slugify(fold(name.removeprefix("TP. "))) for unit, (name, _end) in named.items()}
    shared = Counter(plain.values())
    return {
        unit: f"{plain[unit]}-{unit.rsplit('-', 1)[-1]}".lower() if shared[plain[unit]] > 1 and end else plain[unit]
        for unit, (_name, end) in named.items()
    }


def _province_names(facts: Facts) -> Iterator[Fact]:
    for row in facts.table("province_names"):
        yield _name(row, row["short_name_vi"], PROVINCE_KINDS[row["kind"]], _acts(row["decision"])[0])


def _ministry_names(facts: Facts) -> Iterator[Fact]:
    for row in facts.table("ministries"):
        yield _name(row, row["short_name_vi"], str(MINISTRY_KINDS[row["kind"]].label), row["basis"])


def _department_names(facts: Facts) -> Iterator[Fact]:
    for row in facts.table("most_units"):
        yield _name(row, _department_short(row), row["kind"].capitalize(), row["basis"])


def _name(row: dict[str, str], short_name: str, kind_label: str, decision: str) -> Fact:
    return {
        "unit_id": row["id"],
        "name": row["name_vi"],
        "short_name": short_name,
        "name_en": row["name_en"],
        "kind_label": kind_label,
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "decision": decision,
    }


def _province_successions(facts: Facts) -> Iterator[Fact]:
    for row in facts.table("province_successions"):
        yield _succession(row, row["effective_date"], row["relation"], _acts(row["legal_basis"])[0])


def _ministry_successions(facts: Facts) -> Iterator[Fact]:
    for row in facts.table("ministry_successions"):
        relation = MINISTRY_RELATIONS[row["relation"]]
        # A ministry that receives some functions receives nothing of the other's past.
        share = int(row["share"] == "main")
        yield _succession(row, row["effective_date"], relation, row["basis"], share=share, note=row["note"])


def _department_successions(facts: Facts) -> Iterator[Fact]:
    rows = facts.table("most_units")
    basis = {row["id"]: row["basis"] for row in rows}
    followed = Counter(row["successor_id"] for row in rows)
    for row in rows:
        successor = row["successor_id"]
        if successor:
            start = date.fromisoformat(row["valid_to"]) + timedelta(days=1)
            relation = Relation.MERGED if followed[successor] > 1 else Relation.REORGANISED
            pair = {"predecessor_id": row["id"], "successor_id": successor}
            yield _succession(pair, start.isoformat(), relation, basis[successor])


def _succession(
    row: dict[str, str], effective_on: str, relation: str, basis: str, share: int = 1, note: str = ""
) -> Fact:
    return {
        "predecessor_id": row["predecessor_id"],
        "successor_id": row["successor_id"],
        "effective_on": effective_on,
        "relation": relation,
        "share": share,
        "takes_members": bool(share),
        "legal_basis": basis,
        "note": note,
    }
