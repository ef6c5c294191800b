"""Page 05: the queue of what was sent, and one sending beside the year before, the sending before and the register."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from django.views.generic.detail import SingleObjectMixin

from apps.core.request import SignedInRequest
from apps.core.views import TableView
from apps.documents.selectors import attachments_of
from apps.jobs.changing import ChangeFormView
from apps.notifications.views.comments import Page
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.reports import moving
from apps.reports.acting import allowed_moves
from apps.reports.chips import chip_of
from apps.reports.filters_reviews import QueueFilter
from apps.reports.forms.acts import ReturnForm
from apps.reports.forms.review import NoteForm, TalkForm, VersionForm
from apps.reports.models import AnnualReport, Review
from apps.reports.rows import OF_REGISTERS, source_of
from apps.reports.selectors.reviewed import Compared, Line, Section, compare, queue, sections_of, talk_of_cell
from apps.reports.services import reviewing
from apps.reports.services.recording import refuse_stale
from apps.reports.tables_reviews import QueueTable
from apps.reports.views.common import ReportMixin

READ = (moving.REVIEW, moving.REOPEN)


class AnyOfMixin(PermissionRequiredMixin):
    """Opened by any one of the permissions."""

    request: SignedInRequest
    any_of = True

    def has_permission(self) -> bool:
        return any(self.request.user.has_perm(one) for one in self.get_permission_required())


class ReviewQueueView(TableView):
    permission_required = moving.REVIEW
    scope = "reviewable_by"
    queryset = AnnualReport.objects.select_related("round", "unit", "reviewer").order_by("submitted_at", "pk")
    filterset_class = QueueFilter
    table_class = QueueTable
    export_name = "tham-tra-bao-cao"
    title = gettext_lazy("Thẩm tra báo cáo")
    lead = gettext_lazy("Báo cáo các đơn vị đã nộp, cũ nhất trước. Chọn một báo cáo để đối chiếu và kết luận.")
    noun = gettext_lazy("báo cáo")
    empty_title = gettext_lazy("Không có báo cáo chờ thẩm tra")
    no_match_title = gettext_lazy("Không có báo cáo nào khớp bộ lọc")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"labels": unit_labels()}


class ReviewPage(ReportMixin, AnyOfMixin):
    """What every answer about one review shows: the page as it is now."""

    permission_required: tuple[str, ...] = READ
    template_name = "reports/review_detail.html"

    @cached_property
    def object(self) -> AnnualReport:
        """One that nothing was ever sent of has nothing to review."""
        found = self.get_object()
        if self.compared_of(found) is None:
            raise Http404
        return found

    @cached_property
    def compared(self) -> Compared:
        found = self.compared_of(self.object)
        assert found is not None  # noqa: S101 - asked in `object`
        return found

    def compared_of(self, report: AnnualReport) -> Compared | None:
        if not hasattr(self, "_compared"):
            self._compared = compare(report, self.request.user)
        return self._compared

    @cached_property
    def picked(self) -> Line | None:
        return self.compared.line(self.kwargs.get("code") or self.request.GET.get("cell", ""))

    @property
    def may_review(self) -> bool:
        is_theirs = units_with(self.request.user, moving.REVIEW).everything and (
            self.object.signed_by_id != self.request.user.pk
        )
        return is_theirs and self.object.state == AnnualReport.State.SUBMITTED

    def page_context(self) -> dict[str, Any]:
        report, user = self.object, self.request.user
        sections = sections_of(report, self.compared)
        here = self._section(sections)
        return {
            "report": report, "compared": self.compared, "sections": sections, "here": here, "picked": self.picked,
            "unit": unit_labels()[report.unit_id], "state": chip_of(report), "may_review": self.may_review,
            "moves": {move.verb for move in allowed_moves(report, user)}, "place": self._place(),
            "review": Review.objects.filter(submission=self.compared.sent).select_related("begun_by").first(),
            "talk": talk_of_cell(report, self.picked.cell, user) if self.picked else None,
            "source": self._source(), "talk_form": TalkForm(),
            "slip_form": ReturnForm(report=report) if self.may_review else None,
            "only": self.request.GET.get("only") == "1",
            "files": attachments_of(report, user) if _has_files(here) else None,
        }  # fmt: skip

    def _source(self) -> str:
        """Where the rows stand that registers have of the picked cell."""
        cell = self.picked.cell if self.picked else None
        return source_of(self.object, cell) if cell and cell.prefill.partition(":")[0] in OF_REGISTERS else ""

    def _section(self, sections: list[Section]) -> Section:
        """Of the row that is picked; as asked; else the first in which something differs."""
        asked = self.request.GET.get("section", "")
        if self.picked:
            own = self.picked.cell.block.section_id
            return next(one for one in sections if one.section.pk == own)
        named = [one for one in sections if one.section.code == asked]
        return (named or [one for one in sections if one.marks] or sections)[0]

    def _place(self) -> dict[str, Any]:
        """Where the report stands in the queue, and its neighbours there."""
        rows = list(queue().values_list("pk", "round__code", "unit__slug"))
        at = next((number for number, row in enumerate(rows) if row[0] == self.object.pk), None)
        before = rows[at - 1][1:] if at else None
        after = (
            rows[at + 1][1:]
            if at is not None and at + 1 < len(rows)
            else (rows[0][1:] if at is None and rows else None)
        )
        return {"at": None if at is None else at + 1, "of": len(rows), "before": before, "after": after}

    def page_url(self, code: str = "") -> str:
        url = reverse("reports:review_detail", args=[self.kwargs["round"], self.kwargs["unit"]])
        return f"{url}?{urlencode({'cell': code})}#y-kien" if code else url


def _has_files(here: Section) -> bool:
    return any(block.layout == "files" for block, _lines in here.blocks)


class ReviewDetailView(ReviewPage, DetailView):
    def get_template_names(self) -> list[str]:
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#review"]
        return [self.template_name]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.render_to_response(self.get_context_data(**self.page_context()))


class ReviewFormView(ReviewPage, SingleObjectMixin, ChangeFormView):
    """One act of the reviewer. A refusal is told above the page as it is now."""

    permission_required = (moving.REVIEW,)
    scope = "reviewable_by"
    http_method_names = ["post"]
    conflicts = frozenset({"stale", "wrong_state", "excused"})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.page_context(), **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        _seen = self.object
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> Any:
        return self.refuse(form, is_conflict=False)

    def refuse(self, form: Any, *, is_conflict: bool) -> Any:
        status = 409 if is_conflict else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)


class TakeUpView(ReviewFormView):
    form_class = VersionForm

    def act(self, form: VersionForm) -> Page:
        refuse_stale(self.object, form.cleaned_data["version"])
        reviewing.take_up(self.object, by=self.request.user)
        messages.success(self.request, _("Đã nhận thẩm tra báo cáo này."))
        return Page(self.page_url())


class NoteView(ReviewFormView):
    """Of one cell: onto the return slip, off it, or why its difference is accepted."""

    form_class = NoteForm

    def act(self, form: NoteForm) -> Page:
        data, code, user = form.cleaned_data, self.kwargs["code"], self.request.user
        refuse_stale(self.object, data["version"])
        if data["kind"] == NoteForm.DROP:
            reviewing.drop_note(self.object, code, by=user)
        else:
            reviewing.note_cell(self.object, code, data["kind"], data["text"], by=user)
        return Page(self.page_url(code))
