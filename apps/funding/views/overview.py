"""Page 14: the money of the programme, or of one's own units; and the list behind its sums."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from apps.core.export import book_response
from apps.core.request import SignedInRequest
from apps.core.views import TableView
from apps.exchange import workbook
from apps.funding.asked import FundingQuery
from apps.funding.board import FundingBoard
from apps.funding.filters import CellFilter
from apps.funding.forms import NarrowingForm
from apps.funding.importing import tasks_of
from apps.funding.resources import FundingResource, raw_row
from apps.funding.rows import VIEW, own_tasks, scope_of
from apps.funding.selectors.cells import cells
from apps.funding.tables import CellData, CellTable
from apps.organisations.asked import UnitQuery, UnitView
from apps.people.rights import units_with
from apps.tasks.models import BudgetLine
from apps.tasks.models.money import Stage

FIRST = 2019  # year of the programme


class FundingView(PermissionRequiredMixin, TemplateView):
    request: SignedInRequest
    permission_required = VIEW
    template_name = "funding/overview.html"

    @cached_property
    def asked(self) -> FundingQuery:
        return FundingQuery.from_request(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        years = range(FIRST, timezone.localdate().year + 2)
        return super().get_context_data(
            asked=self.asked,
            views=UnitView,
            board=FundingBoard(self.asked, user),
            narrowing=NarrowingForm(self.asked, scope_of(user), years),
            stages=Stage,
            may_import=user.has_perm("exchange.add_importbatch") and user.has_perm(FundingResource.permission),
            may_enter=user.has_perm(FundingResource.permission),
            **kwargs,
        )


class LineListView(TableView):
    """Every sum opens to it: one row is one source in one year of one task."""

    permission_required = VIEW
    queryset = BudgetLine.objects.all()
    filterset_class = CellFilter
    table_class = CellTable
    data_class = CellData
    template_name = "funding/line_list.html"
    export_name = "kinh-phi"
    title = _("Kinh phí theo nhiệm vụ")
    lead = _("Mỗi dòng là một nguồn trong một năm của một nhiệm vụ đã phê duyệt. Triệu đồng.")
    noun = _("khoản")
    empty_title = _("Chưa có số liệu kinh phí")

    @cached_property
    def units_asked(self) -> UnitQuery:
        return UnitQuery(**UnitQuery.read(self.request.GET))

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(task__in=own_tasks(self.request.user))
        return cells(rows).order_by("-year", "-most", "pk")

    def get_filterset_kwargs(self, filterset_class: type) -> dict[str, Any]:
        told = {"asked": self.units_asked, "scope": scope_of(self.request.user)}
        return super().get_filterset_kwargs(filterset_class) | told

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(units_asked=self.units_asked, **kwargs)


class FilledTemplateView(PermissionRequiredMixin, View):
    """The official file with what the portal has of the year for the tasks whose money the person may bring."""

    request: SignedInRequest
    permission_required = FundingResource.permission
    http_method_names = ["get", "head"]
    is_about_file = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        year = FundingQuery.from_request(request.GET).year
        tasks = tasks_of(units_with(self.request.user, FundingResource.permission))
        lines = cells(BudgetLine.objects.filter(task__in=tasks, year=year))
        rows = lines.select_related("task").order_by("task__code", "source")
        book = workbook.template(FundingResource, (raw_row(row) for row in rows.iterator(chunk_size=2000)))
        return book_response(book, f"kinh-phi-{year}-dien-san")
