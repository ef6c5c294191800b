"""What the registers of activities say in a book: of its days and units, as known at its moment."""

from datetime import date

import pytest
from django.utils import timezone

from apps.activities.models import Inspection
from apps.publications.facts.activities import tell_activities
from apps.publications.facts.taken import asked_of
from apps.publications.facts.told import Facts
from apps.registers.services import withdraw_row
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.registers import (
    AgreementFactory,
    AwardFactory,
    CommunicationFactory,
    DifficultyFactory,
    EventFactory,
    InspectionFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db


def told(year: int = 2026, unit: str | None = None, at=None) -> dict[str, str]:
    facts = Facts()
    tell_activities(asked_of("annual", year, unit, at or timezone.now()), facts)
    assert len(facts.grids["activities"].lines) == len(facts.figures)
    return {key.removeprefix("activities."): one.text for key, one in facts.figures.items()}


def test_rows_of_the_books_days_and_units_are_told(reference):
    InspectionFactory(places=12, bad_places=2, fines=4_500_000)
    InspectionFactory(unit_id=LAM_DONG, places=3, bad_places=0)
    InspectionFactory(started_on=date(2025, 12, 1), ended_on=date(2025, 12, 14), places=100)
    DifficultyFactory(answered_on=date(2026, 4, 1), answer="Đã hướng dẫn")
    DifficultyFactory()
    PolicyFactory(stage="issued", document="12/KH-UBND")
    PolicyFactory()
    EventFactory(participants=1_200)
    CommunicationFactory(pieces=4)
    AwardFactory(unit_id=LAM_DONG)
    assert told() == {
        "inspections": "2", "inspections.places": "15", "inspections.bad-places": "2", "inspections.fines": "4,5",
        "difficulties": "2", "difficulties.answered": "1", "difficulties.open": "1", "policies.issued": "1",
        "events": "1", "events.participants": "1.200", "communications": "1", "communications.pieces": "4",
        "awards": "1", "awards.groups": "1", "awards.people": "0",
    }  # fmt: skip
    assert told(unit=LAM_DONG) == {
        "inspections": "1", "inspections.places": "3", "inspections.bad-places": "0", "awards": "1",
        "awards.groups": "1", "awards.people": "0",
    }  # fmt: skip
    assert told(2025) == {"inspections": "1", "inspections.places": "100"}
    assert told(2024) == {}  # silence is no zero


def test_a_units_book_tells_of_its_past_too(reference):
    InspectionFactory(unit_id=BAC_GIANG, started_on=date(2025, 3, 3), ended_on=date(2025, 3, 4), places=4)
    assert told(2025, BAC_NINH) == {"inspections": "1", "inspections.places": "4"}


def test_agreements_are_told_as_they_stand_on_the_last_day(reference):
    ended = [{"expires_on": date(2024, 12, 13)}, {"ended_on": date(2024, 12, 14)}, {"in_force_on": date(2025, 1, 1)}]
    for days in ({}, {"expires_on": date(2024, 12, 14)}, *ended):
        AgreementFactory(signed_on=date(2022, 3, 1), **days)
    AgreementFactory(signed_on=date(2025, 3, 1))
    assert told(2024) == {"agreements.in-force": "2"}


def test_a_book_tells_what_was_known_at_its_moment(reference, keeper, monkeypatch):
    at = timezone.now()
    with monkeypatch.context() as clock:  # what is entered at that moment is known at it
        clock.setattr("django.utils.timezone.now", lambda: at)
        changed, gone, removed, unchanged, corrected = (InspectionFactory(places=n) for n in (1, 10, 100, 1_000, 5))
    history = Inspection.pgh_event_model.objects
    Inspection.objects.filter(pk=corrected.pk).update(places=1_000)  # at that very moment
    history.update(pgh_created_at=at)
    before = told(at=at)
    assert before["inspections.places"] == "2.111"
    InspectionFactory(places=50_000)
    for places in (7, 8):
        Inspection.objects.filter(pk=changed.pk).update(places=places)
    withdraw_row(gone, "Nhập nhầm", by=keeper)
    removed.delete()
    # One transaction has one moment: what came after is put where it belongs.
    history.exclude(pgh_obj=corrected).update(pgh_created_at=timezone.now())
    assert told()["inspections.places"] == "52.008"
    assert told(at=at) == before
    assert unchanged.places == 1_000
