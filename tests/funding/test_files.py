"""Money by Excel: told before it is written, written once, taken back whole; the portal's own files come back."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.funding.services import Entry, write_amounts
from apps.tasks.models import BudgetLine, PlanTask
from tests.alike import assert_files_say_the_same
from tests.conftest import BAC_GIANG, LAM_DONG
from tests.factories.funding import MILLION, give
from tests.factories.tasks import PlanTaskFactory
from tests.funding.conftest import HEAD, workbook
from tests.registers.conftest import problems, states

LAST = timezone.localdate().year - 1
LOCAL, ENTERPRISE = "Ngân sách địa phương", "Doanh nghiệp đóng góp"
pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def task(so):
    return PlanTaskFactory(state="in_progress", lead_unit_id=so.pk)


def row(task, source, *amounts):
    """One row of last year's: planned, allocated, disbursed, settled."""
    return [task.code, source, LAST, *amounts]


def held():
    """All the money there is, but for moments and who wrote it."""
    return set(BudgetLine.objects.values_list("task__code", "year", "source", "stage", "amount"))


def test_good_rows_are_written_once_and_refused_ones_say_why(people, task, upload, write, signed_in):
    rows = [
        row(task, LOCAL, None, 90, "85,5", None),
        row(task, ENTERPRISE, None, 0, None, 1.25),
        row(task, "Ngân sách trung ương – chi đầu tư phát triển", None, 1, None, None),
        row(task, "Khác", None, 1, None, None),
        ["NV-2000-0001", LOCAL, LAST, None, 1, None, None],
        row(task, LOCAL, None, 91, None, None),
        row(task, "Nguồn hợp pháp khác", 5, None, None, None),
        [task.code, "Nguồn hợp pháp khác", LAST + 2, None, None, 5, None],
        [task.code, ENTERPRISE, LAST + 1, None, "1.234", -3, None],
        [task.code, ENTERPRISE, 2050, None, 1, None, None],
    ]
    batch = upload(rows)
    assert states(batch) == ["new", "new", *["error"] * 8]
    told = {(row, column, code) for row, column, code, severity in problems(batch) if severity == "error"}
    allocated, disbursed = "Được giao (triệu đồng)", "Giải ngân (triệu đồng)"
    assert told == {
        (4, "Nguồn", "investment"),
        (5, "Nguồn", "choice"),
        (6, "Mã nhiệm vụ", "task"),
        (7, "Mã nhiệm vụ", "duplicate"),
        (8, "Kế hoạch (triệu đồng)", "stage"),
        (9, disbursed, "ahead"),
        (10, allocated, "ambiguous_number"),
        (10, disbursed, "negative"),
        (11, "Năm", "year"),
    }
    batch = write(batch)
    assert (batch.state, batch.written_rows) == (ImportBatch.State.WRITTEN, 2)
    assert held() == {
        (task.code, LAST, "local", "allocated", 90 * MILLION),
        (task.code, LAST, "local", "disbursed", 85_500_000),
        (task.code, LAST, "enterprise", "allocated", 0),
        (task.code, LAST, "enterprise", "settled", 1_250_000),
    }
    assert set(BudgetLine.objects.values_list("batch", "entered_by")) == {(batch.pk, people.officer_of_so.pk)}
    page = signed_in(people.officer_of_so).get("/funding/").content.decode()
    assert "kinh-phi.xlsx: từ chối 8 dòng" in page
    assert "Vốn đầu tư phát triển chỉ dùng cho phát triển hạ tầng đo lường quốc gia" in page
    again = upload([*rows[:2], [task.code, LOCAL, LAST + 1, None, 1, None, None]])
    assert states(again) == ["unchanged", "unchanged", "new"]


@pytest.mark.parametrize(
    ("amount", "code", "meant"),
    [
        ("1,234", "ambiguous_number", ""),
        ("1.234", "ambiguous_number", ""),
        ("1,234.5", "number", "1234,5"),
        ("500 triệu", "number", "500"),
        ("500.000.000 đồng", "number", "500"),
        (1_500_000_000, "out_of_range", "1500"),
        ("1.000.000", "out_of_range", "1"),
        (100 / 3, "too_long", "33,333333"),
    ],
)
def test_an_amount_that_could_be_another_is_refused_with_what_was_meant(task, upload, amount, code, meant):
    [problem] = upload([row(task, LOCAL, None, amount, None, None)]).problems.all()
    assert (problem.column, problem.code, problem.suggestion) == ("Được giao (triệu đồng)", code, meant)
    if code == "ambiguous_number":
        assert problem.message.endswith("có thể là 1.234 triệu đồng hoặc 1.234.000 đồng. Nhập 1234 hoặc 1,2340")


def test_a_number_with_three_decimals_is_no_riddle(task, upload, write):
    write(upload([row(task, LOCAL, None, 1.234, "1,2340", "0,125")]))
    assert sorted(task.budget.values_list("amount", flat=True)) == [125_000, 1_234_000, 1_234_000]


def test_words_of_offices_are_suggested_in_those_of_the_portal(task, upload):
    rows = [row(task, "NSĐP", None, 1, None, None), [task.code.replace("-", "–"), LOCAL, LAST, None, 1, None, None],
            [task.code, LOCAL, f"Năm {LAST}", None, 1, None, None]]  # fmt: skip
    meant = upload(rows).problems.filter(severity="error").order_by("number").values_list("suggestion", flat=True)
    assert list(meant) == [LOCAL, task.code, str(LAST)]


@pytest.mark.parametrize("unit", ["(đồng)", ""])
def test_a_file_without_a_column_of_money_is_refused(task, upload, unit):
    head = [*HEAD[:3], *(f"{name.partition(' (')[0]} {unit}" for name in HEAD[3:])]
    batch = upload(workbook([row(task, LOCAL, None, 5, None, None)], head))
    assert batch.state == ImportBatch.State.REFUSED
    assert "thiếu cột “Kế hoạch (triệu đồng) / Được giao (triệu đồng) /" in batch.refusal


def test_headings_are_known_whatever_their_blanks(task, upload):
    head = [*HEAD[:3], "Kế hoạch\n(triệu đồng)", "ĐƯỢC GIAO(triệu đồng)", *HEAD[5:]]
    assert states(upload(workbook([row(task, LOCAL, None, 5, None, None)], head))) == ["new"]


def test_what_is_written_over_is_told_and_by_hand_only_when_confirmed(people, task, upload, write):
    give(task, LAST, allocated=80)
    give(task, LAST, "enterprise", allocated=5)
    write_amounts(task, [Entry(LAST, "enterprise", "allocated", 6 * MILLION)], by=people.editor_of_province)
    batch = upload([row(task, LOCAL, None, 1234.5, 1, None), row(task, ENTERPRISE, None, 7, None, None)])
    assert states(batch) == ["update", "error"]
    note = batch.problems.get(code="changes")
    assert note.message == "Đang ghi 80 triệu đồng, sẽ đổi thành 1.234,5"
    assert batch.problems.get(code="changed_by_hand").severity == "warning"
    services.accept_warnings(batch, "Theo quyết định điều chỉnh", by=people.officer_of_so)
    assert states(batch) == ["update", "update"]
    write(batch)
    assert task.budget.get(source="enterprise").amount == 7 * MILLION


def test_undoing_gives_back_what_was_written_over(people, task, upload, write, undo):
    give(task, LAST, planned=100, allocated=80)
    before = held()
    rows = [row(task, LOCAL, None, 90, 70, None), row(task, ENTERPRISE, None, 1, None, None)]
    long_ago = timezone.now() - timedelta(days=30)
    PlanTask.objects.update(updated_at=long_ago)
    batch = write(upload(rows))
    assert len(held()) == 4
    now = PlanTask.objects.get()
    assert (now.version, now.updated_at > long_ago) == (1, True)  # the plan is as it was; yet something changed
    PlanTask.objects.update(updated_at=long_ago)
    told = services.undoing_of(batch, people.officer_of_so)
    assert told.done == ["2 số do tệp đưa vào bị xóa", "1 số trở lại như trước khi nhập"]
    batch = undo(batch)
    assert held() == before
    now = PlanTask.objects.get()
    assert (now.version, now.updated_at > long_ago) == (1, True)
    assert services.undoing_of(batch, people.officer_of_so).done == told.done
    assert states(upload(rows)) == ["update", "new"]


def test_undoing_leaves_what_was_changed_since_and_what_a_later_file_says(people, task, upload, write, undo):
    first = write(upload([row(task, LOCAL, None, 90, 70, 60), row(task, ENTERPRISE, None, 1, None, None)]))
    write_amounts(task, [Entry(LAST, "local", "disbursed", 71 * MILLION)], by=people.officer_of_so)
    second = write(upload([row(task, LOCAL, None, 95, None, 60), row(task, ENTERPRISE, None, 2, None, None)]))
    before = first.confirmed_at - timedelta(minutes=1)
    ImportBatch.objects.filter(pk=second.pk).update(confirmed_at=before)  # its job has waited
    first = undo(first)
    assert held() == {
        (task.code, LAST, "local", "allocated", 95 * MILLION),
        (task.code, LAST, "local", "disbursed", 71 * MILLION),
        (task.code, LAST, "local", "settled", 60 * MILLION),
        (task.code, LAST, "enterprise", "allocated", 2 * MILLION),
    }
    stays = services.undoing_of(first, people.officer_of_so).stays
    assert any("Giải ngân" in one and "giữ nguyên" in one for one in stays)
    assert len(stays) == 4
    undo(second)  # what the first had brought was taken back before: there was nothing
    assert held() == {(task.code, LAST, "local", "disbursed", 71 * MILLION)}


def test_a_file_brings_the_money_of_its_own_units_only(people, task, upload):
    own = PlanTaskFactory(state="draft", lead_unit_id=BAC_GIANG)
    other = PlanTaskFactory(state="in_progress", lead_unit_id=LAM_DONG)
    central = PlanTaskFactory(state="in_progress", lead_unit_id="VMI")
    rows = [row(one, LOCAL, None, 1, None, None) for one in (task, other, central)]
    assert states(upload([*rows, row(own, LOCAL, 1, None, None, None)])) == ["new", "error", "error", "new"]
    wanted = [
        row(central, "Nguồn hợp pháp khác", None, 1, None, None),
        row(central, LOCAL, None, None, 1, None),
    ]
    batch = upload(wanted, by=people.officer, unit="UBTDC")
    assert states(batch) == ["new", "error"]  # the office says what it gave, not what was spent
    with pytest.raises(ValidationError):
        upload(rows, by=people.reader_of_province)


def test_a_task_that_moved_on_meanwhile_is_looked_at_anew(people, so, upload, write):
    task = PlanTaskFactory(state="draft", lead_unit_id=so.pk)
    batch = upload([row(task, LOCAL, 1, None, None, None)])
    assert states(batch) == ["new"]
    type(task).objects.filter(pk=task.pk).update(state="proposed")
    assert write(batch).written_rows == 0
    assert held() == set()


@pytest.mark.parametrize("address", ["/funding/template/?year={year}", "/funding/lines/?year={year}&export=xlsx"])
def test_the_portals_own_files_come_back_as_they_went(people, task, upload, signed_in, address):
    give(task, LAST, planned=1234.5, allocated=1234.567891, disbursed=0)
    give(task, LAST, "enterprise", settled=10)
    give(PlanTaskFactory(state="in_progress", lead_unit_id=LAM_DONG), LAST, planned=1)
    answer = signed_in(people.officer_of_so).get(address.format(year=LAST))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert list(rows[0][:7]) == HEAD
    assert sorted(row[1] for row in rows[1:]) == [ENTERPRISE, LOCAL]
    assert set(states(upload(content))) == {"unchanged"}
    assert_files_say_the_same(signed_in(people.officer_of_so), f"/funding/lines/?year={LAST}", rows=2)
