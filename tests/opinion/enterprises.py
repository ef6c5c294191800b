"""MT5 with MT5a, MT5b and MT5c, of domain.md section 1: distinct enterprises reached, each once in the country."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from apps.enterprises.models import (
    AssuranceProgramme,
    Enterprise,
    Industry,
    ManagingMinistry,
    PrioritySector,
    ProgrammeEvent,
)
from apps.targets.models import Indicator, IndicatorDefinition
from tests.opinion.counting import Fact, Figures, Window, first_of_each, since_the_beginning

NONE = "none"
EVERY = ("state", "private", "fdi", "cooperative", "household")
IN_FORCE = ("applied", "maintained")  # "at stage `applied` or `maintained`"


@dataclass(frozen=True)
class Event:
    row: int
    code: str
    form: str
    day: date
    unit: str
    activity: str
    ownership: str
    industry_code: str
    industry: int | None


def entity_of(code: str) -> str:
    """domain.md: "thing = first ten digits, of a household all twelve; whether the parent is registered or not"."""
    digits = code.replace("-", "")
    return digits if len(digits) == 12 else digits[:10]


def read_events() -> list[Event]:
    """Written: «"Stopped" does not lower it; a withdrawn or corrected row does»."""
    codes = {row["id"]: row for row in Enterprise.objects.values(
        "id", "tax_code", "ownership", "industry_code", "industry_id")}  # fmt: skip
    programmes = {row["id"]: row for row in AssuranceProgramme.objects.values("id", "enterprise_id", "form")}
    rows = ProgrammeEvent.objects.values(
        "id", "programme_id", "stage", "occurred_on", "unit_id", "activity", "withdrawn_at"
    )
    found = []
    for row in rows:
        if row["withdrawn_at"] is not None or row["stage"] not in IN_FORCE:
            continue
        programme = programmes[row["programme_id"]]
        of = codes[programme["enterprise_id"]]
        found.append(
            Event(
                row["id"], of["tax_code"], programme["form"], row["occurred_on"], row["unit_id"], row["activity"],
                of["ownership"], of["industry_code"], of["industry_id"],
            )
        )  # fmt: skip
    return found


class Telling:
    """By what an event that counts is told apart: kind, trade, kind of service, managing ministry, priority sector."""

    def __init__(self) -> None:
        self.industries = {row["id"]: row for row in Industry.objects.values("id", "version", "code", "section")}
        self.ministries = _ministries()
        self.sectors = _sectors()

    def told(self, event: Event) -> tuple[tuple[str, str], ...]:
        trade = self.industries.get(event.industry or 0)
        section = f"{trade['version']}:{trade['section']}" if trade else NONE
        return (
            ("ownership", event.ownership), ("industry", section), ("ministry", self.ministry(event)),
            ("sector", self.sector(event, trade)),
        )  # fmt: skip

    def ministry(self, event: Event) -> str:
        """domain.md: "An enterprise may have a dated managing ministry, and MT5 by ministry is a breakdown beside
        it"; it is that
        of the day on which the enterprise counts, "until the next row of the same enterprise or its own end" (model).
        """
        begun = [one for one in self.ministries[entity_of(event.code)] if one[0] <= event.day]
        if not begun:
            return NONE
        _since, unit, ended = max(begun)
        return unit if ended is None or event.day < ended else NONE

    def sector(self, event: Event, trade: dict | None) -> str:
        """domain.md: "Versions with their act, sectors mapped to VSIC, so that enterprises are told by sector"
        (section 7); of
        several that of the closest code, as an enterprise that stood in two would be told twice.
        """
        code = event.industry_code
        found = [
            (len(vsic), begins, act, number)
            for act, number, version, vsic, begins, ends in self.sectors
            if trade and version == trade["version"] and begins <= event.day and (ends is None or event.day < ends)
            and (code.startswith(vsic) or vsic == trade["section"])
        ]  # fmt: skip
        if not found:
            return NONE
        closest = max(one[:3] for one in found)
        act, number = closest[2], min(one[3] for one in found if one[:3] == closest)
        return f"{act}:{number.replace('.', '_').replace('-', '_')}"


def _ministries() -> dict[str, list[tuple[date, str, date | None]]]:
    found: dict[str, list] = defaultdict(list)
    for row in ManagingMinistry.objects.values("tax_code", "unit_id", "since", "ended_on", "withdrawn_at"):
        if row["withdrawn_at"] is None:
            found[row["tax_code"]].append((row["since"], row["unit_id"], row["ended_on"]))
    return found


def _sectors() -> list[tuple]:
    rows = PrioritySector.objects.values(
        "act_id", "number", "vsic_version", "vsic", "valid_from", "valid_to", "withdrawn_at"
    )
    return [
        (row["act_id"], row["number"], row["vsic_version"], row["vsic"], row["valid_from"], row["valid_to"])
        for row in rows
        if row["withdrawn_at"] is None
    ]


def _kinds(code: str) -> Callable[[date], list[str]]:
    """domain.md: "The definition lists (as dated data) the kinds that count": of the version in force on a day;
    none: all.

    What does not count is no way of being reached: an enterprise counts by the first event that does.
    """
    indicator = Indicator.objects.values("id").get(code=code)["id"]
    rows = sorted(
        (row["valid_from"], row["kinds"])
        for row in IndicatorDefinition.objects.filter(indicator=indicator).values("valid_from", "kinds")
    )
    days = [day for day, _kinds in rows]
    return lambda day: rows[bisect(days, day) - 1][1] if bisect(days, day) else []


def figures_of_enterprises(code: str, within: list[Window]) -> Figures:
    events, telling = read_events(), Telling()
    forms = {"MT5a": ("served",), "MT5b": ("written",)}.get(code, ("served", "written"))
    kinds = _kinds("MT5")
    counted = [event for event in events if event.form in forms and (event.ownership in (kinds(event.day) or EVERY))]
    kind_of = {event.row: event.ownership for event in counted}
    facts = first_of_each(
        Fact(entity_of(event.code), event.unit, event.day, event.row, told=telling.told(event)) for event in counted
    )
    if code == "MT5c":  # "MT5c = kinds state and private", of the enterprises that MT5 counts (its definition)
        facts = [fact for fact in facts if kind_of[fact.row] in ("state", "private")]
    return since_the_beginning(facts, within)
