"""The list of books, the beginning of one, its own page, and its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, View
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.export import attachment
from apps.core.views import TableView
from apps.documents.selectors import attachments_of
from apps.jobs.changing import ChangeFormView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.papers.pdf import write_pdf
from apps.people.rights import units_with
from apps.publications import moving
from apps.publications.assembling import assemble
from apps.publications.brief import brief_of
from apps.publications.building import TYPES, build, file_name, manifest_bytes, write_one
from apps.publications.filters import ReportBookFilter
from apps.publications.forms import NATION, BookForm
from apps.publications.keeping import kept_file
from apps.publications.manuscript import manuscript_of
from apps.publications.models import ReportBook
from apps.publications.services.books import begin_book
from apps.publications.tables import ReportBookTable
from apps.publications.views.common import BookMixin, book_context
from apps.reports.models import AnnualReport
from apps.targets.models import Period


class ReportBookListView(TableView):
    permission_required = moving.VIEW
    queryset = ReportBook.objects.without_facts()
    filterset_class = ReportBookFilter
    table_class = ReportBookTable
    template_name = "publications/reportbook_list.html"
    export_name = "bao-cao-tong-hop"
    title = gettext_lazy("Báo cáo tổng hợp")
    lead = gettext_lazy("Báo cáo Thủ tướng Chính phủ và báo cáo của từng đơn vị, lập từ số liệu đã chốt")
    noun = gettext_lazy("báo cáo")
    empty_title = gettext_lazy("Chưa có báo cáo tổng hợp nào")
    no_match_title = gettext_lazy("Không có báo cáo nào khớp bộ lọc")

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        books = ReportBook.objects.visible_to(self.request.user)
        return super().get_filterset_kwargs(filterset_class) | {"books": books}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_begin = self.request.user.has_perm(moving.WRITE)
        return super().get_context_data(may_begin=may_begin, **kwargs)


class ReportBookAddView(ChangeFormView):
    permission_required = moving.WRITE
    form_class = BookForm
    template_name = "publications/reportbook_form.html"
    title = gettext_lazy("Lập báo cáo tổng hợp")
    submit = gettext_lazy("Lập báo cáo")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Years that have begun, newest first; the nation for the office, its own reporting units for a unit."""
        years = Period.objects.begun().order_by("-year").values_list("year", flat=True)
        return super().get_form_kwargs() | {"units": self.units(), "years": list(years)}

    def units(self) -> list[tuple[str, str]]:
        scope, labels = units_with(self.request.user, moving.WRITE), unit_labels()
        today = timezone.localdate()
        reporting = AnnualReport.objects.filter(unit__in=scope.ids).order_by().values_list("unit", flat=True).distinct()
        own = [labels[one] for one in reporting if labels[one].is_valid_on(today)]
        offered = [(one.id, one.distinct_name) for one in sorted(own, key=lambda label: label.sort)]
        return [(NATION, _("Toàn quốc")), *offered] if scope.everything else offered

    def act(self, form: BookForm) -> ReportBook:
        by, data = self.request.user, form.cleaned_data
        unit = None if data["scope"] == NATION else OrganisationUnit.objects.get(pk=data["scope"])
        made = self.once(form, lambda: begin_book(data["span"], data["year"], unit, by=by))
        messages.success(self.request, _("Đã lập báo cáo từ khung; số liệu đã được lấy."))
        return ReportBook.objects.get(pk=made)


class ReportBookView(BookMixin, PermissionRequiredMixin, DetailView):
    template_name = "publications/reportbook_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        book, user = self.object, self.request.user
        shown = book_context(book, user, every_difference=True)
        return super().get_context_data(files=attachments_of(book, user), **shown, **kwargs)


class ReportBookFileView(BookMixin, PermissionRequiredMixin, SingleObjectMixin, View):
    """Of an issued book the file that was kept then; else built from what stands now, marked as a draft."""

    is_about_file = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ending = self.kwargs["ending"]
        if ending not in (*TYPES, "json"):
            raise Http404
        limits.check("export", request)
        book = self.get_object()
        if ending == "json":
            manifest = book.manifest if book.is_issued else build(manuscript_of(book)).manifest
            answer = HttpResponse(manifest_bytes(manifest), "application/json")
        else:
            answer = HttpResponse(kept_file(book, ending) or written(book, ending), TYPES[ending])
        found: HttpResponse = attachment(answer, file_name(book.slug, ending))
        return found


def written(book: ReportBook, ending: str) -> bytes:
    return write_one(assemble(manuscript_of(book)), ending)


class ReportBookBriefView(BookMixin, PermissionRequiredMixin, SingleObjectMixin, View):
    """One page to take along."""

    is_about_file = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.check("export", request)
        book = self.get_object()
        content = write_pdf(brief_of(assemble(manuscript_of(book))))
        found: HttpResponse = attachment(HttpResponse(content, TYPES["pdf"]), file_name(book.slug, "pdf", "tom-tat"))
        return found
