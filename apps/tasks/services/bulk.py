"""The same change of many tasks: each by its own service, in its own savepoint, with its own audit row.

A task that cannot be changed is named with the reason; the rest are changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import acts_on
from apps.tasks.models import PlanTask
from apps.tasks.services.drafting import change_task
from apps.tasks.services.working import hand_to


@dataclass(frozen=True)
class Changes:
    """None: stays as it is."""

    holder: User | None = None
    due_on: date | None = None


@dataclass
class Outcome:
    done: list[PlanTask] = field(default_factory=list)
    refused: list[tuple[PlanTask, str]] = field(default_factory=list)


@transaction.atomic
def change_tasks(
    tasks: Sequence[PlanTask], changes: Changes, *, by: User, versions: Mapping[int, int] | None = None
) -> Outcome:
    """`versions`: of each task the one that the person looked at. Locked in the order of their keys."""
    outcome = Outcome()
    for task in sorted(tasks, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                _change(task, changes, by, (versions or {}).get(task.pk))
        except ValidationError as refused:
            outcome.refused.append((task, " ".join(refused.messages)))
        except PermissionDenied:
            outcome.refused.append((task, _("Ngoài phạm vi đơn vị bạn được sửa.")))
        else:
            outcome.done.append(task)
    return outcome


def _change(task: PlanTask, changes: Changes, by: User, version: int | None) -> None:
    if changes.holder is not None and not acts_on(changes.holder, moving.PREPARE, task):
        words = _("%(name)s không có vai trò chuyên viên ở đơn vị chủ trì.") % {"name": changes.holder.full_name}
        raise refusal("holder", words, "other_unit")
    if changes.due_on is None:
        hand_to(task, changes.holder, by=by, version=version)
        return
    told: dict[str, Any] = {"due_on": changes.due_on}
    if changes.holder is not None:
        told["holder"] = changes.holder
    change_task(task, told, by=by, version=version)
