"""What is done to a list of tasks: filled, submitted, taken back, returned, and approved by one decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.numbers import asked_key
from apps.core.views import ActionView, ScopedMixin
from apps.documents.services import checked_paper
from apps.jobs.changing import ChangeFormView
from apps.tasks import moving
from apps.tasks.forms.lists import DecisionForm, EntriesForm, ListReturnForm
from apps.tasks.models import PlanTask, TaskList, TaskListEntry
from apps.tasks.routes import authority_of
from apps.tasks.services import tasklists
from apps.tasks.services.signed import attach_signed
from apps.tasks.views.tasklists import Offered, TaskListDetailView, offered_to


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
