"""Due dates told in time, and the morning's mail: one a person and working day, by a real mail server."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.notifications.models import Digest, Holiday, Notification, NotificationChoice
from apps.notifications.services.digests import begin_day
from apps.tasks.models import PlanTask, Reminder
from apps.tasks.services.reminding import remind
from tests.factories.tasks import PlanTaskFactory
from tests.smtp import post_office

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 30)
Kind = Reminder.Kind


@pytest.fixture
def clock(monkeypatch):
    """Moves the portal's day; the job table goes by the database's own clock, which stays."""

    def set_to(day: date) -> None:
        moment = datetime(day.year, day.month, day.day, 7, 30, tzinfo=HERE)
        monkeypatch.setattr(
            timezone, "localdate", lambda value=None, *_: value.astimezone(HERE).date() if value else day
        )
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def of(user) -> list[tuple[str, date]]:
    return list(Reminder.objects.filter(person=user).order_by("pk").values_list("kind", "told_on"))


@pytest.mark.django_db
def test_a_due_date_is_told_of_30_7_and_1_days_before_1_day_after_then_weekly_to_the_head(people, so):
    due = date(2026, 12, 16)  # a Wednesday
    task = PlanTaskFactory(lead_unit_id=so.pk, state="in_progress", due_on=due, holder=people.officer_of_so)
    for days in range(-40, 20):
        day = due + timedelta(days=days)
        if day.weekday() < 5:
            remind(day)
            remind(day)  # a second run finds it told
    assert of(people.officer_of_so) == [
        (Kind.MONTH, date(2026, 11, 16)), (Kind.WEEK, date(2026, 12, 9)), (Kind.DAY, date(2026, 12, 15)),
        (Kind.OVERDUE, date(2026, 12, 17)),
    ]  # fmt: skip
    assert of(people.approver_of_so) == [
        (Kind.WEEKLY, date(2026, 12, 21)), (Kind.WEEKLY, date(2026, 12, 28)), (Kind.WEEKLY, date(2027, 1, 4)),
    ]  # fmt: skip
    assert of(people.editor_of_province) == []  # the task has a holder
    assert Notification.objects.count() == 7
    PlanTask.objects.filter(pk=task.pk).update(due_on=date(2027, 1, 20))  # extended: told of anew
    remind(date(2027, 1, 5))
    assert of(people.officer_of_so)[-1] == (Kind.MONTH, date(2027, 1, 5))


@pytest.mark.django_db(transaction=True)
def test_200_tasks_make_one_mail_a_day_and_a_server_away_for_an_hour_loses_and_doubles_nothing(
    people, so, settings, clock
):
    settings.DEFAULT_FROM_EMAIL = "de-an-996@example.vn"
    clock(MONDAY)
    for n in range(200):
        PlanTaskFactory(code=f"NV-T-{n}", lead_unit_id=so.pk, state="in_progress", due_on=date(2026, 12, 4),
                        holder=people.officer_of_so)  # fmt: skip
    with post_office(settings) as office:
        office.is_away = True
        assert begin_day() == 1
        assert begin_day() == 0  # a second bell of the morning
        [job] = Job.objects.filter(kind="notifications.mail")
        tried = 0
        while office.is_away:
            tried += 1
            assert run_job(job.pk) == Job.State.PENDING
            job.refresh_from_db()
            waited = job.not_before - job.started_at if job.started_at else timedelta(hours=1)
            office.is_away = tried < 5
            Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
            assert waited > timedelta(0)
        assert office.letters == []
        assert run_job(job.pk) == Job.State.DONE
        assert run_job(job.pk) == Job.State.DONE  # its bell again
        [letter] = office.letters
        assert letter["To"] == people.officer_of_so.email
        assert letter["Subject"].strip() == "[Đề án 996] 200 việc cần biết – hạn 04/12/2026"
        body = letter.get_content()
        assert "Còn 7 ngày đến hạn: 200" in body
        assert body.count("http") == 1
        assert "NV-T-" not in body
        assert office.callers == tried + 1
        clock(MONDAY + timedelta(days=1))  # nothing new to tell
        assert begin_day() == 0
    assert Digest.objects.count() == 1


@pytest.mark.django_db
def test_no_mail_on_days_off_and_none_for_who_wants_none(people, so, clock):
    PlanTaskFactory(lead_unit_id=so.pk, state="in_progress", due_on=date(2026, 12, 31), holder=people.officer_of_so)
    PlanTaskFactory(lead_unit_id=so.pk, state="in_progress", due_on=date(2026, 12, 31),
                    holder=people.editor_of_province)  # fmt: skip
    NotificationChoice.objects.create(user=people.editor_of_province, digest=False)
    Holiday.objects.create(day=date(2026, 12, 7), name="Ngày nghỉ thử")
    for day in (date(2026, 12, 5), date(2026, 12, 6), date(2026, 12, 7)):
        clock(day)
        assert begin_day() == 0
    assert not Notification.objects.exists()
    clock(date(2026, 12, 8))
    assert begin_day() == 1
    assert Digest.objects.get().user == people.officer_of_so
    assert Notification.objects.count() == 2
