"""What was asked of somebody is news for as long as it waits."""

import pytest

from apps.jobs.consumer import run_job
from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.reports.services import moves, reviewing
from tests.factories.sendings import sent


def run_tellers() -> None:
    for job in Job.objects.filter(kind="reports.tell_moved", state=Job.State.PENDING).order_by("created_at"):
        assert run_job(job.pk) == Job.State.DONE, job.error


def unread(kind: str) -> bool:
    return Notification.objects.filter(kind=kind, read_at=None).exists()


@pytest.mark.django_db
def test_what_was_asked_is_new_for_nobody_once_it_is_done_and_a_return_says_why(report, editor, approver, officer):
    report = sent(report, editor, approver)
    run_tellers()
    assert not unread("reports.to_leader"), "it was signed before anybody was told"
    assert unread("reports.submit")
    report = reviewing.return_for_revision(report, "Sửa ô 5.1", by=officer)
    run_tellers()
    assert not unread("reports.submit")
    [told] = Notification.objects.filter(kind="reports.return_for_revision", user=editor)
    assert (told.read_at, told.facts["reason"]) == (None, "Sửa ô 5.1")
    moves.to_leader(report, by=editor)
    run_tellers()
    assert unread("reports.to_leader")
    assert not unread("reports.return_for_revision")
    moves.recall(report, by=editor)
    run_tellers()
    assert not unread("reports.to_leader")
    assert unread("reports.recall")
