"""Taking a written import back: through its page and its job, whole or not at all, whatever happens meanwhile."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.enterprises import undoing
from apps.enterprises.models import ProgrammeEvent
from apps.enterprises.services import correct_event
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.targets.models import RecomputeRequest
from tests.at_once import pressed_at_once
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import HTMX, done, url
from tests.jobs.conftest import elsewhere  # noqa: F401

pytestmark = pytest.mark.django_db
State = ImportBatch.State


@pytest.fixture
def written(upload, write) -> ImportBatch:
    batch = write(upload(files.workbook(files.rows(5))))
    RecomputeRequest.objects.all().delete()
    return batch


def worked(batch: ImportBatch) -> ImportBatch:
    """What the worker makes of the job that a click has left."""
    batch.refresh_from_db()
    return done(batch)


def live() -> int:
    return ProgrammeEvent.objects.live().count()


def steps(batch) -> list[str]:
    """What the audit tells of the batch since it was written."""
    told = AuditEvent.objects.filter(target_type="exchange.importbatch", target_id=str(batch.pk)).order_by("id")
    actions = list(told.values_list("action", flat=True))
    return actions[actions.index("import.written") + 1 :]


# --- through the page -------------------------------------------------------------------------------------------------


def test_undo_is_asked_for_on_the_page_and_done_by_its_job(client, keeper, written):
    target = url("importbatch_undo", written)
    assert "Hoàn tác lần nhập" in client.get(written.get_absolute_url()).text
    dialog = client.get(target, headers=HTMX).text
    assert 'name="reason"' in dialog
    assert "kể cả dòng đã sửa sau khi nhập" in dialog
    assert client.post(target, {"reason": ""}).status_code == 422

    page = client.post(target, {"reason": "Nhầm tệp"}, follow=True).text
    assert live() == 5
    assert "Đang hoàn tác 5 dòng" in page
    assert "every 1s" in page
    assert "Hoàn tác được đến" not in page

    assert (worked(written).state, live()) == (State.UNDONE, 0)
    assert set(ProgrammeEvent.objects.values_list("withdrawn_reason", "withdrawn_by")) == {("Nhầm tệp", keeper.pk)}
    page = client.get(url("importbatch_progress", written), headers=HTMX).text
    assert "đã được hoàn tác" in page
    assert f"{keeper}, " in page
    assert "Lý do: Nhầm tệp." in page
    assert "nên xem lại" not in page  # nothing of it is in the register
    assert 'class="now"' not in page
    assert "5, đã hoàn tác" in client.get("/registers/enterprises/imports/").text
    rows = client.get(written.get_absolute_url(), {"tab": "valid"}).text
    assert ("Sẽ ghi" in rows, rows.count('data-l="Đã hoàn tác"')) == (False, 5)
    assert "Nhập tệp khác" in page
    assert "Đang tính lại mục tiêu MT5" in page
    run_job(written.job_id)
    assert not RecomputeRequest.objects.exists()
    assert "every 1s" not in client.get(written.get_absolute_url()).text
    assert steps(written) == ["import.undo_requested", "import.undone"]


def test_second_click_shows_what_the_first_one_did(client, written):
    target = url("importbatch_undo", written)
    client.post(target, {"reason": "Nhầm tệp"})
    page = client.post(target, {"reason": "Lần nữa"}, follow=True)
    assert "Đang hoàn tác 5 dòng" in page.text
    assert "không thực hiện được thao tác này" not in page.text
    worked(written)
    page = client.post(target, {"reason": "Lần nữa"}, follow=True)
    assert "đã được hoàn tác" in page.text
    assert "không thực hiện được thao tác này" not in page.text
    assert steps(written) == ["import.undo_requested", "import.undone"]
    assert written.undo_reason == "Nhầm tệp"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_undo_once(reference, signed_in, keeper, written):
    assert pressed_at_once(
        [signed_in(keeper), signed_in(keeper)], url("importbatch_undo", written), {"reason": "Nhầm tệp"}
    ) == [302, 302]
    assert Job.objects.filter(kind="exchange.undo").count() == 1
    worked(written)
    assert (live(), steps(written)) == (0, ["import.undo_requested", "import.undone"])


def test_undo_that_failed_for_good_is_told_and_tried_again(client, written):
    client.post(url("importbatch_undo", written), {"reason": "Nhầm tệp"})
    Job.objects.filter(kind="exchange.undo").update(state="failed", finished_at=timezone.now(), error="Lỗi.")
    page = client.get(written.get_absolute_url()).text
    assert "Hoàn tác lần nhập: chưa xong." in page
    assert "Sổ đăng ký chưa thay đổi." in page
    assert "every 1s" not in page
    assert "Hủy lần nhập" not in page
    client.post(url("importbatch_retry", written))
    assert (worked(written).state, live()) == (State.UNDONE, 0)


# --- what it needs ----------------------------------------------------------------------------------------------------


def test_undo_asks_for_the_figures_and_follows_that_job(written, undo):
    batch = undo(written)
    assert RecomputeRequest.objects.get().source == "enterprises.programme_event"
    assert Job.objects.get(pk=batch.job_id).kind == "progress.recompute"


def test_undo_needs_a_reason_and_comes_within_seven_days(client, written, keeper):
    with pytest.raises(ValidationError, match="lý do"):
        services.request_undo(written, " ", by=keeper)
    ImportBatch.objects.filter(pk=written.pk).update(written_at=timezone.now() - timedelta(days=7, minutes=1))
    assert "Hoàn tác được đến" not in client.get(written.get_absolute_url()).text
    page = client.post(url("importbatch_undo", written), {"reason": "Nhầm tệp"}, follow=True).text
    assert "Chỉ hoàn tác được trong 7 ngày kể từ khi ghi." in page
    assert live() == 5
    assert not Job.objects.filter(kind="exchange.undo").exists()


def test_right_that_ended_before_the_undoing(client, reader_client, written, keeper):
    batch = services.request_undo(written, "Nhầm tệp", by=keeper)
    Membership.objects.filter(user=keeper).update(valid_to=timezone.localdate() - timedelta(days=1))
    batch = done(batch)
    assert (batch.state, live()) == (State.WRITTEN, 5)
    assert (batch.undone_by, batch.undone_at, batch.undo_reason) == (None, None, "")
    page = reader_client.get(batch.get_absolute_url()).text
    assert "Chưa hoàn tác." in page
    assert "không còn quyền hoàn tác" in page
    assert "Đã ghi 5 dòng." in page
    assert steps(batch) == ["import.undo_requested", "import.undo_refused"]


def test_batch_that_is_not_written_is_not_undone(client, batch, keeper):
    page = client.post(url("importbatch_undo", batch), {"reason": "Nhầm tệp"}, follow=True).text
    assert "không thực hiện được thao tác này" in page
    services.undo(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.CHECKED


def test_taking_back_twice_takes_back_once(written, undo):
    batch = undo(written)
    before = list(ProgrammeEvent.objects.order_by("id").values()), Job.objects.count()
    services.undo(batch.pk)
    assert (list(ProgrammeEvent.objects.order_by("id").values()), Job.objects.count()) == before
    assert steps(batch) == ["import.undo_requested", "import.undone"]


def test_file_is_still_recognised_while_its_undoing_waits(written, keeper, bac_ninh):
    services.request_undo(written, "Nhầm tệp", by=keeper)
    assert list(ImportBatch.objects.alive()) == [written]


# --- what happens meanwhile -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_fault_in_the_middle_of_undoing_leaves_nothing(written, keeper, monkeypatch):
    batch = services.request_undo(written, "Nhầm tệp", by=keeper)
    with monkeypatch.context() as patch:
        patch.setattr(undoing, "request_recompute", lambda *args, **kwargs: 1 / 0)
        assert run_job(batch.job_id) == Job.State.PENDING
    batch.refresh_from_db()
    assert (batch.state, live()) == (State.UNDOING, 5)
    Job.objects.filter(pk=batch.job_id).update(not_before=timezone.now())
    assert (done(batch).state, live()) == (State.UNDONE, 0)


@pytest.mark.django_db(transaction=True)
def test_correction_in_the_middle_of_the_undoing_is_waited_for_and_counted_anew(
    reference,
    elsewhere,  # noqa: F811
    written,
    keeper,
):
    """The undoing finds the row locked; when it gets it the row has moved to another province."""
    batch = services.request_undo(written, "Nhầm tệp", by=keeper)
    event = ProgrammeEvent.objects.live().first()
    before = OrganisationUnit.objects.get(pk=files.BAC_GIANG)
    with transaction.atomic():
        correct_event(event, {"unit": before, "occurred_on": date(2024, 5, 5)}, "Sai tỉnh", by=keeper)
        undoing = elsewhere(run_job, batch.job_id)
        undoing.thread.join(1)
        assert undoing.is_waiting
        RecomputeRequest.objects.all().delete()  # as if the correction's own recount had come and gone before
    assert undoing.get() == Job.State.DONE
    event.refresh_from_db()
    assert (event.unit_id, event.withdrawn_reason, live()) == (files.BAC_GIANG, "Nhầm tệp", 0)
    assert RecomputeRequest.objects.get().source == "enterprises.programme_event"


def test_correction_after_the_undoing_is_refused_and_one_before_goes_with_it(written, undo, keeper):
    first, second = ProgrammeEvent.objects.live().order_by("id")[:2]
    correct_event(first, {"note": "đã sửa"}, "Sai ghi chú", by=keeper)
    undo(written)
    first.refresh_from_db()
    assert (first.note, first.withdrawn_reason) == ("đã sửa", "Nhầm tệp")
    with pytest.raises(ValidationError, match="Giai đoạn đã được thu hồi"):
        correct_event(second, {"note": "muộn"}, "Sai ghi chú", by=keeper)


@pytest.mark.django_db(transaction=True)
def test_plans_of_an_earlier_job_are_not_kept(reference, upload, write, undo):
    """Planned for one row, the triggers would join thousands of rows one by one: the undoing would take a
    hundred times as long as the writing."""
    undo(write(upload(files.workbook(files.rows(1, prefix="24")))))
    batch = undo(write(upload(files.workbook(files.rows(3000)))))
    assert (batch.state, live()) == (State.UNDONE, 0)
    took = {kind: _took(kind) for kind in ("exchange.write", "exchange.undo")}
    assert took["exchange.undo"] < 6 * took["exchange.write"]


def _took(kind: str) -> timedelta:
    job = Job.objects.filter(kind=kind).latest("created_at")
    return job.finished_at - job.started_at
