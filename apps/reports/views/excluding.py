"""By a decision of the programme office a unit is left out of national figures, and counts again."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.reports import moving
from apps.reports.forms.excluding import CountAgainForm, ExclusionForm
from apps.reports.models import AnnualReport
from apps.reports.selectors.excluded import accepted_of, countable, exclusions_of
from apps.reports.services import excluding
from apps.reports.views.common import ReportMixin
from apps.targets.models import AcceptedValue, Exclusion


class ExcludingView(ReportMixin, SingleObjectMixin, ChangeFormView):
    permission_required = excluding.EXCLUDE
    template_name = "reports/annualreport_act.html"
    conflicts = frozenset({"excused", "not_counted", "not_in_force"})
    title: Any  # of the page, and of its button
    done: Any

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            report=self.object, named=unit_labels()[self.object.unit_id].distinct_name, title=self.title,
            submit=self.title, ask=self.ask(), danger=True, back_url=self.object.get_absolute_url(), **kwargs,
        )  # fmt: skip

    def ask(self) -> str:
        raise NotImplementedError

    def change(self, form: Any) -> AnnualReport:
        raise NotImplementedError

    def act(self, form: Any) -> AnnualReport:
        self.once(form, lambda: self.change(form))
        messages.success(self.request, self.done)
        found: AnnualReport = self.object
        return found


class ExcludeView(ExcludingView):
    form_class = ExclusionForm
    title = gettext_lazy("Loại khỏi số toàn quốc")
    done = gettext_lazy("Đã loại khỏi số toàn quốc. Kết quả đang được tính lại.")

    @cached_property
    def values(self) -> list[AcceptedValue]:
        """Of a report of which nothing counts nothing can be left out. Sent twice, the form names what is left out."""
        if self.request.method == "POST":
            return list(accepted_of(self.object))
        found = countable(self.object) if self.object.state in moving.TAKEN else []
        if not found:
            raise Http404
        return found

    def ask(self) -> str:
        return _(
            "Số được chọn không được tính vào kết quả theo báo cáo; báo cáo và số liệu đã chấp nhận vẫn được lưu. "
            "Quyết định và lý do được in dưới số toàn quốc."
        )

    def get_form(self, form_class: Any = None) -> ExclusionForm:
        return ExclusionForm(values=self.values, **self.get_form_kwargs())

    def change(self, form: ExclusionForm) -> AnnualReport:
        return excluding.exclude(
            self.object, form.cleaned_data["indicators"], form.decision(), by=self.request.user
        )  # fmt: skip


class CountAgainView(ExcludingView):
    form_class = CountAgainForm
    title = gettext_lazy("Tính lại vào số toàn quốc")
    done = gettext_lazy("Số của đơn vị được tính lại vào số toàn quốc.")

    @cached_property
    def exclusion(self) -> Exclusion:
        """Withdrawn meanwhile it can still be told what was asked for; the page of it is gone."""
        found = exclusions_of(self.object, ever=self.request.method == "POST").filter(pk=self.kwargs["exclusion"])
        return get_object_or_404(found)

    def ask(self) -> str:
        words = _("Quyết định %(number)s không còn hiệu lực với %(code)s: số của đơn vị được tính lại vào kết quả.")
        return words % {"number": self.exclusion.number, "code": self.exclusion.indicator.code}

    def change(self, form: CountAgainForm) -> AnnualReport:
        return excluding.count_again(self.object, self.exclusion.pk, form.cleaned_data["reason"], by=self.request.user)
