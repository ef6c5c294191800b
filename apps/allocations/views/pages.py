"""The versions of all targets, and one version: its table, its bars, what is said of it; as a page and as a file."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import DetailView, TemplateView

from apps.allocations.chips import chip_of
from apps.allocations.forms import Typed
from apps.allocations.models import EDIT, VIEW, Allocation, Portion
from apps.allocations.selectors import Row, Sheet, all_allocations, differences, sheet_of
from apps.core.export import csv_response_of, workbook_response
from apps.core.moves import allowed
from apps.core.numbers import asked_whole
from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.targets.divisions import DIVISIONS
from apps.targets.models import Indicator

FORMATS = {"csv": csv_response_of, "xlsx": workbook_response}
BY_YEAR = "year"


class AllocationListView(PermissionRequiredMixin, TemplateView):
    request: SignedInRequest
    permission_required = VIEW
    template_name = "allocations/allocation_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Of every target that can be divided, its versions, the newest first; the others are named."""
        user = self.request.user
        found: dict[int, list[Any]] = {}
        for one in all_allocations(user):
            found.setdefault(one.indicator_id, []).append((one, chip_of(one)))
        rows = list(Indicator.objects.visible_to(user).filter(parent=None).order_by("position"))
        return super().get_context_data(
            groups=[(one, found.get(one.pk, [])) for one in rows if one.code in DIVISIONS],
            undivided=[one for one in rows if one.code not in DIVISIONS],
            may_draft=user.has_perm(EDIT),
            **kwargs,
        )


class AllocationView(PermissionRequiredMixin, ScopedMixin, DetailView):
    request: SignedInRequest
    permission_required: Any = VIEW
    queryset = Allocation.objects.select_related(
        "indicator", "document", "drafted_by", "circulated_by", "proposed_by", "returned_by", "approved_by"
    )
    template_name = "allocations/allocation_detail.html"
    object: Allocation

    def get_object(self, queryset: Any = None) -> Allocation:
        code, version = self.kwargs["code"], self.kwargs["version"]
        found: Allocation = get_object_or_404(self.get_queryset(), indicator__code__iexact=code, version=version)
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        kind = request.GET.get("export", "")
        if kind in FORMATS:
            one = self.object
            name = f"giao-chi-tieu-{one.indicator.code.lower()}-{one.first_year}-{one.last_year}-{one.version}"
            return FORMATS[kind](table_of(sheet_of(one)), name)
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**page_of(self.object, self.request, **kwargs))


def page_of(
    allocation: Allocation, request: SignedInRequest, *, typed: Typed | None = None, **kwargs: Any
) -> dict[str, Any]:
    """What the page and each of its parts show."""
    sheet, user = sheet_of(allocation), request.user
    versions = list(all_allocations(user).filter(indicator=allocation.indicator_id))
    against = asked_whole(request.GET.get("against"))
    earlier = next((one for one in versions if one.version == against and one.pk != allocation.pk), None)
    may = allowed(allocation, user)
    return {
        "object": allocation,
        "allocation": allocation,
        "indicator": allocation.indicator,
        "sheet": sheet,
        "by_year": request.GET.get("by") == BY_YEAR,
        "may": may,
        "is_open": "fill" in may,
        "typed": typed or Typed(),
        "state": chip_of(allocation),
        "versions": [(one, chip_of(one)) for one in versions],
        "earlier": earlier,
        "differences": differences(earlier, allocation) if earlier else [],
        "may_draft": user.has_perm(EDIT),
        "mine": own_portions(allocation, user),
        **kwargs,
    }


def own_portions(allocation: Allocation, user: Any) -> set[int]:
    """The parts on which the person may say a word now."""
    if not allocation.takes_comments:
        return set()
    return set(Portion.objects.commented_by(user).filter(allocation=allocation).values_list("pk", flat=True))


HEADER = ["Mã đơn vị", "Đơn vị", "Cộng vào toàn quốc"]


def table_of(sheet: Sheet) -> Iterator[list[Any]]:
    """The table as a file, which can be filled in and taken back: `Giao tăng thêm` of each year by unit."""
    ground, years = sheet.ground, list(sheet.allocation.years)
    running = ground.running
    preliminary = [_("%(year)s tạm tính") % {"year": running.year}] if running else []
    yield [
        *HEADER,
        _("Hết %(year)s") % {"year": ground.base_year},
        *preliminary,
        "Đề xuất tăng thêm",
        *(_("Giao tăng thêm %(year)s") % {"year": year} for year in years),
        "Giao tăng thêm cả giai đoạn",
        _("Lũy kế %(year)s") % {"year": years[-1]},
        "Mức tăng gần đây",
        "Mức tăng được giao",
        "Góp ý",
        "Số đề nghị",
    ]
    for row in sheet.every:
        yield [
            row.unit.id,
            row.unit.short_name,
            _("không") if row.portion.is_beside else _("có"),
            _plain(row.base),
            *([_plain(row.preliminary)] if running else []),
            _plain(row.suggestion),
            *(_plain(row.amounts.get(year)) for year in years),
            _plain(row.given),
            _plain(row.level),
            _plain(row.recent),
            _plain(row.pace),
            comment_words(row),
            _plain(row.comment.wish) if row.comment else "",
        ]


def comment_words(row: Row) -> str:
    if row.comment is None:
        return ""
    return _("Nhất trí") if row.comment.agrees else row.comment.text


def _plain(value: Decimal | None) -> int | float | str:
    if value is None:
        return ""
    return int(value) if value == value.to_integral_value() else round(float(value), 4)
