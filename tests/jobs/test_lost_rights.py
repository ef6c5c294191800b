"""Jobs act for somebody: the right is asked again when they run, for it may have ended since the click."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.jobs.services import run_job
from apps.people.models import Membership
from tests.conftest import BAC_NINH
from tests.walk.matrix import read

pytestmark = pytest.mark.django_db


def end_membership(user) -> None:
    Membership.objects.filter(user=user).update(valid_to=timezone.localdate() - timedelta(days=1))


def close_account(user) -> None:
    user.is_active, user.closed_at, user.closed_reason = False, timezone.now(), "Nghỉ việc"
    user.save()


@pytest.fixture
def checked(keeper):
    from tests.walk.world.base import World
    from tests.walk.world.exchange import make_batch

    world = World()
    world.put("staff", BAC_NINH, keeper, named="register_keeper")
    return make_batch(world, BAC_NINH, ImportBatch.State.CHECKED)


@pytest.mark.parametrize("end", [end_membership, close_account])
def test_rows_are_not_written_for_who_has_lost_the_right(keeper, checked, end):
    batch = services.request_write(checked, by=keeper)
    end(keeper)
    run_job(batch.job_id)
    assert not Enterprise.objects.exists()
    assert not ProgrammeEvent.objects.exists()


def test_rows_are_written_for_who_still_holds_it(keeper, checked):
    batch = services.request_write(checked, by=keeper)
    run_job(batch.job_id)
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize("end", [end_membership, close_account])
def test_rows_are_not_taken_back_for_who_has_lost_the_right(keeper, checked, end):
    batch = services.request_write(checked, by=keeper)
    run_job(batch.job_id)
    batch = services.request_undo(batch, "Nhầm tệp", by=keeper)
    end(keeper)
    run_job(batch.job_id)
    assert ProgrammeEvent.objects.live().count() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.undo_reason) == (ImportBatch.State.WRITTEN, "")


def test_the_matrix_speaks_of_these_jobs():
    assert {kind for kind, said in read().jobs.items() if said == "rechecks"} == {
        "exchange.check",
        "exchange.write",
        "exchange.undo",
        "jobs.export",  # tests/jobs/test_exports.py
        "webhooks.deliver",  # tests/webhooks/test_sending.py
    }
