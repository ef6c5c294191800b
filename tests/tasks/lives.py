"""The lives of tasks and of extensions, for tests/test_moves.py: rows in each state, a door for each verb."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from apps.core.moves import find
from apps.tasks.models import Consultation, Extension, PlanTask, TaskList, TaskListEntry, TaskStep
from apps.tasks.moving import DECIDE
from apps.tasks.services import asking, moves, tasklists
from apps.tasks.services.drafting import create_task
from apps.tasks.services.recording import Decided
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import person

State = PlanTask.State
DECIDED = Decided.of(number="2145/QĐ-UBND", day=date(2026, 5, 20), issuer="UBND")


def of_tasks(fixture: Callable[[str], Any]) -> dict[str, Any]:
    fixture("reference")
    lead, approver = person("Trần Văn Lợi", "unit_editor", BAC_NINH), person("Sơn", "unit_approver", BAC_NINH)

    def door(verb: str) -> Callable[[PlanTask], Any]:
        needs = find(PlanTask, verb)[0].needs
        given = {"decision": DECIDED} if "decision" in needs else {"reason": "Lý do"} if "reason" in needs else {}
        by = approver if find(PlanTask, verb)[0].permission == DECIDE else lead
        return lambda task: getattr(moves, verb)(task, **given, by=by)

    return {
        "rows": _tasks(lead),
        "doors": {verb: door(verb) for verb in moves.VERBS},
        "by": {"": lead, "approve": approver, "accept": approver},
        "tables": (PlanTask, TaskStep, Consultation, Extension),
    }


def _tasks(lead: Any) -> Iterator[PlanTask]:
    yield create_task(
        PlanTask(
            code="NV-2026-A1", framework_item_id="B.6", title="Hỗ trợ", kind="recurrent", term="yearly", year=2026,
            lead_unit_id=BAC_NINH,
            product="Báo cáo", due_on=date(2026, 12, 31),
        ),
        by=lead,
    )  # fmt: skip
    for state in State.values:
        yield PlanTaskFactory(state=state, lead_unit_id=BAC_NINH)
    yield PlanTaskFactory(state=State.SUSPENDED, resume_to="approved", lead_unit_id=BAC_NINH)


def of_extensions(fixture: Callable[[str], Any]) -> dict[str, Any]:
    fixture("reference")
    lead, approver = person("Trần Văn Lợi", "unit_editor", BAC_NINH), person("Sơn", "unit_approver", BAC_NINH)
    return {
        "rows": _extensions(lead, approver),
        "doors": {
            "grant": lambda row: asking.grant_extension(row, DECIDED, by=approver, due_on=row.due_asked),
            "refuse": lambda row: asking.refuse_extension(row, "Không đủ căn cứ", by=approver),
        },
        "by": {"": approver},
        "tables": (PlanTask, Extension),
    }


def _extensions(lead: Any, approver: Any) -> Iterator[Extension]:
    task = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=BAC_NINH)
    asked = asking.ask_extension(task, date(2027, 3, 31), "Chậm", by=lead)
    yield asked
    asking.grant_extension(asked, DECIDED, by=approver)
    PlanTask.objects.filter(pk=task.pk).update(due_on=date(2026, 12, 31))  # or a second granting would refuse its day
    yield asked
    again = asking.ask_extension(task, date(2027, 3, 31), "Còn chậm", by=lead)
    yield asking.refuse_extension(again, "Không đủ căn cứ", by=approver)


def of_task_lists(fixture: Callable[[str], Any]) -> dict[str, Any]:
    fixture("reference")
    editor, approver = person("Ngọc Ánh", "unit_editor", BAC_NINH), person("Sơn", "unit_approver", BAC_NINH)
    return {
        "rows": _task_lists(editor, approver),
        "doors": {
            "submit": lambda row: tasklists.submit_list(row, by=editor),
            "recall": lambda row: tasklists.recall_list(row, by=editor),
            "return_for_revision": lambda row: tasklists.return_list(row, "Thiếu nhiệm vụ", by=approver),
            "approve": lambda row: tasklists.approve_list(row, DECIDED, by=approver),
            "drop": lambda row: tasklists.drop_list(row, by=editor),
        },
        "by": {"": approver, "submit": editor},
        "tables": (TaskList, TaskListEntry, PlanTask),
    }


def _task_lists(editor: Any, approver: Any) -> Iterator[TaskList]:
    for ends in (
        (lambda row: tasklists.submit_list(row, by=editor),
         lambda row: tasklists.approve_list(row, DECIDED, by=approver)),
        (lambda row: tasklists.drop_list(row, by=editor),),
    ):  # fmt: skip
        made = TaskList(unit_id=BAC_NINH, title="Danh mục", term="yearly", first_year=2026, last_year=2026)
        row = tasklists.make_list(made, by=editor)
        task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=BAC_NINH)
        tasklists.put_on_list(row, [task], by=editor)
        yield row
        for end in ends:
            end(row)
            yield row
