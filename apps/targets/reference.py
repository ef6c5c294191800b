"""Periods, the seven indicators with their definitions, and the national targets, from the facts' files."""

from apps.core.reference import Changes, Fact, Facts, align
from apps.documents.reference import acts_by_number
from apps.targets.models import Indicator, IndicatorDefinition, Period, Target

MILESTONES = {"target_2025": 2025, "target_2030": 2030}


def load_targets(facts: Facts) -> Changes:
    changes = align(Period, ["code"], facts.fixture("20_periods", "targets.period"))
    changes += _load_indicators(facts)
    ids = dict(Indicator.objects.values_list("code", "pk"))
    acts = acts_by_number()
    definitions = [
        {**_without(fact, "indicator", "legal_basis"), **_keys(fact, ids, acts)}
        for fact in facts.fixture("30_indicators", "targets.indicatordefinition")
    ]
    ours = [fact for fact in definitions if (fact["indicator_id"], fact["version"]) not in _of_pages()]
    changes += align(IndicatorDefinition, ["indicator_id", "version"], ours)
    targets = [
        {**_without(fact, "indicator", "legal_basis"), **_keys(fact, ids, acts), "unit_id": None}
        for fact in _national_targets(facts)
    ]
    return changes + align(Target, ["indicator_id", "year", "unit_id", "version"], targets)


def _of_pages() -> set[tuple[int, int]]:
    """Versions of definitions that people made: pages know more than the files."""
    return set(IndicatorDefinition.objects.filter(entered_by__isnull=False).values_list("indicator_id", "version"))


def _load_indicators(facts: Facts) -> Changes:
    """Names, units of count and baselines stand in targets.csv; how they are counted, and the parts, in the fixture."""
    known = {row["code"]: row for row in facts.table("targets")}
    rows = facts.fixture("30_indicators", "targets.indicator")
    wholes = [_indicator(row, known[row["code"]]) for row in rows if not row["parent"]]
    changes = align(Indicator, ["code"], wholes)
    ids = dict(Indicator.objects.values_list("code", "pk"))
    parts = [{**_without(row, "parent"), "parent_id": ids[row["parent"]]} for row in rows if row["parent"]]
    return changes + align(Indicator, ["code"], parts)


def _indicator(row: Fact, known: dict[str, str]) -> Fact:
    return {
        "name": known["name_vi"],
        "name_en": known["name_en"],
        "unit_label": known["unit_vi"],
        "baseline": known["baseline_2018"],
        **_without(row, "parent"),
        "parent_id": None,
    }


def _national_targets(facts: Facts) -> list[Fact]:
    """The aims of targets.csv; the fixture says by which act, and what a reader must know about the number."""
    known = {row["code"]: row for row in facts.table("targets")}
    columns = {year: column for column, year in MILESTONES.items()}
    return [
        {**fact, "value": known[fact["indicator"]][columns[fact["year"]]]}
        for fact in facts.fixture("30_indicators", "targets.target")
    ]


def _keys(fact: Fact, ids: dict[str, int], acts: dict[str, int]) -> Fact:
    return {"indicator_id": ids[fact["indicator"]], "legal_basis_id": acts[fact["legal_basis"]]}


def _without(fact: Fact, *names: str) -> Fact:
    return {name: value for name, value in fact.items() if name not in names}
