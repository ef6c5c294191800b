"""What unit and reviewers say about the cells of a report: all threads, and one with the form to say more."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import OwnActMixin
from apps.jobs.changing import ChangeFormView
from apps.notifications.views.comments import Page
from apps.organisations.selectors import unit_labels
from apps.reports import moving
from apps.reports.forms.review import TalkForm
from apps.reports.models import AnnualReport, FormCell
from apps.reports.models.annualreport import VIEW
from apps.reports.selectors.reviewed import talk_of_cell, threads_of
from apps.reports.services.talking import say
from apps.reports.views.common import ReportMixin

WRITE = "notifications.add_comment"
OFFICE = (moving.REVIEW, moving.REOPEN)


class ThreadsView(ReportMixin, PermissionRequiredMixin, DetailView):
    template_name = "reports/cell_threads.html"
    context_object_name = "report"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            unit=unit_labels()[self.object.unit_id], threads=threads_of(self.object), **kwargs
        )


class TalkView(OwnActMixin, ReportMixin, SingleObjectMixin, ChangeFormView):
    """One cell. Whoever reviews goes back to the review, the unit's people stay here."""

    form_class = TalkForm
    template_name = "reports/cell_talk.html"
    title = gettext_lazy("Trao đổi về ô")
    submit = gettext_lazy("Gửi")

    def get_permission_required(self) -> tuple[str, ...]:
        return (VIEW, WRITE) if self.request.method == "POST" else (VIEW,)

    @cached_property
    def object(self) -> AnnualReport:
        return self.get_object()

    @cached_property
    def cell(self) -> FormCell:
        found: FormCell | None = FormCell.objects.filter(form=self.object.form_id, code=self.kwargs["code"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def is_office(self) -> bool:
        sends = self.object.submissions.filter(sent_at__isnull=False)
        return any(self.request.user.has_perm(one) for one in OFFICE) and sends.exists()

    @property
    def back(self) -> str:
        place = [self.object.round.code, self.object.unit.slug]
        if self.is_office:
            return f"{reverse('reports:review_detail', args=place)}?{urlencode({'cell': self.cell.code})}#y-kien"
        return reverse("reports:cell_threads", args=place)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            report=self.object, cell=self.cell, unit=unit_labels()[self.object.unit_id], back_url=self.back,
            talk=talk_of_cell(self.object, self.cell, user), may_write=user.has_perm(WRITE), **kwargs,
        )  # fmt: skip

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        _seen = self.cell
        return super().post(request, *args, **kwargs)

    def act(self, form: TalkForm) -> Page:
        code, text = self.cell.code, form.cleaned_data["text"]
        self.once(form, lambda: say(self.object, code, text, by=self.request.user))
        place = [self.object.round.code, self.object.unit.slug, code]
        return Page(self.back if self.is_office else reverse("reports:cell_talk", args=place))

    def form_invalid(self, form: TalkForm) -> Any:
        return self.render_to_response(self.get_context_data(form=form), status=422)
