"""The money of one task: its grid, its variances and what was said of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from apps.core.numbers import asked_whole
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number
from apps.core.views import ActionView, ScopedMixin
from apps.funding.asked import FIRST_YEAR, LAST_YEAR
from apps.funding.entering import open_stages
from apps.funding.forms import AmountsForm, ExplanationForm
from apps.funding.models import VarianceExplanation
from apps.funding.rows import VIEW
from apps.funding.selectors.cells import cells
from apps.funding.selectors.variances import variances
from apps.funding.services import accept_variance, explain_variance, write_amounts
from apps.tasks import moving
from apps.tasks.acting import acts_on
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Stage


class TaskFundingView(PermissionRequiredMixin, ScopedMixin, DetailView):
    request: SignedInRequest
    permission_required = VIEW
    queryset = PlanTask.objects.live().select_related("framework_item", "lead_unit")
    slug_field = "code__iexact"
    slug_url_kwarg = "code"
    template_name = "funding/task.html"
    context_object_name = "task"
    object: PlanTask

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        return self.render_to_response(self.get_context_data(form=self.form()))

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(moving.PREPARE):
            raise PermissionDenied
        self.object = self.get_object()
        form = self.form(request.POST)
        if not form.fields_of_money:
            raise PermissionDenied(self.object)
        status = 422
        if form.is_valid():
            try:
                count = write_amounts(self.object, form.entries, by=request.user)
            except ValidationError as refusal:
                form.refused(refusal)
                status = 409 if "stale" in _codes(refusal) else 422
            else:
                told = (
                    _("Đã ghi %(n)s số kinh phí.") % {"n": number(count)} if count else _("Không có số nào thay đổi.")
                )
                messages.success(request, told)
                return redirect("funding:task", self.object.code)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form(self, data: Any = None) -> AmountsForm:
        lines = list(self.object.budget.select_related("entered_by"))
        return AmountsForm(
            data, task=self.object, lines=lines, years=self.years(lines),
            stages=open_stages(self.object, self.request.user),
        )  # fmt: skip

    def years(self, lines: list[Any]) -> list[int]:
        """Those in which it runs or has money, and one more if asked for."""
        task = self.object
        runs = range((task.starts_on or task.due_on).year, task.due_on.year + 1)
        asked = asked_whole(self.request.GET.get("year"))
        found = {task.year, *runs, *(line.year for line in lines), *([asked] if asked else [])}
        return sorted(year for year in found if FIRST_YEAR <= year <= LAST_YEAR)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, form = self.request.user, kwargs["form"]
        return super().get_context_data(
            title=_("Kinh phí của nhiệm vụ %(code)s") % {"code": self.object.code},
            grid=form.grid(),
            stages=Stage,
            next_year=year if (year := max(form.years) + 1) <= min(LAST_YEAR, timezone.localdate().year + 5) else None,
            variances=list(variances(cells(self.object.budget.all()))),
            explained={(one.year, one.source): one for one in self.object.variances.select_related("explained_by")},
            explanation_form=ExplanationForm(),
            may_explain=acts_on(user, moving.PREPARE, self.object),
            may_accept=acts_on(user, moving.APPRAISE, self.object),
            **kwargs,
        )


def _codes(refusal: ValidationError) -> set[str | None]:
    found = getattr(refusal, "error_dict", {"": [refusal]})
    return {one.code for errors in found.values() for one in errors}


class ExplainView(ActionView):
    permission_required = moving.PREPARE
    scope = "visible_to"
    queryset = PlanTask.objects.live()
    slug_field = "code__iexact"
    slug_url_kwarg = "code"

    def act(self, task: PlanTask) -> None:
        form = ExplanationForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        told = form.cleaned_data
        explain_variance(task, told["year"], told["source"], told["text"], by=self.request.user)
        messages.success(self.request, _("Đã lưu giải trình."))

    def get_success_url(self, task: PlanTask) -> str:
        return f"{reverse('funding:task', args=[task.code])}#chenh-lech"


class AcceptView(ActionView):
    permission_required = moving.APPRAISE
    scope = "visible_to"
    queryset = VarianceExplanation.objects.select_related("task")

    def act(self, explanation: VarianceExplanation) -> None:
        accept_variance(explanation, by=self.request.user)
        messages.success(self.request, _("Đã chấp nhận giải trình."))

    def get_success_url(self, explanation: VarianceExplanation) -> str:
        return f"{reverse('funding:task', args=[explanation.task.code])}#chenh-lech"
