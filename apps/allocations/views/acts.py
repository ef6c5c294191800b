"""The acts of an allocation, each a page of its own: a new draft, out for comment, proposed, returned, approved; and
the word of a unit.
"""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.allocations import services
from apps.allocations.forms import (
    AGREES,
    WISHES,
    AllocationForm,
    ApproveForm,
    CirculateForm,
    CommentForm,
    ProposeForm,
    ReturnForm,
)
from apps.allocations.models import APPROVE, COMMENT, EDIT, LAST_YEAR, Allocation, Portion
from apps.allocations.selectors import sheet_of
from apps.core.moves import WRONG_STATE
from apps.core.programme import programme
from apps.core.views import ScopedMixin
from apps.documents.services import known_document
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.targets.models import Indicator
from apps.targets.selectors import begun_periods


class AllocationAddView(ChangeFormView):
    permission_required = EDIT
    form_class = AllocationForm
    template_name = "allocations/allocation_form.html"
    title = gettext_lazy("Lập dự thảo giao chỉ tiêu")
    submit = gettext_lazy("Lập dự thảo")

    def get_initial(self) -> dict[str, Any]:
        """From the year after the last closed one to the end of the programme."""
        closed = [one.year for one in begun_periods() if one.is_closed]
        first = min(max(closed, default=LAST_YEAR - 5) + 1, LAST_YEAR)
        code = self.request.GET.get("indicator", programme().headline).upper()[:10]
        return {"indicator": code, "first_year": first, "last_year": LAST_YEAR, "copies": True}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("allocations:allocation_list"), **kwargs)

    def act(self, form: AllocationForm) -> Allocation:
        made = self.once(form, lambda: self._draft(form.cleaned_data))
        return Allocation.objects.select_related("indicator").get(pk=made)

    def _draft(self, data: dict[str, Any]) -> Allocation:
        user = self.request.user
        indicator = Indicator.objects.get(code=data["indicator"])
        rows = Allocation.objects.visible_to(user).filter(indicator=indicator).order_by("-version")
        like = rows.first() if data["copies"] else None
        return services.draft_allocation(indicator, data["first_year"], data["last_year"], by=user, like=like)


class ActView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    queryset = Allocation.objects.select_related("indicator", "document", "proposed_by")
    template_name = "allocations/allocation_act.html"
    conflicts = frozenset({WRONG_STATE, "stale"})
    verb = ""

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.object.updated_at}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.object.get_absolute_url()
        return super().get_context_data(allocation=self.object, back_url=back, **kwargs)


class CirculateView(ActView):
    permission_required = EDIT
    form_class = CirculateForm
    title = gettext_lazy("Gửi lấy ý kiến")
    submit = gettext_lazy("Gửi lấy ý kiến")

    def act(self, form: Any) -> Allocation:
        data = form.cleaned_data
        done = services.circulate(self.object, data["until"], by=self.request.user, seen=data["seen"])
        messages.success(self.request, _("Đã gửi lấy ý kiến. Đơn vị thấy dự thảo ở trang Chờ xử lý."))
        return done


class ProposeView(ActView):
    permission_required = EDIT
    form_class = ProposeForm
    template_name = "allocations/allocation_propose.html"
    title = gettext_lazy("Trình phê duyệt")
    submit = gettext_lazy("Trình phê duyệt")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sheet=sheet_of(self.object), **kwargs)

    def act(self, form: Any) -> Allocation:
        done = services.propose(self.object, by=self.request.user, seen=form.cleaned_data["seen"])
        messages.success(self.request, _("Đã trình. Lãnh đạo Ủy ban TĐC phê duyệt hoặc trả lại."))
        return done


class ReturnView(ActView):
    permission_required = APPROVE
    form_class = ReturnForm
    title = gettext_lazy("Trả lại để hoàn thiện")
    submit = gettext_lazy("Trả lại")

    def act(self, form: Any) -> Allocation:
        data = form.cleaned_data
        done = services.return_for_revision(self.object, data["reason"], by=self.request.user, seen=data["seen"])
        messages.success(self.request, _("Đã trả lại, kèm lý do."))
        return done


class ApproveView(ActView):
    permission_required = APPROVE
    form_class = ApproveForm
    title = gettext_lazy("Phê duyệt giao chỉ tiêu")
    submit = gettext_lazy("Phê duyệt")

    def get_form(self, form_class: Any = None) -> ApproveForm:
        form: ApproveForm = super().get_form(form_class)
        form.fields["document"].offer_to(self.request.user)
        return form

    def act(self, form: Any) -> Allocation:
        by, data = self.request.user, form.cleaned_data
        done = services.approve(self.object, known_document(data["document"], by=by), by=by, seen=data["seen"])
        messages.success(self.request, _("Đã phê duyệt. Chỉ tiêu của các đơn vị có hiệu lực theo quyết định."))
        return done


class CommentView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    """The word of a unit on its part, by its own people."""

    permission_required = COMMENT
    queryset = Portion.objects.select_related("allocation__indicator", "comment").prefetch_related("lines")
    scope = "commented_by"
    form_class = CommentForm
    template_name = "allocations/portion_comment.html"
    conflicts = frozenset({"closed"})
    title = gettext_lazy("Góp ý chỉ tiêu")
    submit = gettext_lazy("Gửi góp ý")

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"decimals": self.object.allocation.indicator.decimals}

    def get_initial(self) -> dict[str, Any]:
        said = getattr(self.object, "comment", None)
        if said is None:
            return {"answer": AGREES}
        wish = "" if said.wish is None else f"{said.wish.normalize():f}"
        return {"answer": AGREES if said.agrees else WISHES, "wish": wish, "text": said.text}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        portion, sheet = self.object, sheet_of(self.object.allocation)
        row = next(one for one in sheet.every if one.portion.pk == portion.pk)
        return super().get_context_data(
            portion=portion, allocation=portion.allocation, row=row, unit=unit_labels()[portion.unit_id],
            ground=sheet.ground, back_url=portion.get_absolute_url(), **kwargs,
        )  # fmt: skip

    def act(self, form: Any) -> Portion:
        data = form.cleaned_data
        services.comment_portion(self.object, wish=data["wish"], text=data["text"], by=self.request.user)
        messages.success(self.request, _("Đã gửi góp ý."))
        portion: Portion = self.object
        return portion
