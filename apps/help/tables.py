"""Tables in the texts, drawn from where the portal itself reads: moves of the models, roles and their rights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.registry import action_label
from apps.core.moves import Move
from apps.enterprises.industries import letter_and_code, offered
from apps.people.held import role_label
from apps.people.role_table import acts_by_subject, roles
from apps.people.roles import ROLE_LABELS

# What has moves, by the word for it in `{{ table:moves:… }}`.
SUBJECTS = {
    "tasks": "tasks.PlanTask",
    "task-lists": "tasks.TaskList",
    "extensions": "tasks.Extension",
    "reports": "reports.AnnualReport",
    "rounds": "reports.ReportingRound",
    "imports": "exchange.ImportBatch",
    "closings": "targets.ClosingProposal",
    "publications": "targets.Publication",
    "books": "publications.ReportBook",
    "allocations": "allocations.Allocation",
    "reorganisations": "organisations.Reorganisation",
    "accounts": "people.Person",
    "invitations": "people.Invitation",
    "second-factor-resets": "people.SecondFactorReset",
    "tokens": "people.ApiToken",
    "jobs": "jobs.Job",
    "webhooks": "webhooks.Subscription",
    "deliveries": "webhooks.Delivery",
    "handovers": "handover.Handover",
    "feedback": "feedback.Feedback",
}
NEEDED: dict[str, str | Promise] = {
    "reason": gettext_lazy("lý do"),
    "decision": gettext_lazy("quyết định"),
    "record": gettext_lazy("số, ngày, người ký văn bản"),
}


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_of(name: str) -> Table:
    """By its name in a text: «table:moves:tasks», «table:rights»."""
    kind, *of = name.removeprefix("table:").split(":")
    if not name.startswith("table:") or kind not in _DRAWERS:
        raise LookupError(f"There is no table {name}")
    return _DRAWERS[kind](*of)


def moves_of(subject: str) -> Table:
    """What leads from which state to which, and who does it: people by their roles, or the portal by itself."""
    if subject not in SUBJECTS:
        raise LookupError(f"Nothing called {subject} has moves")
    model: Any = apps.get_model(SUBJECTS[subject])
    name = str(model._meta.verbose_name)
    return Table(
        _("Trạng thái và bước chuyển: %(name)s") % {"name": name},
        (_("Từ trạng thái"), _("Thao tác"), _("Sang trạng thái"), _("Phải nêu"), _("Ai thực hiện")),
        tuple(dict.fromkeys(_moves(model))),
    )


def _moves(model: Any) -> Iterator[tuple[str, ...]]:
    holders = _holders()
    for move in model.MOVES:
        before = ", ".join(_state(model, one) for one in move.sources) or _("(chưa có)")
        after = _state(model, move.target) if move.target else _("(không đổi)")
        needed = ", ".join(str(NEEDED[one]) for one in move.needs if one in NEEDED) or "–"
        told = action_label(move.audit) if move.audit else _("Tự động")
        yield before, told, after, needed, _who(move, holders)


def _state(model: Any, value: str) -> str:
    return str(model.State(value).label)


def _who(move: Move, holders: dict[str, list[str]]) -> str:
    if move.machine:
        return _("Hệ thống")
    return ", ".join(holders.get(move.permission, ())) or _("Người có liên kết")


def _holders() -> dict[str, list[str]]:
    """Of each permission the roles that have it, in the order of the roles."""
    found: dict[str, list[str]] = {}
    rows = Group.objects.filter(name__in=ROLE_LABELS).values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    )
    for name, app, codename in sorted(rows, key=lambda row: list(ROLE_LABELS).index(row[0])):
        found.setdefault(f"{app}.{codename}", []).append(role_label(name))
    return found


def rights() -> Table:
    return Table(
        _("Vai trò và quyền"),
        (_("Đối tượng"), _("Thao tác"), _("Vai trò được thực hiện")),
        tuple(
            (subject, str(act.label), ", ".join(role for role, may in act.held if may))
            for subject, acts in acts_by_subject()
            for act in acts
        ),
    )


def held_roles() -> Table:
    return Table(
        _("Các vai trò"),
        (_("Vai trò"), _("Giữ ở"), _("Xác thực hai bước"), _("Ai cấp")),
        tuple((one.label, str(one.held_in), str(one.second_factor), ", ".join(one.granted_by)) for one in roles()),
    )


def industries() -> Table:
    """Sections and divisions of the version in force today."""
    listed = offered(timezone.localdate())
    return Table(
        _("Ngành kinh tế cấp 1 và cấp 2, VSIC %(version)s") % {"version": listed[0].version if listed else "–"},
        (_("Cấp"), _("Mã"), _("Tên ngành")),
        tuple((str(one.level), letter_and_code(one), one.name) for one in listed),
    )


_DRAWERS: dict[str, Callable[..., Table]] = {
    "moves": moves_of,
    "rights": rights,
    "roles": held_roles,
    "industries": industries,
}
