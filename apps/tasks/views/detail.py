"""The page of one task: where it stands, what this person may do now, and all that is known of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from apps.accounts.models import User
from apps.audit.selectors import address_of
from apps.core.due import Due
from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.documents.selectors import attachments_of
from apps.organisations.models import Succession
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.acting import acts_on
from apps.tasks.budget import budget_of
from apps.tasks.forms.acts import MoveForm
from apps.tasks.health import Health, with_health
from apps.tasks.history import count_of, rewritings_of, timeline_of
from apps.tasks.models import Extension, PlanTask, TaskProgress, TaskRelation
from apps.tasks.page import (
    BUTTONS,
    Turn,
    button_of,
    consulted_along,
    heading_of,
    health_chip,
    is_over,
    next_words,
    path_of,
    sent_back_of,
    state_chip,
    turn_of,
    waiting_words,
)  # fmt: skip
from apps.tasks.rollup import progress_of
from apps.tasks.routes import authority_of
from apps.tasks.selectors.listable import list_to_take, standing_list_of
from apps.tasks.services.working import TOLD_IN
from apps.tasks.whose import deciders

TABS = {
    "content": _("Nội dung"),
    "money": _("Kinh phí"),
    "progress": _("Tiến độ và sản phẩm"),
    "files": _("Hồ sơ"),
    "changes": _("Thay đổi"),
}
ALL = "all"  # every part below the other: what is printed
PROGRESS_SHOWN = 50


class TaskMixin(ScopedMixin):
    """One task within the person's scope, by its code. It comes before whatever else reads rows, and before the right
    that a page asks for: `ChangeFormView` brings that along.
    """

    request: SignedInRequest
    queryset = PlanTask.objects.live().select_related("framework_item", "lead_unit", "parent", "holder")
    slug_field = "code__iexact"
    slug_url_kwarg = "code"
    pk_url_kwarg = "task"  # `pk` in an address is of what hangs on the task


class TaskPageMixin(TaskMixin):
    template_name = "tasks/plantask_detail.html"

    def page_context(self, task: Any, *, form: Any = None, told: Any = (), initial: Any = None) -> dict[str, Any]:
        """`form`: what was sent and refused; `told`: what changed meanwhile, with `initial`, what was typed."""
        user, today = self.request.user, timezone.localdate()
        if not hasattr(task, "health"):  # an act asks for it only where it comes back to the page
            task.health = with_health(PlanTask.objects.filter(pk=task.pk)).values_list("health", flat=True).get()
        asked = self.request.GET.get("tab", "")
        tab = asked if asked in TABS or asked == ALL else next(iter(TABS))
        turn = turn_of(task, user)
        steps = list(task.steps.select_related("by", "acting_for", "decision", "task_list"))
        extensions = list(task.extensions.select_related("asked_by", "decided_by", "document"))
        consultations = list(task.consultations.select_related("asked_by", "answered_by"))
        percent = progress_of([task.pk]).get(task.pk)
        files, rewritings = attachments_of(task, user), rewritings_of(task)
        counts = {"files": len(files.files) if files else 0, "changes": count_of(rewritings)}
        return {
            "title": task.title,
            "task": task,
            "tab": tab,
            "tabs": [(name, label, counts.get(name)) for name, label in TABS.items()],
            "state": state_chip(task),
            "health": health_chip(task, today),
            "due": _days_left(task, today),
            "path": path_of(task, steps),
            "waiting": waiting_words(task),
            "sent_back": sent_back_of(task, steps),
            "is_over": is_over(task),
            "obstacle": obstacle_of(task),
            "timeline": timeline_of(steps, extensions, consultations, user),
            "percent": percent,
            "budget": budget_of(task),
            "files": files,
            "rewritings": rewritings,
            "audit_url": address_of(task, units_with(user, "audit.view_auditevent")),
            "told": told,
            **self.turn_context(task, turn, form, initial),
            **asked_context(task, user, extensions, consultations),
            **self._part(tab, task, steps, extensions),
        }

    def turn_context(self, task: PlanTask, turn: Turn, form: Any, initial: Any) -> dict[str, Any]:
        """The form above all else, for the person whose turn it is."""
        found: dict[str, Any] = {"turn": turn, "form": form, "buttons": []}
        if turn.verbs:
            found["form"] = form or move_form(task, turn.verbs, initial=initial)
            found["form_title"] = heading_of(task, turn.verbs)
            found["buttons"] = [(verb, button_of(task, verb)) for verb in turn.verbs]
        found["asides"] = [(verb, BUTTONS[verb]) for verb in turn.asides]
        if "start_appraisal" in turn.verbs:
            found["beforehand"] = consulted_along(task)
        found["listed"] = standing_list_of(task, self.request.user)
        found["takes"] = None if found["listed"] else list_to_take(task, self.request.user)
        if task.state == PlanTask.State.APPROVED and "start" in turn.verbs:
            found["unfinished"] = predecessors_left(task, self.request.user)
        found["may_prepare"] = acts_on(self.request.user, moving.PREPARE, task) and self.request.user.has_perm(
            moving.PREPARE
        )
        return found

    def _part(self, tab: str, task: PlanTask, steps: list[Any], extensions: list[Extension]) -> dict[str, Any]:
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "content": lambda: content_of(task, self.request.user),
            "money": dict,
            "progress": lambda: progress_part(task, self.request.user, extensions),
            "files": lambda: {"papers": papers_of(steps, extensions)},
            "changes": dict,
        }
        found: dict[str, Any] = {}
        for name in parts if tab == ALL else [tab]:
            found |= parts[name]()
        return found


class PlanTaskDetailView(PermissionRequiredMixin, TaskPageMixin, DetailView):
    permission_required = "tasks.view_plantask"

    def get_queryset(self) -> Any:
        return with_health(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.page_context(self.object), **kwargs)


def _days_left(task: Any, today: date) -> Due | None:
    """Where neither the chip beside the code tells it, nor the task is done."""
    is_told = task.health in (Health.OPEN_IN_TIME, Health.AT_RISK, Health.DUE_SOON, Health.OPEN_OVERDUE)
    return None if is_told or task.reported_on or is_over(task) else Due(task.due_on, today)


def move_form(task: PlanTask, verbs: list[str], *, initial: Any = None, **given: Any) -> MoveForm:
    first = {**(initial or {}), "version": task.version}
    return MoveForm(verbs=verbs, issuer=authority_of(task.approving_unit_id).full, initial=first, **given)


def asked_context(task: PlanTask, user: User, extensions: list[Any], consultations: list[Any]) -> dict[str, Any]:
    """What waits for a word beside the moves: an extension, an opinion."""
    goes_on = task.state in moving.EXTENDED_IN
    extension = next((one for one in extensions if goes_on and one.state == Extension.State.ASKED), None)
    is_appraised = task.state == PlanTask.State.UNDER_APPRAISAL
    consultation = next((one for one in consultations if is_appraised and one.answered_at is None), None)
    decides = user.has_perm(moving.DECIDE) and acts_on(user, moving.DECIDE, task)
    answers = user.has_perm(moving.CONSULT) and acts_on(user, moving.CONSULT, task)
    return {
        "extension": extension,
        "next_step": next_words(task, is_asked=extension is not None),
        "may_decide_extension": bool(extension) and decides,
        "own_extension": extension is not None and extension.asked_by_id == user.pk,
        "may_ask_extension": not extension
        and goes_on
        and user.has_perm(moving.PROPOSE)
        and acts_on(user, moving.PROPOSE, task),
        "consultation": consultation,
        "may_answer": bool(consultation) and answers,
    }


def content_of(task: PlanTask, user: User) -> dict[str, Any]:
    labels = unit_labels()
    contributions: dict[Any, list[Any]] = {}
    for one in task.contributions.select_related("indicator").order_by("indicator__position", "year"):
        contributions.setdefault(one.indicator, []).append(one)
    relations = TaskRelation.objects.filter(Q(task=task) | Q(other=task)).select_related("task", "other")
    seen = set(
        PlanTask.objects.visible_to(user)
        .live()
        .filter(Q(relations__in=relations) | Q(relations_from__in=relations) | Q(pk=task.parent_id))
        .values_list("pk", flat=True)
    )
    return {
        "contributions": [
            (indicator, sum(one.amount for one in ones), ones) for indicator, ones in contributions.items()
        ],
        "participations": [(labels[one.unit_id], one) for one in task.participations.all() if one.unit_id in labels],
        "lead": labels[task.lead_unit_id],
        "origins": origins_of(task.lead_unit_id),
        "authority": authority_of(task.approving_unit_id),
        "deciders": deciders(task),
        "relations": [related for one in relations if (related := _related(one, task)) and related["other"].pk in seen],
        "parent": task.parent if task.parent_id in seen else None,
    }


def _related(relation: TaskRelation, task: PlanTask) -> dict[str, Any]:
    is_first = relation.task_id == task.pk
    if relation.kind == TaskRelation.Kind.BELONGS_WITH:
        words = _("Liên quan với")
    else:
        words = _("Làm trước") if is_first else _("Làm sau")
    return {"pk": relation.pk, "words": words, "other": relation.other if is_first else relation.task}


def origins_of(unit: str) -> tuple[list[str], Any]:
    """Short names of the units whose past the unit took over, and since when; not what is only planned."""
    rows = list(Succession.objects.filter(successor=unit, share__gt=0, effective_on__lte=timezone.localdate()))
    names = [unit_labels()[row.predecessor_id].short_name for row in rows]
    return names, max((row.effective_on for row in rows), default=None)


def predecessors_left(task: PlanTask, user: User) -> list[PlanTask]:
    """What should have been done before this one and is not; of what the person sees."""
    rows: Any = PlanTask.objects.visible_to(user).standing().exclude(state__in=moving.DONE)
    return list(rows.filter(relations__other=task, relations__kind=TaskRelation.Kind.PRECEDES).order_by("due_on", "pk"))


def obstacle_of(task: PlanTask) -> TaskProgress | None:
    """What was told last, where something is in the way of the work and nobody has said since that it no longer is."""
    last = None if is_over(task) else task.progress.first()
    return None if last is None or last.risk == TaskProgress.Risk.NONE else last


def progress_part(task: PlanTask, user: User, extensions: list[Extension]) -> dict[str, Any]:
    visible: Any = with_health(PlanTask.objects.visible_to(user).live()).order_by("due_on", "title_sort", "pk")
    subtasks = list(visible.filter(parent=task))
    percents, labels, today = progress_of([one.pk for one in subtasks]), unit_labels(), timezone.localdate()
    is_told = task.state in TOLD_IN and not task.subtasks.standing().exists()
    return {
        "milestones": task.milestones.select_related("document"),
        "updates": task.progress.select_related("told_by")[:PROGRESS_SHOWN],
        "subtasks": [
            {"task": one, "lead": labels[one.lead_unit_id], "percent": percents.get(one.pk), "state": state_chip(one),
             "health": health_chip(one, today)}
            for one in subtasks
        ],
        "extensions": extensions,
        "may_tell": is_told,
        "may_have_subtasks": task.parent_id is None,
        "may_add_subtask": task.state not in moving.WITHOUT_NEW_PARTS,
    }  # fmt: skip


def papers_of(steps: list[Any], extensions: list[Extension]) -> list[Any]:
    """The acts that the task stands on, each once, latest first."""
    found = [one.decision for one in steps] + [one.document for one in extensions]
    return list({paper.pk: paper for paper in reversed(found) if paper}.values())
