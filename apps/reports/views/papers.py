"""The report as a paper to be signed, and as it was signed."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from apps.audit.selectors import is_illustrative
from apps.core import limits
from apps.core.export import attachment
from apps.core.numbers import asked_whole
from apps.papers.pdf import write_pdf
from apps.papers.word import write_docx
from apps.reports.models import AnnualReport, Submission
from apps.reports.paper import file_name, paper_of
from apps.reports.views.common import ReportMixin

WRITERS = {
    "pdf": (write_pdf, "application/pdf"),
    "docx": (write_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


class PaperView(ReportMixin, PermissionRequiredMixin, SingleObjectMixin, View):
    """`?revision=2`: that sending; else what was signed last, or the report as it stands where nothing was."""

    is_about_file = True
    ending: str

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.check("export", request)
        report: AnnualReport = self.get_object()
        mark = _("Số liệu minh họa") if is_illustrative() else ""
        write, content_type = WRITERS[self.ending]
        content = write(paper_of(report, self._submission(report), mark=mark))
        answer: HttpResponse = attachment(HttpResponse(content, content_type), file_name(report, self.ending))
        return answer

    def _submission(self, report: AnnualReport) -> Submission | None:
        papers = report.submissions.filter(dropped_at=None)
        if "revision" in self.request.GET:
            return get_object_or_404(papers, revision=asked_whole(self.request.GET["revision"]))
        found: Submission | None = papers.filter(revision=report.revision).first()
        return found


class PdfView(PaperView):
    ending = "pdf"


class DocxView(PaperView):
    ending = "docx"
