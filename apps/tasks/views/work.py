"""Acts beside the moves: extensions, the programme office's opinion, progress, milestones, who holds it, relations."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import limits
from apps.core.views import ActionView
from apps.documents.services import checked_paper
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import need
from apps.tasks.forms.acts import (
    ConsultationForm,
    ExtensionAskForm,
    ExtensionGrantForm,
    ExtensionRefuseForm,
    HolderForm,
    MilestoneForm,
    ProgressForm,
    RelationForm,
)  # fmt: skip
from apps.tasks.holders import holders_of
from apps.tasks.models import Consultation, Extension, Milestone, PlanTask, TaskRelation
from apps.tasks.routes import authority_of
from apps.tasks.services import asking, relating, working
from apps.tasks.services.signed import attach_signed
from apps.tasks.services.working import ENDED, TOLD_IN
from apps.tasks.views.acts import SCOPES, TaskFormView
from apps.tasks.views.detail import TaskMixin


class WorkView(TaskFormView):
    """`why_not`: words where it is not the moment; a page that is opened then leads back with them."""

    done: Any

    def why_not(self) -> str:
        return ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if words := self.why_not():
            messages.warning(request, words)
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Any:
        self.once(form, lambda: self.make(form))
        messages.success(self.request, str(self.done))
        return Back(self.object, self.tab)

    def make(self, form: Any) -> Any:
        raise NotImplementedError

    tab = "progress"

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        return self.page_now(form) if is_conflict else super().refuse(form, is_conflict=False)


class Back:
    """The part of the task's page from which one came."""

    def __init__(self, task: PlanTask, tab: str) -> None:
        self.task, self.tab = task, tab

    def get_absolute_url(self) -> str:
        return f"{self.task.get_absolute_url()}?tab={self.tab}"


class VersionMixin:
    object: Any

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}


# ── extensions ────────────────────────────────────────────────────────────────────────────────────────────────────────


class ExtensionAskView(VersionMixin, WorkView):
    permission_required = moving.PROPOSE
    scope = SCOPES[moving.PROPOSE]
    form_class = ExtensionAskForm
    title = gettext_lazy("Xin gia hạn")
    submit = gettext_lazy("Gửi đề nghị gia hạn")
    done = gettext_lazy("Đã gửi đề nghị gia hạn.")

    def why_not(self) -> str:
        if self.object.state not in moving.EXTENDED_IN:
            return _("Chỉ gia hạn nhiệm vụ đã phê duyệt hoặc đang thực hiện.")
        if self.object.extensions.filter(state=Extension.State.ASKED).exists():
            return _("Nhiệm vụ này đã có một đề nghị gia hạn đang chờ.")
        return ""

    def make(self, form: Any) -> Any:
        data = form.cleaned_data
        return asking.ask_extension(
            self.object, data["due_on"], data["reason"], by=self.request.user, version=data["version"]
        )


class ExtensionDecideView(VersionMixin, WorkView):
    permission_required = moving.DECIDE
    scope = SCOPES[moving.DECIDE]
    template_name = "tasks/plantask_extension.html"

    @cached_property
    def extension(self) -> Extension | None:
        return self.object.extensions.waiting().select_related("asked_by").first()

    def why_not(self) -> str:
        if self.extension is None:
            return _("Không còn đề nghị gia hạn nào đang chờ.")
        if self.extension.asked_by_id == self.request.user.pk:
            return _("Bạn là người đề nghị gia hạn: người khác phải quyết định.")
        return ""

    def asked(self) -> Extension:
        if self.extension is None:
            raise refusal(None, _("Không còn đề nghị gia hạn nào đang chờ."), "wrong_state")
        return self.extension

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(extension=self.extension, **kwargs)


class ExtensionGrantView(ExtensionDecideView):
    form_class = ExtensionGrantForm
    title = gettext_lazy("Gia hạn nhiệm vụ")
    submit = gettext_lazy("Gia hạn")
    done = gettext_lazy("Đã gia hạn nhiệm vụ.")

    def get_initial(self) -> dict[str, Any]:
        asked = {"due_on": self.extension.due_asked} if self.extension else {}
        return super().get_initial() | asked | {"issuer": authority_of(self.object.approving_unit_id).full}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.FILES:
            limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def make(self, form: Any) -> Any:
        data, user = form.cleaned_data, self.request.user
        asked, paper = self.asked(), checked_paper(data["file"]) if data["file"] else None
        granted = asking.grant_extension(
            asked, form.decided(), by=user, due_on=data["due_on"], reason=data["reason"], version=data["version"]
        )
        if paper:
            attach_signed(self.object, paper, form.decided(), by=user)
        return granted


class ExtensionRefuseView(ExtensionDecideView):
    form_class = ExtensionRefuseForm
    title = gettext_lazy("Không gia hạn")
    submit = gettext_lazy("Không gia hạn")
    done = gettext_lazy("Đã ghi không gia hạn.")
    danger = True

    def make(self, form: Any) -> Any:
        data = form.cleaned_data
        return asking.refuse_extension(self.asked(), data["reason"], by=self.request.user, version=data["version"])


# ── consultation ──────────────────────────────────────────────────────────────────────────────────────────────────────


class ConsultationView(VersionMixin, WorkView):
    permission_required = moving.CONSULT
    scope = SCOPES[moving.CONSULT]
    form_class = ConsultationForm
    title = gettext_lazy("Trả lời lấy ý kiến")
    submit = gettext_lazy("Gửi ý kiến")
    done = gettext_lazy("Đã gửi ý kiến.")
    tab = "content"

    @cached_property
    def consultation(self) -> Consultation | None:
        return self.object.consultations.filter(answered_at__isnull=True).order_by("pk").last()

    def why_not(self) -> str:
        if self.consultation is None or self.object.state != PlanTask.State.UNDER_APPRAISAL:
            return _("Không có nội dung nào đang chờ ý kiến.")
        return ""

    def make(self, form: Any) -> Any:
        data = form.cleaned_data
        if self.consultation is None:
            raise refusal(None, _("Không có nội dung nào đang chờ ý kiến."), "wrong_state")
        return asking.answer_consultation(
            self.consultation, data["opinion"], data["text"], by=self.request.user, version=data["version"]
        )


# ── the work itself ───────────────────────────────────────────────────────────────────────────────────────────────────


class PrepareView(WorkView):
    permission_required = moving.PREPARE
    scope = SCOPES[moving.PREPARE]


class ProgressView(PrepareView):
    form_class = ProgressForm
    title = gettext_lazy("Cập nhật tiến độ")
    submit = gettext_lazy("Lưu tiến độ")
    done = gettext_lazy("Đã cập nhật tiến độ.")

    def why_not(self) -> str:
        if self.object.state not in TOLD_IN:
            return _("Chỉ cập nhật tiến độ khi nhiệm vụ đã phê duyệt và chưa kết thúc.")
        return ""

    def make(self, form: Any) -> Any:
        data = form.cleaned_data
        told = {"text": data["text"], "risk": data["risk"], "on": data["told_on"]}
        return working.tell_progress(self.object, data["percent"], by=self.request.user, **told)


class MilestoneView(PrepareView):
    form_class = MilestoneForm
    submit = gettext_lazy("Lưu mốc")
    done = gettext_lazy("Đã lưu mốc thực hiện.")

    @cached_property
    def milestone(self) -> Milestone:
        return get_object_or_404(self.object.milestones.select_related("document"), pk=self.kwargs["pk"])

    @property
    def title(self) -> str:
        return _("Mốc: %(name)s") % {"name": self.milestone.name}

    def why_not(self) -> str:
        return _("Nhiệm vụ đã kết thúc: không sửa được mốc thực hiện.") if self.object.state in ENDED else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"milestone": self.milestone, "by": self.request.user}

    def act(self, form: Any) -> Any:
        user = self.request.user
        working.keep_milestone(self.milestone, form.facts(user), by=user, seen=form.cleaned_data["seen"])
        messages.success(self.request, str(self.done))
        return Back(self.object, self.tab)


class HolderView(VersionMixin, PrepareView):
    form_class = HolderForm
    title = gettext_lazy("Giao việc")
    submit = gettext_lazy("Giao việc")
    done = gettext_lazy("Đã giao việc.")
    tab = "content"

    def why_not(self) -> str:
        return _("Nhiệm vụ đã kết thúc: không giao lại được.") if self.object.state in ENDED else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": holders_of(self.object)}

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"holder": self.object.holder_id}

    def make(self, form: Any) -> Any:
        version = form.cleaned_data["version"]
        return working.hand_to(self.object, form.person, by=self.request.user, version=version)


class RelationAddView(PrepareView):
    form_class = RelationForm
    title = gettext_lazy("Ghi nhiệm vụ liên quan")
    submit = gettext_lazy("Lưu")
    done = gettext_lazy("Đã ghi nhiệm vụ liên quan.")
    tab = "content"

    def make(self, form: Any) -> Any:
        user, code = self.request.user, form.cleaned_data["other"]
        other: Any = PlanTask.objects.visible_to(user).live().filter(code__iexact=code).first()
        if other is None:
            raise refusal("other", _("Không có nhiệm vụ mã này trong phạm vi của bạn."), "out_of_sight")
        return relating.relate(self.object, other=other, by=user, **form.meaning)


class RelationRemoveView(TaskMixin, ActionView):
    permission_required = moving.PREPARE
    scope = SCOPES[moving.PREPARE]

    def act(self, task: PlanTask) -> None:
        need(self.request.user, moving.PREPARE, task)
        relation = get_object_or_404(TaskRelation.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        relating.unrelate(relation, task, by=self.request.user)
        messages.success(self.request, _("Đã bỏ nhiệm vụ liên quan."))
