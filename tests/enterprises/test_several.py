"""The same stage for many enterprises."""

import pytest

from apps.audit.models import AuditEvent
from apps.enterprises.models import ProgrammeEvent
from apps.targets.models import RecomputeRequest
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
PAGE = "/registers/enterprises/events/new/"
FACTS = {"key": "k", "form": "written", "stage": "applied", "occurred_on": "12/03/2026", "unit": BAC_NINH}


def test_one_stage_for_many_and_where_it_stands_already_it_is_said(reader_client):
    rows = [EnterpriseFactory(unit_id=BAC_NINH) for _ in range(3)]
    keys = [row.pk for row in rows]
    page = reader_client.get(PAGE, {"row": keys})
    assert len(page.context["able"]) == 3
    reader_client.post(PAGE, FACTS | {"row": keys[:1]})
    requests = RecomputeRequest.objects.count()
    outcome = reader_client.post(PAGE, FACTS | {"key": "other", "row": keys}).context["outcome"]
    assert (len(outcome["done"]), len(outcome["refused"])) == (2, 1)
    assert "đã có giai đoạn đó" in outcome["refused"][0]["why"]
    assert ProgrammeEvent.objects.live().count() == 3
    assert AuditEvent.objects.filter(action="programme_event.added").count() == 3
    assert RecomputeRequest.objects.count() == requests + 1


def test_out_of_sight_is_not_found(reader_client):
    own, other = EnterpriseFactory(unit_id=BAC_NINH), EnterpriseFactory(unit_id=LAM_DONG)
    assert reader_client.post(PAGE, FACTS | {"row": [own.pk, other.pk]}).status_code == 404
    assert not ProgrammeEvent.objects.exists()
