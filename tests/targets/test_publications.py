"""Publishing a closing: by a leader, of the latest, once; taken back with a reason, and never made another."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InternalError, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.progress.services import recompute
from apps.targets.models import Period, Publication, UnitStatistic
from apps.targets.publishing import publish_closing, withdraw_publication
from tests.conftest import BAC_GIANG
from tests.factories.closings import close, document


@pytest.fixture
def period(event) -> Period:
    """2024, with one enterprise, closed."""
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    close(2024)
    return Period.objects.get(year=2024)


def code_of(refusal) -> str:
    found = getattr(refusal.value, "error_dict", None)
    return (next(iter(found.values())) if found else refusal.value.error_list)[0].code


def test_a_leader_publishes_and_takes_back(period, leader):
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_GIANG, year=2024, value="400.50", source="thử")
    made = publish_closing(period.closing, document=document(), note=" Số năm 2024 ", by=leader)
    assert (made.published_by, made.note, made.day) == (leader, "Số năm 2024", timezone.localdate())
    assert made.denominators == [[BAC_GIANG, 2024, "400.5"]]
    withdraw_publication(made, "Sai số liệu", by=leader)
    again = publish_closing(period.closing, document=document(), by=leader)
    assert [one.state for one in Publication.objects.all()] == ["withdrawn", "published"]
    assert list(Publication.objects.in_force()) == [again]
    told = AuditEvent.objects.filter(action__startswith="closing.").order_by("id")
    assert [(one.action, one.actor_id, one.reason) for one in told] == [
        ("closing.published", leader.pk, "Số năm 2024"),
        ("closing.publication_withdrawn", leader.pk, "Sai số liệu"),
        ("closing.published", leader.pk, ""),
    ]
    assert (told[1].before, told[1].after) == (told[0].after, {})


def test_nobody_else_does(period, leader, officer, keeper):
    made = publish_closing(period.closing, document=document(), by=leader)
    for person in (officer, keeper):
        with pytest.raises(PermissionDenied):
            publish_closing(period.closing, document=document(), by=person)
        with pytest.raises(PermissionDenied):
            withdraw_publication(made, "Nhầm", by=person)


def test_what_is_published_stays_once_and_of_the_latest(period, leader):
    first = period.closing
    publish_closing(first, document=document(), by=leader)
    with pytest.raises(ValidationError, match="đã được công bố"):
        publish_closing(first, document=document(), by=leader)
    close(2024)
    with pytest.raises(ValidationError) as refusal:
        publish_closing(first, document=document(), by=leader)
    assert code_of(refusal) == "stale"
    later = publish_closing(Period.objects.get(year=2024).closing, document=document(), by=leader)
    assert [one.superseded_by for one in Publication.objects.with_standing().order_by("pk")] == [later.pk, None]
    withdraw_publication(later, "Sai số liệu", by=leader)
    assert Publication.objects.with_standing().order_by("pk")[0].superseded_by is None


def test_taking_back_asks_for_a_reason_and_happens_once(period, leader):
    made = publish_closing(period.closing, document=document(), by=leader)
    with pytest.raises(ValidationError) as refusal:
        withdraw_publication(made, "  ", by=leader)
    assert code_of(refusal) == "reason"
    withdraw_publication(made, "Sai số liệu", by=leader)
    with pytest.raises(ValidationError) as refusal:
        withdraw_publication(made, "Sai số liệu", by=leader)
    assert code_of(refusal) == "wrong_state"


def test_the_database_keeps_what_was_published(period, leader):
    made = publish_closing(period.closing, document=document(), by=leader)
    rows = Publication.objects.filter(pk=made.pk)
    for write in (lambda: rows.update(note="Khác"), lambda: rows.update(denominators=[1]), rows.delete):
        with pytest.raises(InternalError), transaction.atomic():
            write()
    withdraw_publication(made, "Sai số liệu", by=leader)
    with pytest.raises(InternalError), transaction.atomic():
        rows.update(withdrawn_reason="Khác")
