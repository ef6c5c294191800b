"""Invented enterprises with their programmes and events, a batch of rows at a time."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.utils import timezone

from apps.accounts.models import User
from apps.enterprises.models import AssuranceProgramme, Enterprise, Industry, ProgrammeEvent
from apps.organisations.models import OrganisationUnit
from program996.demo.bulk import copy_rows, reserve_ids
from program996.demo.dice import Dice, Weighted
from program996.demo.names import invent_address, invent_identity
from program996.demo.places import Place, Places
from program996.demo.programmes import MARK, Story, Storyteller
from program996.demo.tax_codes import TaxCodes
from program996.demo.years import LAST_DAY, USUAL, Cycle, Years

Ownership = Enterprise.Ownership
BATCH = 10_000
OWNERSHIP = {
    Ownership.PRIVATE: 0.74,
    Ownership.FOREIGN: 0.09,
    Ownership.STATE: 0.06,
    Ownership.COOPERATIVE: 0.06,
    Ownership.HOUSEHOLD: 0.05,
}
BRANCH = 0.01
ENTERPRISE_COLUMNS = (
    *("id", "created_at", "updated_at", "tax_code", "tax_code_reason", "name", "ownership", "industry_id"),
    *("industry_code", "unit_id", "address", "located_on", "note"),
)
PROGRAMME_COLUMNS = ("id", "created_at", "updated_at", "enterprise_id", "form")
EVENT_COLUMNS = (
    *("created_at", "updated_at", "programme_id", "stage", "occurred_on", "unit_id", "note", "reported_by_id"),
    *("withdrawn_at", "withdrawn_by_id", "withdrawn_reason"),
)


class Invented(NamedTuple):
    tax_code: str
    name: str
    ownership: str
    industry: int
    division: str
    address: str
    story: Story


class Inventor:
    def __init__(self, seed: int, cycle: Cycle = USUAL):
        self.dice = Dice(seed)
        self.places = Places()
        self.storyteller = Storyteller(self.dice, self.places, Years(cycle))
        self.tax_codes = TaxCodes()
        self.ownership = Weighted(OWNERSHIP)
        self.names = dict(OrganisationUnit.objects.with_names(LAST_DAY).values_list("id", "short_name"))
        self.industries: dict[str, list[tuple[date, date | None, int]]] = {}
        for row in Industry.objects.filter(level=2).order_by("valid_from"):
            self.industries.setdefault(row.code, []).append((row.valid_from, row.valid_to, row.pk))

    def enterprises(self, count: int) -> Iterator[Invented]:
        homes = self.places.all
        for number in range(count):
            if number < len(homes):
                story = self.storyteller.tell_of_both_eras(homes[number], 2019 + number % 6)
                yield self.invent(homes[number], story)
            else:
                home = self.places.draw(self.dice)
                yield self.invent(home, self.storyteller.tell(home))

    def invent(self, home: Place, story: Story) -> Invented:
        ownership = self.ownership.draw(self.dice)
        tax_code = self._tax_code(ownership, home)
        seat = story.live[-1].unit
        name, division = invent_identity(self.dice, ownership, self.names[seat] if "-" in tax_code else "")
        industry = self._industry(division, story.events[0].day)
        address = invent_address(self.dice, ownership, self.names[seat])
        return Invented(tax_code, name, ownership, industry, division, address, story)

    def _tax_code(self, ownership: Enterprise.Ownership, home: Place) -> str:
        if ownership == Ownership.HOUSEHOLD:
            return self.tax_codes.household()
        if ownership != Ownership.COOPERATIVE and self.dice.chance(BRANCH):
            return self.tax_codes.branch(home.tax_prefix)
        return self.tax_codes.company(home.tax_prefix)

    def _industry(self, division: str, day: date) -> int:
        """The division in the version of VSIC that was in force that day."""
        return next(
            pk for first, last, pk in self.industries[division] if first <= day and (last is None or day <= last)
        )


def load_enterprises(seed: int, count: int, *, withdrawn_by: User, cycle: Cycle = USUAL) -> int:
    """Write `count` enterprises and return how many events they have."""
    invented = Inventor(seed, cycle).enterprises(count)
    events = 0
    while batch := list(islice(invented, BATCH)):
        events += _write(batch, withdrawn_by)
    return events


def _write(batch: list[Invented], withdrawn_by: User) -> int:
    now = timezone.now()
    ids = reserve_ids(Enterprise, len(batch))
    copy_rows(
        Enterprise, ENTERPRISE_COLUMNS, (_enterprise_row(pk, now, row) for pk, row in zip(ids, batch, strict=True))
    )
    programmes = [
        (enterprise, form, events)
        for enterprise, row in zip(ids, batch, strict=True)
        for form, events in row.story.programmes.items()
    ]
    programme_ids = reserve_ids(AssuranceProgramme, len(programmes))
    numbered = list(zip(programme_ids, programmes, strict=True))
    copy_rows(
        AssuranceProgramme,
        PROGRAMME_COLUMNS,
        ((pk, now, now, enterprise, form) for pk, (enterprise, form, _events) in numbered),
    )
    rows = [
        (now, now, pk, event.stage, event.day, event.unit, event.note, event.unit)
        + ((now, withdrawn_by.pk, event.withdrawn_reason) if event.withdrawn_reason else (None, None, ""))
        for pk, (_enterprise, _form, events) in numbered
        for event in events
    ]
    copy_rows(ProgrammeEvent, EVENT_COLUMNS, rows)
    return len(rows)


def _enterprise_row(pk: int, now: object, row: Invented) -> tuple:
    latest = row.story.live[-1]
    names = (row.tax_code, "", row.name, row.ownership, row.industry, row.division)
    return (pk, now, now, *names, latest.unit, row.address, latest.day, MARK)
