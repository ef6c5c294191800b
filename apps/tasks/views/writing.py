"""Writing a task before it is proposed: a new one, what was returned, taking a draft back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.framework.models import FrameworkItem
from apps.jobs.changing import ChangeFormView
from apps.people.working_unit import working_unit
from apps.tasks import moving
from apps.tasks.fields import units_to_lead
from apps.tasks.forms.writing import (
    GROUPS,
    PlanTaskChangeForm,
    PlanTaskForm,
    PlanTaskWithdrawForm,
    initial_of,
    initial_of_new,
)
from apps.tasks.models import PlanTask
from apps.tasks.moving import State
from apps.tasks.services import drafting

# What whoever wants to change a task can do where it is no longer written freely.
REMEDIES = {
    State.PROPOSED: gettext_lazy("Đề nghị cơ quan phê duyệt trả lại để hoàn thiện, rồi sửa và đề xuất lại."),
    State.UNDER_APPRAISAL: gettext_lazy("Đề nghị cơ quan phê duyệt trả lại để hoàn thiện, rồi sửa và đề xuất lại."),
    State.APPRAISED: gettext_lazy("Đề nghị cơ quan phê duyệt trả lại để hoàn thiện, rồi sửa và đề xuất lại."),
    State.APPROVED: gettext_lazy("Thời hạn thay đổi bằng đề nghị gia hạn; nội dung đã phê duyệt giữ nguyên."),
    State.IN_PROGRESS: gettext_lazy("Thời hạn thay đổi bằng đề nghị gia hạn; nội dung đã phê duyệt giữ nguyên."),
    State.SUSPENDED: gettext_lazy("Cơ quan phê duyệt cho tiếp tục nhiệm vụ trước, rồi đề nghị gia hạn nếu cần."),
    State.COMPLETION_REPORTED: gettext_lazy("Nhiệm vụ đang chờ nghiệm thu: bổ sung tệp minh chứng nếu cần."),
}
NEW_ONE = gettext_lazy("Nhiệm vụ đã qua bước lập hồ sơ. Lập nhiệm vụ mới nếu cần.")


class TaskFormView(ChangeFormView):
    """`step`, `remove`: the form comes back with a row more or fewer, and nothing is checked or written."""

    template_name = "tasks/plantask_form.html"
    form_class: type[PlanTaskForm] = PlanTaskForm
    conflicts = frozenset({"stale", "wrong_state", "withdrawn"})

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = request.POST
        more = sent.get("step", "").partition(":")[2]
        if more in {group.name for group in GROUPS} or "remove" in sent:
            form = self.form_class.with_rows(sent, by=request.user, more=more, without=sent.get("remove", ""))
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}


class PlanTaskAddView(TaskFormView):
    permission_required = "tasks.add_plantask"
    title = gettext_lazy("Đề xuất nhiệm vụ")
    submit = gettext_lazy("Lưu bản nháp")
    lead = gettext_lazy("Lưu bản nháp trước; xem lại rồi đề xuất ở trang của nhiệm vụ.")

    def get_initial(self) -> dict[str, Any]:
        """The unit one works for, the item or the task that one came from."""
        working, asked = working_unit(self.request), self.request.GET
        lead = units_to_lead(self.request.user).filter(pk=working).first() if working else None
        found = initial_of_new(lead.pk if lead else None)
        item = FrameworkItem.objects.items().filter(pk=_asked(asked.get("framework_item", ""))).first()
        if item is not None:
            found["framework_item"] = item
        rows: Any = PlanTask.objects.editable_by(self.request.user).live().filter(parent=None)
        rows = rows.exclude(state__in=moving.WITHOUT_NEW_PARTS)
        above = rows.filter(code__iexact=_asked(asked.get("parent", ""))).select_related("framework_item").first()
        if above is not None:
            found |= {"parent": above, "lead_unit": above.lead_unit_id, "year": above.year, "kind": above.kind}
            found |= {"framework_item": above.framework_item, "term": above.term}
        return found

    def act(self, form: PlanTaskForm) -> PlanTask:
        by = self.request.user
        made = self.once(form, lambda: drafting.create_task(PlanTask(**form.facts()), form.parts(), by=by))
        task: PlanTask = PlanTask.objects.get(pk=made)
        messages.success(self.request, _("Đã lưu bản nháp %(code)s. Xem lại rồi đề xuất.") % {"code": task.code})
        return task

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("tasks:plantask_list"), **kwargs)


class OneTaskMixin(ScopedMixin, SingleObjectMixin):
    """The task that the path names, of those that the person may write."""

    permission_required = moving.PREPARE
    scope = "editable_by"
    queryset = PlanTask.objects.live().select_related("lead_unit", "framework_item", "parent")
    slug_field = "code__iexact"
    slug_url_kwarg = "code"

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(task=self.object, back_url=self.object.get_absolute_url(), **kwargs)


class PlanTaskChangeView(OneTaskMixin, TaskFormView):
    form_class = PlanTaskChangeForm
    title = gettext_lazy("Sửa nhiệm vụ")
    submit = gettext_lazy("Lưu thay đổi")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.object.is_writable:
            context = {"view": self, "task": self.object, "remedy": REMEDIES.get(self.object.state, NEW_ONE)}
            return self.response_class(request, "tasks/plantask_locked.html", context)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        if self.request.method == "GET":
            initial, rows = initial_of(self.object)
            given |= {"initial": initial, "rows": rows}
        return given

    def act(self, form: Any) -> PlanTask:
        by, version = self.request.user, form.cleaned_data["version"]
        self.once(form, lambda: drafting.change_task(self.object, form.facts(), form.parts(), by=by, version=version))
        messages.success(self.request, _("Đã lưu thay đổi."))
        task: PlanTask = self.object
        return task


class PlanTaskWithdrawView(OneTaskMixin, ChangeFormView):
    form_class = PlanTaskWithdrawForm
    template_name = "tasks/plantask_withdraw.html"
    conflicts = frozenset({"wrong_state", "withdrawn"})
    title = gettext_lazy("Xóa bản nháp")
    submit = gettext_lazy("Xóa bản nháp")
    lead = gettext_lazy("Bản nháp không còn trong danh sách; người xóa, thời điểm và lý do vẫn được lưu.")

    def act(self, form: PlanTaskWithdrawForm) -> Any:
        drafting.withdraw_task(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã xóa bản nháp %(code)s.") % {"code": self.object.code})
        return _TheList()


class _TheList:
    @staticmethod
    def get_absolute_url() -> str:
        return reverse("tasks:plantask_list")


def _asked(text: str) -> str:
    """What no code can be asks for nothing: the database refuses some signs."""
    return text if text.isprintable() else ""
