"""What changed in an indicator between two days: figures, acts, and the rows of a year behind them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_date
from apps.people.rights import units_with
from apps.progress.adjustments import RowChanges, row_changes
from apps.progress.comparison import (
    FigureBetween,
    acts_between,
    between_years,
    figures_between,
    span_of_rows,
)
from apps.progress.downloads import FORMATS, adjustments_table, between_table, send
from apps.progress.explained import About
from apps.progress.forms import end_of, known_day
from apps.progress.telling import tell
from apps.progress.views import IndicatorMixin
from apps.targets.models import Indicator, Period
from apps.targets.selectors import first_known_on, period_of

ROWS_ON_PAGE = 50
A_MONTH = timedelta(days=30)
REPORTS = "reports.view_annualreport"


@dataclass(frozen=True)
class Days:
    """`from=` and `to=`: the texts as typed, the days, and what is wrong with them by name; nothing asked is the month
    that ends today, or all of which figures are known where that is less.
    """

    first: date | None
    last: date | None
    texts: dict[str, str]
    errors: dict[str, str]

    @classmethod
    def asked(cls, data: QueryDict) -> "Days":
        texts = {name: data.get(name, "")[:40] for name in ("from", "to")}
        first, wrong_first = known_day(texts["from"]) if texts["from"].strip() else (_a_month_ago(), "")
        last, wrong_last = known_day(texts["to"]) if texts["to"].strip() else (timezone.localdate(), "")
        if first and last and first >= last and any(texts.values()):
            wrong_last = _("Ngày sau phải sau ngày trước.")
        errors = {name: text for name, text in (("from", wrong_first), ("to", wrong_last)) if text}
        return cls(first, last, texts, errors)

    @property
    def moments(self) -> tuple[datetime, datetime] | None:
        if self.errors or self.first is None or self.last is None or self.first >= self.last:
            return None
        return end_of(self.first), end_of(self.last)


def _a_month_ago() -> date | None:
    first, before = first_known_on(), timezone.localdate() - A_MONTH
    return max(first, before) if first else None


class ChangesView(IndicatorMixin):
    template_name = "progress/changes.html"

    @cached_property
    def days(self) -> Days:
        return Days.asked(self.request.GET)

    @cached_property
    def family(self) -> list[Indicator]:
        return [self.indicator, *self.indicator.parts.all()]

    @cached_property
    def changes(self) -> list[FigureBetween]:
        if self.days.moments is None:
            return []
        return figures_between(self.family, *self.days.moments, view=self.asked.view, on=self.asked.day)

    @cached_property
    def period(self) -> Period | None:
        """The year whose units and rows are shown: the asked one, else the latest of which a figure differs."""
        years = between_years(self.changes)
        year = self.asked.year if self.asked.year in years else next(iter(years), None)
        return period_of(year) if year else None

    @cached_property
    def span(self) -> tuple[datetime, datetime] | None:
        if self.days.moments is None or self.period is None or self.count is None:
            return None
        return span_of_rows(self.period, *self.days.moments)

    @cached_property
    def rows(self) -> RowChanges | None:
        if self.span is None or self.period is None:
            return None
        return row_changes(self.indicator.code, self.period, *self.span, self.rows_scope)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export", "")
        if kind in FORMATS and self.days.moments and not self.asked.day_error:
            return self.file(kind)
        return super().get(request, *args, **kwargs)

    def file(self, kind: str) -> HttpResponseBase:
        """`part=rows`: the rows of the shown year that the person may see; else every figure that differs."""
        name = [self.indicator.code, "thay-doi", str(self.days.first), str(self.days.last)]
        days = f"{vn_date(self.days.first)} và {vn_date(self.days.last)}"
        what = f"{self.indicator.code} – {self.indicator.short_name}: thay đổi giữa cuối các ngày {days}"
        if self.request.GET.get("part") != "rows" or not (self.rows and self.span and self.period):
            table = between_table(self.changes, self.asked.words, self.days.first, self.days.last)
            return send(table, kind, self.asked, *name, about=About(f"{what}: từng số liệu khác nhau", self.indicator))
        low, high = sorted(self.span)
        told = adjustments_table(self.indicator, self.period, self.rows.seen, low, self.rows_scope, high)
        about = About(f"{what}, kỳ {self.period.year}: từng bản ghi", self.indicator)
        return send(told, kind, self.asked, *name, self.period.year, "ban-ghi", about=about, count=len(self.rows.seen))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"indicator": self.indicator, "days": self.days, "period": self.period}
        if self.days.moments:
            sight = units_with(self.request.user, REPORTS)
            context["acts"] = acts_between(self.family, *self.days.moments, self.request.user, sight)
            context["nation"] = [one for one in self.changes if one.unit is None]
            context["years"] = between_years(self.changes)
        if self.period:
            of_year = [one for one in self.changes if one.year == self.period.year]
            context["of_units"] = [one for one in of_year if one.unit and one.indicator == self.indicator]
        if self.rows and self.span and self.count:
            low, high = sorted(self.span)
            page = Paginator(self.rows.seen, ROWS_ON_PAGE).get_page(self.asked.page)
            told = tell(self.count.source, list(page), low, self.rows_scope, high)
            context |= {"rows": self.rows, "row_page": page, "told": told, "imports": self.imports}
            context |= {"telling": self.count.source.telling, "since": self.span[0], "until": self.span[1]}
        return super().get_context_data(**context, **kwargs)
