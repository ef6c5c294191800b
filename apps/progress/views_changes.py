"""What changed in an indicator between two days, or hours: figures, acts, and the rows of a year behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.core.days import parse_typed_moment
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
from apps.progress.forms import end_of, known_day, why_unknown
from apps.progress.telling import tell
from apps.progress.views import IndicatorMixin
from apps.targets.models import Indicator, Period
from apps.targets.selectors import first_known_on, period_of

ROWS_ON_PAGE = 50
A_MONTH = timedelta(days=30)
REPORTS = "reports.view_annualreport"


@dataclass(frozen=True)
class Side:
    """One of both moments: the end of a day or, where an hour was typed with it, of that minute."""

    at: datetime
    is_whole_day: bool = True

    @property
    def words(self) -> str:
        told = {"day": vn_date(self.at), "clock": f"{timezone.localtime(self.at):%H:%M}"}
        return (_("cuối ngày %(day)s") if self.is_whole_day else _("%(clock)s ngày %(day)s")) % told

    @property
    def in_file_name(self) -> str:
        return f"{timezone.localtime(self.at):{'%Y-%m-%d' if self.is_whole_day else '%Y-%m-%d-%H%M'}}"


def _side(text: str) -> tuple[Side | None, str]:
    """The moment, and what is wrong with it."""
    if ":" not in text:
        day, error = known_day(text)
        return (Side(end_of(day)) if day else None), error
    now = timezone.now()
    try:
        at = parse_typed_moment(text, now=now)
    except ValidationError as refusal:
        return None, " ".join(refusal.messages)
    error = _("Thời điểm này chưa đến.") if at > now else why_unknown(timezone.localdate(at))
    return (None if error else Side(at, is_whole_day=False)), error


@dataclass(frozen=True)
class Days:
    """`from=` and `to=`: the texts as typed, both moments, and what is wrong with them by name; nothing asked is the
    month that ends today, or all of which figures are known where that is less.
    """

    first: Side | None
    last: Side | None
    texts: dict[str, str]
    errors: dict[str, str]

    @classmethod
    def asked(cls, data: QueryDict) -> "Days":
        texts = {name: data.get(name, "")[:40] for name in ("from", "to")}
        first, wrong_first = _side(texts["from"]) if texts["from"].strip() else (_a_month_ago(), "")
        last, wrong_last = _side(texts["to"]) if texts["to"].strip() else (Side(end_of(timezone.localdate())), "")
        if first and last and first.at >= last.at and any(texts.values()):
            wrong_last = _("Thời điểm sau phải sau thời điểm trước.")
        errors = {name: text for name, text in (("from", wrong_first), ("to", wrong_last)) if text}
        return cls(first, last, texts, errors)

    @property
    def moments(self) -> tuple[datetime, datetime] | None:
        if self.errors or self.first is None or self.last is None or self.first.at >= self.last.at:
            return None
        return self.first.at, self.last.at


def _a_month_ago() -> Side | None:
    first, before = first_known_on(), timezone.localdate() - A_MONTH
    return Side(end_of(max(first, before))) if first else None


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
        sides = [side for side in (self.days.first, self.days.last) if side]
        name = [self.indicator.code, "thay-doi", *(side.in_file_name for side in sides)]
        between = " và ".join(side.words for side in sides)
        what = f"{self.indicator.code} – {self.indicator.short_name}: thay đổi giữa {between}"
        if self.request.GET.get("part") != "rows" or not (self.rows and self.span and self.period):
            table = between_table(self.changes, self.asked.words, [side.words for side in sides])
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
