"""Rounds: their list, a new one from the last, and one with its days, forms, units and acts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, ListView
from django.views.generic.detail import SingleObjectMixin

from apps.core.fields import ReasonForm, RefusableForm
from apps.core.views import ScopedMixin
from apps.documents.services import known_document
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.reports.forms.rounds import ChangeForm, ExtendForm, RoundForm, UnitAddForm
from apps.reports.models import AnnualReport, ReportingRound
from apps.reports.models.rounds import KEEP
from apps.reports.selectors.rounds import expected_in, next_round, with_counts
from apps.reports.services import rounds

READ = "reports.view_reportinground"


class RoundMixin(ScopedMixin):
    permission_required = READ
    model = ReportingRound
    queryset = ReportingRound.objects.select_related("period", "letter")
    slug_field, slug_url_kwarg = "code", "round"


class RoundListView(RoundMixin, PermissionRequiredMixin, ListView):
    template_name = "reports/reportinground_list.html"
    context_object_name = "rounds"

    def get_queryset(self) -> Any:
        return with_counts(super().get_queryset()).order_by("-year", "-starts_on", "code")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_keep=self.request.user.has_perm(KEEP), **kwargs)


class ReportingRoundView(RoundMixin, PermissionRequiredMixin, DetailView):
    template_name = "reports/reportinground_detail.html"
    context_object_name = "round"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, made = self.request.user, self.object
        units = expected_in(made, user)
        is_draft = made.state == ReportingRound.State.DRAFT
        return super().get_context_data(
            may_keep=user.has_perm(KEEP),
            may_close=made.period_id and made.state == "locked" and user.has_perm("targets.view_periodclosing"),
            forms=made.forms.select_related("form").order_by("audience"),
            units=units,
            expected=sum(one.report.excused_at is None for one in units),
            checklist=rounds.checklist(made) if is_draft and user.has_perm(KEEP) else [],
            **kwargs,
        )


class RoundFormView(RoundMixin, SingleObjectMixin, ChangeFormView):
    """A form about one round; of what is no longer so it says 409."""

    permission_required = KEEP
    scope = "editable_by"
    template_name = "reports/reportinground_form.html"
    conflicts = frozenset({"wrong_state", "open", "accepted", "stale"})
    danger = False
    ask: Any = ""

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.object, back_url=self.object.get_absolute_url(), danger=self.danger, ask=self.ask, **kwargs
        )

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.refuse(form, is_conflict=False)

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=409 if is_conflict else 422)


class LetterMixin:
    """An act may be entered there and then by whoever may add acts."""

    request: Any

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        form.fields["letter"].offer_to(self.request.user)
        return form

    def letter_of(self, form: Any) -> Any:
        given = form.cleaned_data["letter"]
        return known_document(given, by=self.request.user) if given else None


class RoundAddView(LetterMixin, ChangeFormView):
    """From the last one, its days a year later; who must report is proposed by the rule."""

    permission_required = KEEP
    form_class = RoundForm
    template_name = "reports/reportinground_form.html"
    title = gettext_lazy("Lập kỳ báo cáo")
    submit = gettext_lazy("Lập kỳ báo cáo")

    def get_initial(self) -> dict[str, Any]:
        return next_round()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("reports:reportinground_list"), is_new=True, **kwargs)

    def act(self, form: RoundForm) -> ReportingRound:
        def make() -> ReportingRound:
            facts = rounds.RoundFacts(**form.made_of, letter=self.letter_of(form))
            return rounds.create_round(facts, by=self.request.user, propose=form.is_proposed)

        made = ReportingRound.objects.get(pk=self.once(form, make))
        done = (
            _("Đã lập kỳ báo cáo. Kiểm tra danh sách đơn vị phải báo cáo trước khi mở.")
            if form.is_proposed
            else _("Đã lập kỳ báo cáo. Đưa các đơn vị phải báo cáo vào danh sách trước khi mở.")
        )
        messages.success(self.request, done)
        return made

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.refuse(form, is_conflict=False)

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RoundChangeView(LetterMixin, RoundFormView):
    form_class = ChangeForm
    title = gettext_lazy("Sửa kỳ báo cáo")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in rounds.EDITED} | {"seen": self.object.updated_at}

    def act(self, form: ChangeForm) -> ReportingRound:
        changes, seen = form.given | {"letter": self.letter_of(form)}, form.cleaned_data["seen"]
        made = rounds.change_round(self.object, changes, by=self.request.user, seen=seen)
        messages.success(self.request, _("Đã lưu kỳ báo cáo."))
        return made


class RoundActView(RoundFormView):
    """A move of the round, asked once more on a page of its own."""

    form_class = RefusableForm
    verb: str
    done: Any

    def act(self, form: RefusableForm) -> ReportingRound:
        made: ReportingRound = getattr(rounds, f"{self.verb}_round")(self.object, by=self.request.user)
        messages.success(self.request, str(self.done))
        return made

    def refuse(self, form: Any, *, is_conflict: bool) -> HttpResponse:
        return super().refuse(form, is_conflict=True)


class RoundOpenView(RoundActView):
    verb = "open"
    title = submit = gettext_lazy("Mở kỳ báo cáo")
    done = gettext_lazy("Đã mở kỳ báo cáo. Các đơn vị trong danh sách bắt đầu lập báo cáo.")
    ask = gettext_lazy("Sau khi mở, biểu mẫu và khoảng thời gian số liệu của kỳ không đổi nữa.")


class RoundLockView(RoundActView):
    verb = "lock"
    title = submit = gettext_lazy("Khóa sổ kỳ báo cáo")
    done = gettext_lazy("Đã khóa sổ kỳ báo cáo.")
    ask = gettext_lazy("Sau khi khóa sổ, chỉ đơn vị được gia hạn hoặc đính chính còn sửa được báo cáo.")
    danger = True


class UnitAddView(RoundFormView):
    form_class = UnitAddForm
    title = gettext_lazy("Đưa đơn vị vào danh sách phải báo cáo")
    submit = gettext_lazy("Đưa vào danh sách")

    def get_form(self, form_class: Any = None) -> UnitAddForm:
        form: UnitAddForm = super().get_form(form_class)
        there = AnnualReport.objects.expected().filter(round=self.object)
        form.fields["unit"].offer_to(self.request.user, but=there.values_list("unit", flat=True))
        return form

    def act(self, form: UnitAddForm) -> ReportingRound:
        data = form.cleaned_data
        self.once(form, lambda: rounds.add_unit(self.object, data["unit"], data["reason"], by=self.request.user))
        messages.success(self.request, _("Đã đưa đơn vị vào danh sách phải báo cáo."))
        found: ReportingRound = self.object
        return found


class OfUnitView(RoundFormView):
    """Of one unit in the round."""

    @cached_property
    def report(self) -> AnnualReport:
        rows = AnnualReport.objects.expected().filter(round=self.object).select_related("round", "unit")
        found: AnnualReport = get_object_or_404(rows, unit__slug=self.kwargs["unit"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        named = unit_labels()[self.report.unit_id].distinct_name
        return super().get_context_data(report=self.report, named=named, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _there = self.report
        return super().post(request, *args, **kwargs)


class UnitExcuseView(OfUnitView):
    form_class = ReasonForm
    title = gettext_lazy("Đưa đơn vị khỏi danh sách phải báo cáo")
    submit = gettext_lazy("Đưa khỏi danh sách")
    ask = gettext_lazy("Báo cáo của đơn vị trong kỳ này được giữ lại nhưng không tính ở đâu.")
    danger = True

    def act(self, form: ReasonForm) -> ReportingRound:
        rounds.excuse_unit(self.report, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã đưa đơn vị khỏi danh sách phải báo cáo."))
        found: ReportingRound = self.object
        return found


class UnitExtendView(OfUnitView):
    form_class = ExtendForm
    title = gettext_lazy("Gia hạn nộp báo cáo")
    submit = gettext_lazy("Gia hạn")

    def act(self, form: ExtendForm) -> ReportingRound:
        data = form.cleaned_data
        self.once(form, lambda: rounds.extend(self.report, data["due_on"], data["reason"], by=self.request.user))
        messages.success(self.request, _("Đã gia hạn nộp báo cáo."))
        found: ReportingRound = self.object
        return found
