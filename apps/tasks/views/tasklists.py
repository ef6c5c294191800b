"""Lists of tasks: the lists, and one list with its tasks and what may go on it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Exists, OuterRef, Subquery, Sum
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from apps.core.moves import allowed
from apps.core.views import ScopedMixin, TableView
from apps.documents.selectors import attachments_of
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.barred import barred_from_approval
from apps.tasks.chips import list_state_chip, state_chip
from apps.tasks.filters_lists import TaskListFilter
from apps.tasks.forms.lists import DecisionForm, EntriesForm, ListableForm, ListReturnForm, TaskListForm
from apps.tasks.models import BudgetLine, TaskList, TaskListEntry
from apps.tasks.models.money import Source, Stage
from apps.tasks.routes import authority_of, centre
from apps.tasks.selectors.listable import (
    NOT_YET,
    listable,
    not_listable_yet,
    of_its_years,
    on_their_way,
    year_to_list,
)
from apps.tasks.services import tasklists
from apps.tasks.tables_lists import TaskListTable

SHOWN = 200


class TaskListListView(TableView):
    permission_required = "tasks.view_tasklist"
    queryset = TaskList.objects.select_related("decision")
    filterset_class = TaskListFilter
    table_class = TaskListTable
    template_name = "tasks/tasklist_list.html"
    export_name = "danh-muc-nhiem-vu"
    title = gettext_lazy("Danh mục nhiệm vụ")
    lead = gettext_lazy("Một quyết định phê duyệt nhiều nhiệm vụ: danh mục hằng năm và trung hạn của từng cơ quan")
    noun = gettext_lazy("danh mục")
    empty_title = gettext_lazy("Chưa có danh mục nào trong phạm vi bạn được xem")
    empty_text = gettext_lazy("Người thẩm định của cơ quan phê duyệt (bộ, UBND tỉnh, Ủy ban TĐC) lập danh mục.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        coming = on_their_way(self.request.user)
        appraised = coming.pop(moving.State.APPRAISED, 0)
        return super().get_context_data(
            appraised=appraised,
            not_yet=sum(coming.values()),
            may_make=bool(units_of_lists(self.request.user)),
            **kwargs,
        )


def units_of_lists(user: Any) -> list[tuple[str, str]]:
    """The units for which the person makes lists, by name: those that approve tasks today."""
    scope, labels = units_with(user, moving.APPRAISE), unit_labels()
    ids = set(scope.ids) | ({centre()} if scope.everything else set())
    found = [labels[pk] for pk in ids if pk in labels and labels[pk].ended_on is None and not labels[pk].parent]
    return [(one.id, one.full_name) for one in sorted(found, key=lambda one: one.sort)]


class TaskListAddView(ChangeFormView):
    permission_required = moving.APPRAISE
    form_class = TaskListForm
    template_name = "tasks/tasklist_form.html"
    title = gettext_lazy("Lập danh mục nhiệm vụ")
    submit = gettext_lazy("Lập danh mục")

    def get_form_kwargs(self) -> dict[str, Any]:
        units = units_of_lists(self.request.user)
        if not units:
            raise PermissionDenied
        if self.request.POST.get("unit", units[0][0]) not in dict(units):
            raise Http404  # another unit's
        year = year_to_list([pk for pk, _name in units], timezone.localdate())
        return super().get_form_kwargs() | {"units": units, "year": year}

    def act(self, form: TaskListForm) -> TaskList:
        made = self.once(form, lambda: tasklists.make_list(form.task_list(), by=self.request.user))
        return TaskList.objects.get(pk=made)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("tasks:tasklist_list"), **kwargs)


class TaskListDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    """The tasks of a list with what it does to each; who appraises adds to it, who decides approves it."""

    permission_required = "tasks.view_tasklist"
    queryset = TaskList.objects.select_related("decision", "made_by", "submitted_by", "returned_by", "approved_by")
    template_name = "tasks/tasklist_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, user = self.object, self.request.user
        label, authority = unit_labels()[found.unit_id], authority_of(found.unit_id)
        may = _may(found, user)
        offered = offered_to(found, user, kwargs.pop("narrowed_by", self.request.GET)) if "drop" in may else None
        filling = kwargs.pop("entries_form", None)
        if offered:
            filling = (filling or EntriesForm(count=offered.count)).offering(offered.effects)
        entries = _entries(found, user)
        return super().get_context_data(
            **{
                "title": found.title,
                "unit": label,
                "years": years_of(found),
                "entries": entries,
                **_sums(entries),
                "last": _last_column(found, may),
                "may": may,
                "state": list_state_chip(found.state),
                "authority": authority,
                "is_own": user.pk in (found.made_by_id, found.submitted_by_id),
                "decision_form": DecisionForm(initial={"issuer": authority.full}) if "approve" in may else None,
                "return_form": ListReturnForm() if "return_for_revision" in may else None,
                "entries_form": filling,
                "offered": offered,
                "files": attachments_of(found, user),
                **kwargs,
            }
        )


def _sums(entries: list[dict[str, Any]]) -> dict[str, int | None]:
    """What is asked for, in đồng: by all tasks of the list, and by those that its decision carried out."""
    done = [one for one in entries if one["entry"].outcome == TaskListEntry.Outcome.DONE]
    return {name: _sum_of(rows) for name, rows in (("planned", entries), ("decided", done))}


def _sum_of(entries: list[dict[str, Any]]) -> int | None:
    known = [one["planned"] for one in entries if one["planned"] is not None]
    return sum(known) if known else None


def _last_column(task_list: TaskList, may: set[str]) -> str:
    """What stands behind each task: what came of it, what can be done with it, or why it cannot be decided."""
    if task_list.state not in TaskList.OPEN:
        return _("Kết quả")
    return _("Thao tác") if may & {"drop", "approve"} else _("Ghi chú")


def _may(task_list: TaskList, user: Any) -> set[str]:
    """The verbs open to the person, on the side that they are on. Who made a list does not approve it either."""
    own = {"approve"} if task_list.made_by_id == user.pk else set()
    sides = {moving.DECIDE: TaskList.objects.decidable_by(user), moving.APPRAISE: TaskList.objects.editable_by(user)}
    asked = allowed(task_list, user) - own
    found: set[str] = set()
    for permission, rows in sides.items():
        verbs = asked & {move.verb for move in TaskList.MOVES if move.permission == permission}
        if verbs and rows.filter(pk=task_list.pk).exists():
            found |= verbs
    return found


def _entries(task_list: TaskList, user: Any) -> list[dict[str, Any]]:
    """With the reason why one cannot be carried out now, said before the button; `pick`: in the version shown."""
    money = BudgetLine.objects.filter(task=OuterRef("task"), source=Source.CENTRAL_INVESTMENT)
    asked = BudgetLine.objects.filter(task=OuterRef("task"), stage=Stage.PLANNED).order_by()
    planned = asked.values("task").annotate(sum=Sum("amount")).values("sum")
    rows: Any = task_list.entries.select_related("task__framework_item")
    rows = rows.annotate(invests=Exists(money), planned=Subquery(planned, output_field=BigIntegerField()))
    found, names = [], unit_labels()
    for row in rows.order_by("task__code"):
        row.task.invests = row.invests
        found.append(
            {
                "entry": row,
                "pick": f"{row.pk}-{row.task.version}",
                "why_not": _why_not(row, user),
                "state": state_chip(row.task.state),
                "lead": names[row.task.lead_unit_id].short_name,
                "planned": row.planned,
            }
        )
    return found


def _why_not(entry: TaskListEntry, user: Any) -> str:
    if entry.outcome:
        return entry.told
    task, approves = entry.task, entry.effect == TaskListEntry.Effect.APPROVE
    if not entry.fits:
        told = {"state": task.get_state_display()}
        if approves:
            return _("Không phê duyệt được khi ở trạng thái “%(state)s”") % told
        return _("Đang ở trạng thái “%(state)s”, không thực hiện được") % told
    return barred_from_approval(task, user) if approves else ""


@dataclass(frozen=True)
class Offered:
    """Tasks that may go on the list, as they were narrowed: `rows` shows the first of them, each with what a list can
    do to it.
    """

    form: ListableForm
    matching: Any
    count: int
    rows: list[dict[str, Any]]
    not_yet: int  # of the years of the list, still with who proposes or appraises
    not_yet_url: str

    @property
    def effects(self) -> set[str]:
        return {effect for one in self.rows for effect in one["effects"]}

    @property
    def left_out(self) -> int:
        return self.count - len(self.rows)


def offered_to(task_list: TaskList, user: Any, asked: Any) -> Offered:
    all_years, names = listable(task_list, user), unit_labels()
    leads = all_years.order_by().values_list("lead_unit", flat=True).distinct()
    units = sorted((names[pk] for pk in leads), key=lambda one: one.sort)
    form = ListableForm(
        asked, own_years=of_its_years(task_list), years=years_of(task_list),
        units=[(one.id, one.distinct_name) for one in units],
    )  # fmt: skip
    matching = form.narrow(all_years)
    rows, fits = list(matching.order_by("state", "code")[:SHOWN]), TaskListEntry.FITS
    count = len(rows) if len(rows) < SHOWN else matching.count()
    told = []
    for one in rows:
        effects = [effect for effect in fits if one.state in fits[effect]]
        words = ", ".join(str(TaskListEntry.Effect(effect).label) for effect in effects)
        shown = {"state": state_chip(one.state), "lead": names[one.lead_unit_id].short_name, "words": words}
        told.append({"task": one, "effects": effects, **shown})
    not_yet = not_listable_yet(task_list, user).count()
    asked_for = [("state", state) for state in NOT_YET] + [("unit", task_list.unit_id), ("role", "approving")]
    asked_for += [("year", str(year)) for year in range(task_list.first_year, task_list.last_year + 1)]
    return Offered(form, matching, count, told, not_yet, f"{reverse('tasks:plantask_list')}?{urlencode(asked_for)}")


def years_of(task_list: TaskList) -> str:
    return "–".join(str(year) for year in sorted({task_list.first_year, task_list.last_year}))
