"""Lists of tasks: the lists, one list with its tasks, and its approval by one decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
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
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.barred import barred_from_approval
from apps.tasks.filters_lists import TaskListFilter
from apps.tasks.forms.lists import DecisionForm, EntriesForm, TaskListForm
from apps.tasks.models import BudgetLine, PlanTask, TaskList, TaskListEntry
from apps.tasks.models.money import Source
from apps.tasks.routes import authority_of, centre
from apps.tasks.services import tasklists
from apps.tasks.services.signed import attach_signed
from apps.tasks.tables_lists import TaskListTable

CANDIDATES = 200


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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
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
    title = gettext_lazy("Lập danh mục nhiệm vụ")
    submit = gettext_lazy("Lập danh mục")

    def get_form_kwargs(self) -> dict[str, Any]:
        units = units_of_lists(self.request.user)
        if not units:
            raise PermissionDenied
        if self.request.POST.get("unit", units[0][0]) not in dict(units):
            raise Http404  # another unit's
        return super().get_form_kwargs() | {"units": units}

    def act(self, form: TaskListForm) -> TaskList:
        made = self.once(form, lambda: tasklists.make_list(form.task_list(), by=self.request.user))
        return TaskList.objects.get(pk=made)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("tasks:tasklist_list"), **kwargs)


class TaskListDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    """The tasks of a list with what it does to each; who appraises adds to it, who decides approves it."""

    permission_required = "tasks.view_tasklist"
    raise_exception = True
    queryset = TaskList.objects.select_related("decision", "made_by", "approved_by")
    template_name = "tasks/tasklist_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, user = self.object, self.request.user
        label, authority = unit_labels()[found.unit_id], authority_of(found.unit_id).full
        may = _may(found, user)
        candidates = _candidates(found, user) if "drop" in may else []
        return super().get_context_data(
            **{
                "title": found.title,
                "unit": label,
                "authority": authority,
                "years": "–".join(str(year) for year in sorted({found.first_year, found.last_year})),
                "entries": _entries(found, user),
                "may": may,
                "waits_for_another": found.state == TaskList.State.DRAFT and found.made_by_id == user.pk,
                "decision_form": DecisionForm(initial={"issuer": authority}) if "approve" in may else None,
                "entries_form": EntriesForm(effects={e for one in candidates for e in one["effects"]}),
                "candidates": candidates,
                "files": attachments_of(found, user),
                **kwargs,
            }
        )


def _may(task_list: TaskList, user: Any) -> set[str]:
    """The verbs open to the person, on the side that they are on."""
    sides = {"approve": TaskList.objects.decidable_by(user), "drop": TaskList.objects.editable_by(user)}
    verbs = allowed(task_list, user) & sides.keys()
    return {verb for verb in verbs if sides[verb].filter(pk=task_list.pk).exists()}


def _entries(task_list: TaskList, user: Any) -> list[dict[str, Any]]:
    """With the reason why one cannot be carried out now, said before the button; `pick`: in the version shown."""
    money = BudgetLine.objects.filter(task=OuterRef("task"), source=Source.CENTRAL_INVESTMENT)
    rows: Any = task_list.entries.select_related("task__framework_item").annotate(invests=Exists(money))
    found = []
    for row in rows.order_by("task__code"):
        row.task.invests = row.invests
        found.append({"entry": row, "pick": f"{row.pk}-{row.task.version}", "why_not": _why_not(row, user)})
    return found


def _why_not(entry: TaskListEntry, user: Any) -> str:
    if entry.outcome:
        return entry.told
    task, approves = entry.task, entry.effect == TaskListEntry.Effect.APPROVE
    if not entry.fits:
        told = {"state": task.get_state_display()}
        if approves:
            return _("Đang ở trạng thái “%(state)s”, chưa chờ phê duyệt") % told
        return _("Đang ở trạng thái “%(state)s”, không thực hiện được") % told
    return barred_from_approval(task, user) if approves else ""


def _candidates(task_list: TaskList, user: Any) -> list[dict[str, Any]]:
    """Tasks that the unit of the list may move, of its years first; those on a list that is being made stand there.
    `effects`: what a list can do to one.
    """
    waiting = TaskListEntry.objects.filter(task_list__state=TaskList.State.DRAFT).values("task")
    fits = TaskListEntry.FITS
    states = sorted(frozenset().union(*fits.values()))
    rows: Any = PlanTask.objects.visible_to(user).live().filter(approving_unit=task_list.unit_id, state__in=states)
    own_years = Q(year__gte=task_list.first_year, year__lte=task_list.last_year)
    rows = rows.filter(own_years).exclude(pk__in=waiting).order_by("state", "code")[:CANDIDATES]
    return [{"task": one, "effects": [effect for effect in fits if one.state in fits[effect]]} for one in rows]


class ListActMixin(PermissionRequiredMixin, ScopedMixin, SingleObjectMixin):
    raise_exception = True
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

    def act(self, form: EntriesForm) -> TaskList:
        asked = _numbers(self.request.POST.getlist("task"))
        tasks: Any = PlanTask.objects.visible_to(self.request.user).live().filter(pk__in=asked[:CANDIDATES])
        said = form.cleaned_data
        made = tasklists.put_on_list(
            self.object, list(tasks), by=self.request.user, effect=said["effect"], new_due_on=said["new_due_on"]
        )
        words = ngettext("Đã thêm %(n)s nhiệm vụ vào danh mục.", "Đã thêm %(n)s nhiệm vụ vào danh mục.", len(made))
        messages.success(self.request, words % {"n": len(made)})
        return self.object

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _page_of(self, entries_form=kwargs.pop("form", None))


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
        chosen = _picked(self.request.POST.getlist("entry"))
        if form.cleaned_data["file"]:
            attach_signed(self.object, form.cleaned_data["file"], form.decided(), by=self.request.user)
        carried = tasklists.approve_list(self.object, form.decided(), by=self.request.user, chosen=chosen)
        messages.success(
            self.request, _("Đã phê duyệt danh mục: %(n)s nhiệm vụ theo quyết định.") % {"n": len(carried.done)}
        )
        for task, words in carried.skipped:
            messages.warning(self.request, f"{task.code}: {words}")
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


def _page_of(view: Any, **forms: Any) -> dict[str, Any]:
    """The page of the list around a form that was refused."""
    page = TaskListDetailView()
    page.setup(view.request, pk=view.object.pk)
    page.object = view.object
    return page.get_context_data(**forms, form=next(iter(forms.values())), view=view)


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
