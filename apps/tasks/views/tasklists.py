"""Lists of tasks: the lists, one list with its tasks, its submission, and its approval by one decision."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Exists, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import DetailView
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.moves import allowed
from apps.core.numbers import asked_key
from apps.core.views import ActionView, ScopedMixin, TableView
from apps.documents.selectors import attachments_of
from apps.documents.services import checked_paper
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.barred import barred_from_approval
from apps.tasks.chips import list_state_chip, state_chip
from apps.tasks.filters_lists import TaskListFilter
from apps.tasks.forms.lists import DecisionForm, EntriesForm, ListableForm, ListReturnForm, TaskListForm
from apps.tasks.models import BudgetLine, PlanTask, TaskList, TaskListEntry
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
from apps.tasks.services.signed import attach_signed
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
        if coming is not None:
            kwargs |= {
                "appraised": coming.pop(moving.State.APPRAISED, 0),
                "not_yet": sum(coming.values()),
                "tells": True,
            }
        return super().get_context_data(may_make=bool(units_of_lists(self.request.user)), **kwargs)


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


class ListActMixin(PermissionRequiredMixin, ScopedMixin, SingleObjectMixin):
    queryset = TaskList.objects.all()
    scope = "editable_by"
    http_method_names = ["post"]

    @cached_property
    def object(self) -> TaskList:
        found: TaskList = self.get_object()
        return found


class TaskListFillView(ListActMixin, ChangeFormView):
    """Put the ticked tasks on the list."""

    permission_required = moving.APPRAISE
    form_class = EntriesForm
    template_name = "tasks/tasklist_detail.html"

    @cached_property
    def offered(self) -> Offered:
        return offered_to(self.object, self.request.user, self.request.POST)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"count": self.offered.count}

    def act(self, form: EntriesForm) -> TaskList:
        user, said = self.request.user, form.cleaned_data
        if said["every"]:
            tasks = self.offered.matching.filter(state__in=TaskListEntry.FITS[said["effect"]])[
                : tasklists.MOST_AT_ONCE + 1
            ]
        else:
            asked = _numbers(self.request.POST.getlist("task"))
            tasks = PlanTask.objects.visible_to(user).live().filter(pk__in=asked)
        made = tasklists.put_on_list(
            self.object, list(tasks), by=user, effect=said["effect"], new_due_on=said["new_due_on"]
        )
        words = ngettext("Đã thêm %(n)s nhiệm vụ vào danh mục.", "Đã thêm %(n)s nhiệm vụ vào danh mục.", len(made))
        messages.success(self.request, words % {"n": len(made)})
        return self.object

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _page_of(self, entries_form=kwargs.pop("form", None), narrowed_by=self.request.POST)


class TaskListApproveView(ListActMixin, ChangeFormView):
    """One decision for the ticked tasks of the list."""

    permission_required = moving.DECIDE
    scope = "decidable_by"
    form_class = DecisionForm
    template_name = "tasks/tasklist_detail.html"
    conflicts = frozenset({"stale", "wrong_state"})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.FILES:
            limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def act(self, form: DecisionForm) -> TaskList:
        chosen, decided, user = _picked(self.request.POST.getlist("entry")), form.decided(), self.request.user
        paper = checked_paper(upload) if (upload := form.cleaned_data["file"]) else None
        carried = tasklists.approve_list(self.object, decided, by=user, chosen=chosen)
        if paper:
            attach_signed(self.object, paper, decided, by=user)
        messages.success(
            self.request, _("Đã phê duyệt danh mục: %(n)s nhiệm vụ theo quyết định.") % {"n": len(carried.done)}
        )
        wanted = set(self.object.entries.filter(pk__in=chosen).values_list("task", flat=True))
        for task, words in carried.skipped:  # what was left out on purpose is no fault
            tell = messages.warning if task.pk in wanted else messages.info
            tell(self.request, f"{task.code}: {words}")
        return self.object

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _page_of(self, decision_form=kwargs.pop("form", None))


def _numbers(sent: list[str]) -> list[int]:
    return [number for number in map(asked_key, sent) if number is not None]


def _picked(sent: list[str]) -> dict[int, int]:
    """Entries by their keys, each with the version of its task that the person saw; without one it is not chosen."""
    found = {}
    for one in sent:
        key, _dash, version = one.partition("-")
        if (pk := asked_key(key)) is not None and (seen := asked_key(version)) is not None:
            found[pk] = seen
    return found


def _page_of(view: Any, **given: Any) -> dict[str, Any]:
    """The page of the list around a form that was refused, the first that is given."""
    page = TaskListDetailView()
    page.setup(view.request, pk=view.object.pk)
    page.object = view.object
    return page.get_context_data(**given, form=next(iter(given.values())), view=view)


class TaskListReturnView(ListActMixin, ChangeFormView):
    """Back to whoever made the list, with the reason."""

    permission_required = moving.DECIDE
    scope = "decidable_by"
    form_class = ListReturnForm
    template_name = "tasks/tasklist_detail.html"
    conflicts = frozenset({"wrong_state"})

    def act(self, form: ListReturnForm) -> TaskList:
        tasklists.return_list(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã trả lại danh mục."))
        return self.object

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _page_of(self, return_form=kwargs.pop("form", None))


class TaskListSubmitView(ActionView):
    permission_required = moving.APPRAISE
    queryset = TaskList.objects.all()

    def act(self, obj: TaskList) -> None:
        tasklists.submit_list(obj, by=self.request.user)
        messages.success(self.request, _("Đã trình danh mục; chờ %(unit)s phê duyệt.") % {
            "unit": authority_of(obj.unit_id).short
        })  # fmt: skip


class TaskListRecallView(ActionView):
    permission_required = moving.APPRAISE
    queryset = TaskList.objects.all()

    def act(self, obj: TaskList) -> None:
        tasklists.recall_list(obj, by=self.request.user)
        messages.success(self.request, _("Đã rút danh mục về; sửa xong thì trình lại."))


class TaskListDropView(ActionView):
    permission_required = moving.APPRAISE
    queryset = TaskList.objects.all()

    def act(self, obj: TaskList) -> None:
        tasklists.drop_list(obj, by=self.request.user)
        messages.success(self.request, _("Đã hủy danh mục; các nhiệm vụ giữ nguyên trạng thái."))


class TaskListTakeOffView(ActionView):
    """Take one task off the list."""

    permission_required = moving.APPRAISE
    queryset = TaskList.objects.all()

    def act(self, obj: TaskList) -> None:
        entry = get_object_or_404(obj.entries.select_related("task", "task_list"), pk=self.kwargs["entry"])
        tasklists.take_off_list(entry, by=self.request.user)
