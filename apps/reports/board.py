"""The board as its page shows it: what was asked, its rows in groups, and the same rows for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts.models import User
from apps.core.numbers import asked_whole
from apps.core.templatetags.ui import vn_date
from apps.core.text import search_text
from apps.organisations.asked import UnitQuery
from apps.organisations.search import find_units
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.reports import moving
from apps.reports.models import FormVersion, ReportingRound
from apps.reports.moving import State
from apps.reports.selectors.board import Reminded, Row, Year, reminders_of, reports_of, rows_of, years_of
from apps.reports.selectors.reminded import with_people
from apps.reports.timeliness import Mark, Told, fullness_of, mark_of

SHOWN = {"timeliness": gettext_lazy("Đúng hạn"), "fullness": gettext_lazy("Đầy đủ")}
STATES = {
    "unsent": gettext_lazy("Chưa nộp"),
    "submitted": gettext_lazy("Đã nộp, chờ kết luận"),
    "returned": pgettext_lazy("trạng thái", "Trả lại"),
    "accepted": gettext_lazy("Đã chấp nhận"),
    "late": gettext_lazy("Muộn, quá hạn"),
    "missed": gettext_lazy("Không nộp"),
    "missed_before": gettext_lazy("Có kỳ trước không nộp"),
}


@dataclass(frozen=True, kw_only=True)
class BoardQuery(UnitQuery):
    year: int | None
    text: str
    audience: str
    state: str
    show: str
    open: frozenset[str]

    @classmethod
    def from_request(cls, data: QueryDict) -> "BoardQuery":
        audience, state, show = data.get("kind", ""), data.get("state", ""), data.get("show", "")
        return cls(
            year=asked_whole(data.get("year")), text=search_text(data.get("q", ""))[:100],
            audience=audience if audience in FormVersion.Audience.values else "",
            state=state if state in STATES else "", show=show if show in SHOWN else "timeliness",
            open=frozenset(one for one in data.getlist("open")[:200] if one in unit_labels()), **cls.read(data),
        )  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """One report within a cell."""

    report: Told
    mark: Mark
    name: str
    url: str

    @property
    def percent(self) -> int:
        return self.report.percent

    @property
    def words(self) -> str:
        told = {"unit": self.name, "year": self.report.year, "words": self.mark.words, "percent": self.percent}
        return _("%(unit)s, %(year)s: %(words)s, đầy đủ %(percent)s%%") % told


@dataclass(frozen=True)
class Line:
    label: UnitLabel
    cells: list[list[Slot]]  # by year; of one that had not to report none
    current: Told | None  # its report of the year that is asked for
    reminded: Reminded | None = None
    can_be_told: bool = False
    former: str = ""
    kids: tuple["Line", ...] = ()
    is_open: bool = False
    toggled: tuple[str, ...] = ()  # whose former units are unfolded once this line's link is followed

    @property
    def twist(self) -> str:
        words = _("Thu gọn đơn vị cũ của %(unit)s") if self.is_open else _("Mở đơn vị cũ của %(unit)s")
        return words % {"unit": self.label.short_name}


@dataclass(frozen=True)
class Group:
    label: str
    lines: list[Line]
    sent: int
    expected: int


class Board:
    def __init__(self, asked: BoardQuery, user: User) -> None:
        self.asked, self.user = asked, user
        self.today = timezone.localdate()
        self.may_review = user.has_perm(moving.REVIEW)

    @cached_property
    def reports(self) -> list[Told]:
        return reports_of(self.user)

    @cached_property
    def years(self) -> dict[int, Year]:
        return years_of(self.reports, self.today)

    @property
    def heads(self) -> list[Year]:
        return list(self.years.values())

    @cached_property
    def year(self) -> int | None:
        """As asked; else that of the newest round that is open, else the newest."""
        if self.asked.year in self.years:
            return self.asked.year
        running = [one.year for one in self.reports if not one.is_round_locked]
        return max(running or self.years, default=None)

    @property
    def now(self) -> Year | None:
        return self.years.get(self.year) if self.year else None

    @cached_property
    def round(self) -> ReportingRound | None:
        rows = ReportingRound.objects.visible_to(self.user).filter(kind="annual", year=self.year)
        return rows.first() if self.year else None

    @cached_property
    def of_year(self) -> list[Told]:
        return [one for one in self.reports if one.year == self.year]

    @property
    def unsent(self) -> list[Told]:
        return [one for one in self.of_year if one.is_at_unit]

    @cached_property
    def with_people(self) -> set[int]:
        """Of the unsent those that have somebody who would get the mail."""
        return with_people([one.pk for one in self.unsent]) if self.unsent else set()

    @property
    def reachable(self) -> int:
        return len(self.with_people)

    @property
    def again(self) -> int:
        """Of those that have sent, who work on it once more: they are among the unsent too."""
        return sum(one.is_sent for one in self.unsent)

    @property
    def never_sent(self) -> int:
        return len(self.unsent) - self.again

    @property
    def not_started(self) -> int:
        return sum(one.state == State.NOT_STARTED for one in self.of_year)

    @cached_property
    def rows(self) -> list[Row]:
        rows = rows_of(self.reports, self.asked.view, self.asked.day or self.today)
        if self.asked.audience:
            rows = [row for row in rows if row.audience == self.asked.audience]
        if self.asked.state == "missed_before":
            rows = [row for row in rows if any(map(self._was_missed, row.before(self.year or 0)))]
        elif self.asked.state:
            rows = [row for row in rows if any(self._is_so(one) for one in row.reports.get(self.year or 0, []))]
        if self.asked.text:
            named = find_units(self.asked.text)
            rows = [row for row in rows if row.label.id in named or not named.keys().isdisjoint(row.units)]
        return rows

    def _is_so(self, report: Told) -> bool:
        return {
            "unsent": report.is_at_unit and not report.was_returned,
            "submitted": report.state == State.SUBMITTED,
            "returned": report.is_at_unit and report.was_returned,
            "accepted": report.is_accepted,
            "late": report.days_late(self.today) > 0,
            "missed": self._was_missed(report),
        }[self.asked.state]

    def _was_missed(self, report: Told) -> bool:
        """As the table marks it with a cross."""
        return not report.is_sent and report.is_round_locked

    @property
    def nothing_yet(self) -> str:
        """Why nobody can be late in a round: its day has not come."""
        if self.asked.state != "late" or self.round is None or self.round.due_on < self.today:
            return ""
        told = {"year": self.year, "day": vn_date(self.round.due_on)}
        return _("Kỳ %(year)s chưa đến hạn nộp %(day)s, nên chưa đơn vị nào muộn hay quá hạn.") % told

    @cached_property
    def groups(self) -> list[Group]:
        reminded = reminders_of([one.pk for one in self.of_year])
        found = []
        for audience, rows in groupby(self.rows, lambda row: row.audience):
            lines = [self._line(row, reminded) for row in rows]
            now = [one for one in self.of_year if one.audience == audience]
            label = str(FormVersion.Audience(audience).label)
            found.append(Group(label, lines, sum(one.is_sent for one in now), len(now)))
        return found

    def _line(self, row: Row, reminded: dict[int, Reminded]) -> Line:
        names = unit_labels()
        own = next((one for one in row.reports.get(self.year or 0, []) if one.unit == row.label.id), None)
        told = reminded.get(own.pk) if own else None
        can_be_told = own is not None and own.pk in self.with_people and not (told and told.by_hand_on == self.today)
        former = row.former
        kids: tuple[Line, ...] = ()
        if former and row.label.id in self.asked.open:
            kids = tuple(
                Line(names[unit], self._cells(row.of_unit(unit)), None) for unit in [row.label.id, *former]
                if unit in row.units
            )  # fmt: skip
        return Line(
            row.label, self._cells(row.reports), own, told, can_be_told,
            ", ".join(names[unit].short_name for unit in former), kids, bool(kids),
            tuple(sorted(self.asked.open ^ {row.label.id})),
        )  # fmt: skip

    def _cells(self, reports: dict[int, list[Told]]) -> list[list[Slot]]:
        return [[self._slot(one) for one in reports.get(year, [])] for year in self.years]

    def _slot(self, report: Told) -> Slot:
        page = "review_detail" if report.is_sent and self.may_review else "annualreport_detail"
        url = reverse(f"reports:{page}", args=[report.round, report.slug])
        return Slot(report, self._mark(report), unit_labels()[report.unit].distinct_name, url)

    def _mark(self, report: Told) -> Mark:
        return fullness_of(report) if self.asked.show == "fullness" else mark_of(report, self.today)

    @property
    def count(self) -> int:
        return len(self.rows)

    def exported(self) -> Iterator[list[Any]]:
        """A row for each report of the rows shown; of a merged unit each predecessor's by itself."""
        names = unit_labels()
        yield [
            _("Đơn vị"), _("Đơn vị báo cáo"), _("Loại"), _("Năm"), _("Trạng thái"), _("Hạn nộp"), _("Nộp ngày"),
            _("Số ngày muộn"), _("Số ô đã có"), _("Số ô phải điền"), _("Đầy đủ (%)"), _("Cách xem đơn vị"),
        ]  # fmt: skip
        for row in self.rows:
            for year in self.years:
                for one in row.reports.get(year, []):
                    yield [
                        row.label.distinct_name, names[one.unit].distinct_name,
                        str(FormVersion.Audience(one.audience).label), year, mark_of(one, self.today).words,
                        one.due_on, one.sent_on, one.days_late(self.today) if self._is_told(one) else None,
                        one.given, one.asked, one.percent, self.asked.words,
                    ]  # fmt: skip

    def _is_told(self, report: Told) -> bool:
        """Of what may still come in time nobody says how late it is."""
        return report.is_sent or report.days_late(self.today) > 0
