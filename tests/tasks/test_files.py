"""A unit's list of tasks as one file: states and decisions come in, what is known is moved by the workflow alone."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from apps.audit.models import AuditEvent
from apps.documents.models import LegalDocument
from apps.documents.services import DocumentFacts, add_document
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.notifications.services.comments import comment
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.resources import TaskResource
from apps.tasks.services import drafting, moves, working
from tests.conftest import BAC_NINH, TDC
from tests.factories.registers import PlanFactory
from tests.factories.tasks import PlanTaskFactory
from tests.registers.conftest import problems, states, workbook
from tests.tasks.conftest import INDUSTRY
from tests.tasks.task_files import APPROVED, DECISION, DONE, ROW, of_ministry

pytestmark = pytest.mark.django_db(transaction=False)
HEADERS = {field.key: field.header for field in TaskResource.fields}
LABELS = {value: str(label) for value, label in PlanTask.State.choices}
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def way(code: str) -> list[tuple[str, str, str | None]]:
    steps = PlanTask.objects.live().get(code=code).steps.order_by("id")
    return [(step.verb, step.target, step.decision and step.decision.number) for step in steps]


def test_a_list_of_a_ministry_comes_in_as_one_file_once(upload, write):
    rows = of_ministry(300)
    batch = upload(rows)
    assert (set(states(batch)), problems(batch)) == ({"new"}, [])
    assert write(batch).written_rows == 300
    found = list(PlanTask.objects.order_by("id"))
    assert {(one.route, one.approving_unit_id, one.origin, one.version) for one in found} == {
        ("ministry", INDUSTRY, "file", 1)
    }
    assert [one.state for one in found[:4]] == ["draft", "approved", "in_progress", "accepted"]
    assert way("BCT-3") == [
        ("create", "draft", None),
        ("approve", "approved", "3105/QĐ-BCT"),
        ("accept", "accepted", None),
    ]
    act = LegalDocument.objects.get(number="3105/QĐ-BCT")
    assert (act.kind, act.issuer, act.issued_on) == ("Quyết định", "Bộ Công Thương", date(2026, 1, 20))
    assert AuditEvent.objects.filter(action="document.added").count() == 1
    assert {one.milestones.count() > 0 for one in found} == {True}
    assert [row.percent for row in found[2].progress.all()] == [40]
    assert (str(found[3].reported_on), str(found[3].accepted_on)) == ("2026-06-01", "2026-06-20")
    again = upload(workbook("tasks", [*rows, ROW | {"code": "BCT-999"}]))
    assert (states(again).count("unchanged"), states(again).count("new")) == (300, 1)
    assert problems(again) == []


def test_every_state_comes_in_with_a_way_that_leads_there(upload, write):
    days = {"reported_on": "01/06/2026", "accepted_on": "20/06/2026"}
    having = {"completion_reported": ["reported_on"], "accepted": [*days], "closed": [*days]}
    rows = [
        ROW
        | {"code": f"S-{value}", "state": label, "note": "Theo danh mục đã có"}
        | {key: days[key] for key in having.get(value, [])}
        for value, label in LABELS.items()
    ]
    batch = upload(rows)
    services.accept_warnings(batch, "Danh mục cũ không ghi quyết định", by=batch.uploaded_by)
    write(batch)
    for task in PlanTask.objects.all():
        steps = list(task.steps.order_by("id"))
        assert task.code == f"S-{task.state}"
        assert [one.source for one in steps] == ["", *(one.target for one in steps[:-1])]
        assert (steps[0].by, steps[-1].target) == (batch.uploaded_by, task.state)
    assert PlanTask.objects.count() == len(LABELS)


def test_who_brought_a_proposal_does_not_decide_it(upload, write, people):
    write(upload([ROW | {"state": "Chờ phê duyệt"}]))
    assert PlanTask.objects.get().proposed_by == people.editor_of_ministry


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        ({"code": "ĐT-1"}, "code", "code"),
        ({"framework_item": "B.99"}, "framework_item", "item"),
        ({"framework_item": "6"}, "framework_item", "item"),
        ({"framework_item": "2.2 danh mục A"}, "framework_item", "heading"),
        ({"lead_unit": "Bộ Xây dựng"}, "lead_unit", "other_unit"),
        ({"lead_unit": "Bộ Công Thươn"}, "lead_unit", "unit"),
        ({"year": 2050}, "year", "constraint"),
        ({"starts_on": "01/01/2027"}, "due_on", "constraint"),
        ({"state": "Hoàn thành"}, "state", "choice"),
        (APPROVED | {"state": "Đã nghiệm thu"}, "accepted_on", "day_missing"),
        (APPROVED | {"reported_on": "01/06/2026"}, "reported_on", "day_of_other_state"),
        (DONE | {"accepted_on": "01/05/2026"}, "accepted_on", "order"),
        ({"reported_on": "01/06/2026"}, "state", "state_blank"),
        ({"percent": 40}, "state", "state_blank"),
        (APPROVED | {"percent": 140}, "percent", "out_of_range"),
        ({"state": "Bản nháp"} | DECISION, "decision_number", "act_too_early"),
        (APPROVED | {"decision_issuer": None}, "decision_issuer", "act_incomplete"),
        (APPROVED | {"decision_number": "3105/QĐ-BCT ngày 21/01/2026"}, "decision_on", "act_other_day"),
        ({"state": "Tạm dừng"} | DECISION, "note", "reason_missing"),
        ({"coordinating": "Bộ Xây dựng; Bộ Công Thương"}, "coordinating", "lead_takes_part"),
        (APPROVED | {"first_due_on": "20/12/2026"}, "first_due_on", "order"),
        ({"first_due_on": "01/12/2026"}, "first_due_on", "first_due"),
    ],
)
def test_a_wrong_row_is_told_and_keeps_no_other_out(upload, write, wrong, column, code):
    batch = upload([ROW | wrong, ROW | {"code": "BCT-2"}])
    assert (2, HEADERS[column], code, "error") in problems(batch)
    assert states(batch) == ["error", "new"]
    write(batch)
    assert PlanTask.objects.get().code == "BCT-2"


def test_an_approved_task_without_its_decision_is_asked_about(upload):
    assert problems(upload([ROW | {"state": "Đã phê duyệt"}])) == [
        (2, HEADERS["decision_number"], "decision_missing", "warning")
    ]


def test_a_share_of_one_is_read_as_per_cent(upload, write):
    batch = upload([ROW | APPROVED | {"percent": 0.7}, ROW | APPROVED | {"code": "BCT-2", "percent": 1}])
    assert [(row, code, kind) for row, _column, code, kind in problems(batch)] == [
        (2, "percent", "note"),
        (3, "percent", "warning"),
    ]
    write(batch)
    assert PlanTask.objects.get().progress.get().percent == 70


def test_a_task_is_moved_on_by_the_workflow_alone(upload, write):
    write(upload([ROW | APPROVED]))
    batch = upload([ROW | DONE | {"due_on": "20/12/2026"}])
    assert [(column, code) for _row, column, code, kind in problems(batch) if kind == "note"] == [
        (HEADERS["due_on"], "kept"),
        (HEADERS["reported_on"], "by_workflow"),
        (HEADERS["accepted_on"], "by_workflow"),
        (HEADERS["state"], "by_workflow"),
    ]
    assert states(batch) == ["unchanged"]
    assert upload([ROW | APPROVED | {"title": "Nhiệm vụ khác"}]).problems.get().code == "other_thing"


def test_a_draft_is_written_anew_and_given_back(upload, write, undo):
    write(upload([ROW]))
    batch = upload([ROW | {"due_on": "20/11/2026", "kind": "Dự án đầu tư", "state": "Đã phê duyệt"} | DECISION])
    assert {code for _row, _column, code, _kind in problems(batch)} == {"changes", "by_workflow"}
    before = set(PlanTask.objects.get().milestones.values_list("name", flat=True))
    write(batch)
    task = PlanTask.objects.get()
    assert (task.state, task.version, task.due_on, task.first_due_on) == (
        "draft", 2, date(2026, 11, 20), date(2026, 11, 20)
    )  # fmt: skip
    assert set(task.milestones.values_list("name", flat=True)) != before
    undo(batch)
    task.refresh_from_db()
    assert (task.kind, task.due_on, task.first_due_on, task.version) == (
        "recurrent", date(2026, 12, 15), date(2026, 12, 15), 3
    )  # fmt: skip
    assert set(task.milestones.values_list("name", flat=True)) == before


def test_what_was_typed_on_the_portal_is_asked_about_before_it_is_written_over(upload, by):
    task = PlanTaskFactory.build(code="", lead_unit_id=INDUSTRY, title=ROW["title"], origin="portal")
    drafting.create_task(task, by=by)
    batch = upload([ROW | {"code": task.code, "product": "Sản phẩm khác"}])
    assert (2, HEADERS["product"], "changed_by_hand", "warning") in problems(batch)


def test_progress_of_a_known_task_is_told_and_taken_back(upload, write, undo, signed_in, by):
    write(upload([ROW | APPROVED | {"percent": 20}]))
    batch = upload([ROW | APPROVED | {"percent": 60}])
    assert [one[2] for one in problems(batch)] == ["progress"]
    assert states(batch) == ["update"]
    PlanTask.objects.update(updated_at=LONG_AGO)
    write(batch)
    task = PlanTask.objects.get()
    assert task.updated_at > LONG_AGO  # programs ask for what changed since
    assert sorted(task.progress.values_list("percent", flat=True)) == [20, 60]
    assert len(signed_in(by).get(f"/tasks/?batch={batch.pk}").context["table"].rows) == 1, "which its import leads to"
    assert (
        states(upload(workbook("tasks", [ROW | APPROVED | {"percent": 60}, ROW | {"code": "BCT-2"}])))[0] == "unchanged"
    )
    PlanTask.objects.update(updated_at=LONG_AGO)
    undo(batch)
    assert list(task.progress.values_list("percent", flat=True)) == [20]
    assert PlanTask.objects.get().updated_at > LONG_AGO


def test_undo_withdraws_what_nobody_has_touched(upload, write, undo, people, by, decided):
    followed = ROW | APPROVED | {"code": "BCT-5", "title": "Nhiệm vụ 5"}
    batch = write(upload([*(ROW | {"code": f"BCT-{at}", "title": f"Nhiệm vụ {at}"} for at in range(5)), followed]))
    second = write(upload([followed | {"percent": 60}]))  # confirmed before the first, and its turn came after it
    ImportBatch.objects.filter(pk=second.pk).update(confirmed_at=batch.confirmed_at - timedelta(minutes=1))
    moved, told, paid, talked, _untouched, later = PlanTask.objects.order_by("id")
    moves.propose(moved, by=by)
    working.hand_to(told, by, by=by)
    BudgetLine.objects.create(task=paid, year=2026, source="local", stage="planned", amount=5)
    comment(talked, "Đề nghị bổ sung sản phẩm", by=by)
    said = services.undoing_of(batch, by)
    assert said.done == ["1 nhiệm vụ bị rút khỏi sổ"]
    assert {tuple(one.split(": do tệp này đưa vào, được giữ vì ")) for one in said.stays} == {
        (str(moved), "đã được xử lý tiếp"),
        (str(told), "đã được sửa sau khi nhập"),
        (str(talked), "đã được sửa sau khi nhập"),
        (str(paid), "có số liệu kinh phí"),
        (str(later), "có trong tệp nhập sau"),
    }
    undo(batch)
    assert set(PlanTask.objects.live()) == {moved, told, paid, talked, later}
    assert services.undoing_of(ImportBatch.objects.get(pk=batch.pk), by) == said


def test_undo_takes_back_the_decisions_that_nothing_else_stands_on(upload, write, undo, by, people):
    known = add_document(
        DocumentFacts("1/QĐ-BCT", "Quyết định", "Bộ Công Thương", issued_on=date(2026, 1, 20)), by=people.officer
    )
    rows = [
        ROW | APPROVED | {"code": f"BCT-{at}", "title": f"Nhiệm vụ {at}", "decision_number": f"{at}/QĐ-BCT"}
        for at in range(1, 5)
    ]
    batch = write(upload(rows))
    act = {one.number: one for one in LegalDocument.objects.filter(number__endswith="/QĐ-BCT")}
    assert (set(act), act["1/QĐ-BCT"]) == ({f"{at}/QĐ-BCT" for at in range(1, 5)}, known)
    moves.start(PlanTask.objects.get(code="BCT-2"), by=by)  # this task stays, and its decision
    PlanFactory(act=act["3/QĐ-BCT"])
    undo(batch)
    assert set(LegalDocument.objects.filter(number__endswith="/QĐ-BCT")) == {
        known, act["2/QĐ-BCT"], act["3/QĐ-BCT"]
    }  # fmt: skip
    assert [one.before["number"] for one in AuditEvent.objects.filter(action="document.removed")] == ["4/QĐ-BCT"]
    assert way("BCT-2")[1] == ("approve", "approved", "2/QĐ-BCT")
    assert set(states(upload([rows[0], *rows[2:]]))) == {"new"}


def test_a_draft_that_was_proposed_since_keeps_what_the_file_wrote(upload, write, undo, by):
    write(upload([ROW]))
    batch = write(upload([ROW | {"product": "Sản phẩm khác"}]))
    moves.propose(PlanTask.objects.get(), by=by)
    undo(batch)
    assert PlanTask.objects.get().product == "Sản phẩm khác"


def test_development_investment_keeps_its_item(upload, write):
    write(upload([ROW | {"framework_item": "A.2.2.1.a"}]))
    task = PlanTask.objects.get()
    BudgetLine.objects.create(task=task, year=2026, source="central_investment", stage="planned", amount=5)
    assert (2, HEADERS["framework_item"], "investment", "error") in problems(upload([ROW]))


def test_a_yearly_task_keeps_what_makes_it_one(upload, write):
    PlanTaskFactory(code="BCT-1", title=ROW["title"], lead_unit_id=INDUSTRY, origin="yearly")
    assert (2, HEADERS["year"], "yearly", "error") in problems(upload([ROW | {"year": 2027, "due_on": "15/12/2027"}]))


def test_the_code_of_another_unit_is_refused_without_its_task(upload):
    PlanTaskFactory(code="BCT-1", title="Nhiệm vụ của Bắc Ninh", lead_unit_id=BAC_NINH)
    [problem] = upload([ROW]).problems.all()
    assert (problem.code, "Bắc Ninh" in problem.message) == ("other_record", False)


def test_the_filled_template_comes_back_as_it_was(upload, write, signed_in, by):
    rows = of_ministry(8)
    rows[3] |= {
        "coordinating": "Bộ Xây dựng; Bắc Ninh", "acceptance_number": "9/QĐ-BCT", "acceptance_on": "20/06/2026",
        "acceptance_issuer": "Bộ Công Thương",
    }  # fmt: skip
    write(upload(rows))
    moves.propose(PlanTask.objects.get(code="BCT-0"), by=by)
    PlanTaskFactory(lead_unit_id=BAC_NINH)
    made = signed_in(by).get("/registers/tasks/imports/template/?filled=2026").getvalue()
    lines = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].iter_rows(values_only=True)
    decided = {line[0]: line[20:22] for line in lines if line[20]}
    assert decided == {
        "Mã nhiệm vụ": ("Số quyết định nghiệm thu", "Ngày quyết định nghiệm thu"),
        "BCT-3": ("Quyết định 9/QĐ-BCT", datetime(2026, 6, 20)),
    }
    batch = upload(made)
    assert (states(batch), problems(batch)) == (["unchanged"] * 8, [])


def test_an_exported_list_comes_back_and_holds_no_formula(upload, write, signed_in, by):
    write(upload(of_ministry(4)))
    PlanTask.objects.filter(code="BCT-0").update(title="=1+1", product="@SUM(A1)")
    BudgetLine.objects.create(
        task=PlanTask.objects.get(code="BCT-2"), year=2026, source="local", stage="planned", amount=1_234_567
    )
    taken = signed_in(by).get("/tasks/?export=xlsx&year=2026")
    content = taken.getvalue() if taken.streaming else taken.content
    head, *lines = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    columns = {cell.value: at for at, cell in enumerate(head)}
    assert {cell.data_type for line in lines for cell in line if cell.value is not None} == {"s", "n", "d"}
    by_code = {line[0].value: line for line in lines}
    assert by_code["BCT-2"][columns["Kinh phí năm (triệu đồng)"]].value == 1.234567
    assert (by_code["BCT-0"][columns["Tên nhiệm vụ"]].value, by_code["BCT-3"][columns["Ngày hoàn thành"]].is_date) == (
        "=1+1", True
    )  # fmt: skip
    again = upload(content)
    assert (set(states(again)), problems(again)[1:]) == ({"unchanged"}, [])  # but for the columns that are no task's


def test_the_programme_office_writes_for_itself_alone(upload, write, people):
    batch = upload([ROW | {"lead_unit": "Ủy ban TĐC"}, ROW | {"code": "BCT-2"}], by=people.officer, unit=TDC)
    assert problems(batch) == [(3, HEADERS["lead_unit"], "other_unit", "error")]
    write(batch, by=people.officer)
    assert PlanTask.objects.get().route == "central"


@pytest.mark.parametrize("who", ["reader_of_province", "approver_of_ministry", "neighbour"])
def test_others_bring_no_file(upload, people, who):
    with pytest.raises(ValidationError):
        upload([ROW], by=getattr(people, who))


def test_an_editor_finds_the_door_of_tasks_and_no_import_of_others(upload, signed_in, by, people, keeper):
    page = signed_in(by).get("/registers/tasks/imports/").content.decode()
    assert "Tệp mẫu có sẵn nhiệm vụ năm" in page
    batch = upload([ROW])
    assert signed_in(by).get(batch.get_absolute_url()).status_code == 200
    assert signed_in(people.neighbour).get(batch.get_absolute_url()).status_code == 404
    other = ImportBatch.objects.create(
        register="enterprises", unit_id=INDUSTRY, file=batch.file, filename="dn.xlsx", uploaded_by=by, state="checked"
    )
    assert signed_in(by).post(f"{other.get_absolute_url()}cancel/").status_code == 403
    assert signed_in(by).post("/registers/enterprises/imports/").status_code == 403
    assert signed_in(by).get("/registers/tasks/").status_code == 404
    assert signed_in(by).post(f"{batch.get_absolute_url()}confirm/").status_code == 302


def test_an_undone_day_is_past(upload, write, by):
    batch = write(upload([ROW]))
    ImportBatch.objects.update(written_at=batch.written_at - timedelta(days=8))
    with pytest.raises(ValidationError, match="7 ngày"):
        services.request_undo(ImportBatch.objects.get(), "Muộn", by=by)


def test_a_list_comes_in_by_the_command_too(tmp_path, by):
    path, out = tmp_path / "danh-muc.xlsx", io.StringIO()
    path.write_bytes(workbook("tasks", of_ministry(4)))
    with pytest.raises(SystemExit) as ended:
        call_command("import_file", "tasks", str(path), "--unit", INDUSTRY, "--by", by.email, "--confirm", stdout=out)
    assert (ended.value.code, json.loads(out.getvalue())["written"]) == (0, 4)
