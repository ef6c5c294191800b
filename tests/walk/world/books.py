"""A report book of every unit in each state, of another year each: its sections and texts hold canaries."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.publications.building import digest, file_name
from apps.publications.facts.told import Bound, Facts, Grid, Head, Line, words
from apps.publications.models import ReportBook, Section, SectionText
from tests.factories.books import keep_file
from tests.walk.places import CENTRE, PUBLIC
from tests.walk.world.base import World, builder
from tests.walk.world.people import make_user

State = ReportBook.State
SEEN_AT = datetime(2026, 1, 5, tzinfo=UTC)  # before the day on which the walk signs


@builder
def books(world: World, place: str) -> None:
    if place == CENTRE:  # the nation's books are the office's own: tests/publications
        return
    unit = OrganisationUnit.objects.get(pk=place)
    for number, state in enumerate(State):
        _book(world, unit, state, 2021 + number)


def _book(world: World, unit: OrganisationUnit, state: str, year: int) -> None:
    who, now = make_user(world, unit.pk), timezone.now()
    noted: dict[str, Any] = {"begun_by": who, "begun_at": now}
    if state == State.WITH_LEADER:
        noted |= {"handed_by": who, "handed_at": now}
    if state == State.ISSUED:
        noted |= {"issued_by": make_user(world, PUBLIC), "issued_at": now, "issued_on": date(2025, 1, 5)}
    slug = f"{unit.slug}-{year}-{state}".replace("_", "-")
    name, raw = file_name(slug, "docx"), world.canary(unit.pk, "reportbook", "file").encode()
    if state == State.ISSUED:
        noted["manifest"] = {"files": {name: digest(raw)}, "figures": []}
    book = world.make(
        "reportbook", unit.pk, ReportBook, named=state, kind="unit", span="annual", year=year, unit=unit, state=state,
        slug=slug, as_of=SEEN_AT, facts=_facts(unit, year), changes=1, number=f"12/BC-{unit.pk}"[:60], **noted,
    )  # fmt: skip
    if state == State.ISSUED:
        world.own(keep_file(book, name, raw, who), unit.pk)
    for position, code in enumerate(("direction", "annex"), 1):
        section = world.make(
            "section", unit.pk, Section, book=book, code=code, position=position, tables=["told"],
            is_self_built=code == "annex", is_annex=code == "annex",
        )  # fmt: skip
        if code == "direction" and state != State.ISSUED:
            text = world.canary(unit.pk, "sectiontext", "text")
            world.own(SectionText.objects.create(section=section, number=1, text=text, written_by=who, written_at=now),
                      unit.pk)  # fmt: skip


def _facts(unit: OrganisationUnit, year: int) -> dict[str, object]:
    issuer = {"superior": "", "body": "Đơn vị", "in_full": "Đơn vị", "symbol": "BC", "place": "Hà Nội", "to": "Bộ"}
    at = SEEN_AT.isoformat()
    facts = Facts(about={
        "kind": "unit", "span": "annual", "years": [year], "unit": unit.pk, "as_of": at, "day": f"{year}-12-14",
        "issuer": issuer, "illustrative": False,
    })  # fmt: skip
    facts.add(Bound("mt5.told", "Doanh nghiệp", "5", "5"))
    facts.lay(Grid("told", "Bảng", (Head("Nội dung"),), (Line((words("Có"),)),)))
    return facts.plain()
