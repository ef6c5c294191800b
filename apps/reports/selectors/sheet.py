"""One report with all that its pages say of it: what stands in its cells, what is wrong, how far each section is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.documents.models import Attachment
from apps.reports.checking import NOT_GIVEN, Problem, problems_of
from apps.reports.models import AnnualReport, FormCell, ReportedValue, Review, ReviewNote
from apps.reports.moving import State
from apps.reports.selectors.blank import Blank, Section, blank_of
from apps.reports.selectors.filled import Completeness, Entry, completeness, entries_of
from apps.reports.selectors.series import Years, years_before
from apps.reports.unlocked import unlocked_keys


@dataclass(frozen=True)
class Standing:
    """Of one section. `tone`: "ok", "er", "wa" or "td", as the list of sections has it; `missing`: compulsory cells
    without a value; `early`: totals that do not agree yet.
    """

    section: Any
    place: int
    errors: int
    to_explain: int
    missing: int
    given: int
    asked: int
    files: int = 0
    early: int = 0

    @property
    def is_done(self) -> bool:
        if self.errors or self.to_explain or self.missing or self.early:
            return False
        return bool(self.given or self.files)

    @property
    def is_counted(self) -> bool:
        """Not where nothing need be given and nothing is: else the whole would never be done."""
        return bool(self.asked or self.files)

    @property
    def optional(self) -> int:
        """Cells without a value that may stay so: with them the blank ones and the given ones are all there are."""
        return self.asked - self.given - self.missing

    @property
    def tone(self) -> str:
        if self.errors or self.to_explain:
            return "er" if self.errors else "wa"
        return "ok" if self.is_done else "td"

    @property
    def icon(self) -> str:
        if self.errors or self.to_explain:
            return "alert-circle" if self.errors else "alert-triangle"
        if self.is_done:
            return "circle-check"
        return "progress" if self.given else "circle-dashed"

    @property
    def words(self) -> str:
        if self.errors or self.to_explain:
            return troubles(self.errors, self.to_explain, self.missing, self.optional)
        if not self.asked:
            return _("%(n)s tệp") % {"n": self.files} if self.files else _("Không bắt buộc · chưa có tệp")
        if not self.given:
            return _("Chưa bắt đầu")
        if self.missing:
            so_far = _("Đang nhập · %(given)s/%(asked)s ô") % {"given": self.given, "asked": self.asked}
            return f"{so_far} · {troubles(0, 0, self.missing, self.optional)}"
        if self.early:
            return ngettext("%(n)s tổng chưa khớp", "%(n)s tổng chưa khớp", self.early) % {"n": self.early}
        return f"{_('Đã xong')} · {troubles(0, 0, 0, self.optional)}" if self.optional else _("Đã xong")


def troubles(errors: int, to_explain: int, missing: int, optional: int) -> str:
    """«1 lỗi · 1 cần giải trình · 2 ô bắt buộc trống · 1 ô không bắt buộc trống»."""
    told = [ngettext("%(n)s lỗi", "%(n)s lỗi", errors) % {"n": errors}] if errors else []
    if to_explain:
        told.append(ngettext("%(n)s cần giải trình", "%(n)s cần giải trình", to_explain) % {"n": to_explain})
    if missing:
        told.append(ngettext("%(n)s ô bắt buộc trống", "%(n)s ô bắt buộc trống", missing) % {"n": missing})
    if optional:
        words = ngettext("%(n)s ô không bắt buộc trống", "%(n)s ô không bắt buộc trống", optional)
        told.append(words % {"n": optional})
    return " · ".join(told)


@dataclass(frozen=True)
class Sheet:
    report: AnnualReport
    blank: Blank
    entries: Mapping[str, Entry]
    before: Years
    problems: Mapping[str, list[Problem]]
    open_keys: set[str]
    files: int = 0
    asked: Mapping[str, str] = field(default_factory=dict)  # what the return slip says of a cell, by key

    @property
    def standings(self) -> list[Standing]:
        return [self.standing(one) for one in self.blank.sections]

    def standing(self, one: Section) -> Standing:
        found = [problem for cell in one.cells for problem in self.problems.get(cell.key, ())]
        done = completeness(self.entries[cell.key] for cell in one.cells)
        return Standing(
            section=one.section,
            place=self.blank.place(one) + 1,
            errors=sum(one.is_error and not one.is_early and one.code != NOT_GIVEN for one in found),
            to_explain=sum(problem.blocks and not problem.is_error for problem in found),
            missing=sum(problem.code == NOT_GIVEN for problem in found),
            given=done.given,
            asked=done.asked,
            files=self.files if one.takes_files else 0,
            early=sum(problem.is_early for problem in found),
        )

    @property
    def completeness(self) -> Completeness:
        return completeness(self.entries.values())

    @property
    def left_words(self) -> str:
        """What is still in the way, by what is to be done about it: «Còn 3 chỗ phải điền (1), giải trình (2)»."""
        found = self.blocking
        if not found:
            return ""
        acts = {
            _("điền"): sum(one.code == NOT_GIVEN for one in found),
            _("sửa"): sum(one.is_error and one.code != NOT_GIVEN for one in found),
            _("giải trình"): sum(not one.is_error for one in found),
        }
        several = [f"{act} ({count})" for act, count in acts.items() if count]
        only = next(act for act, count in acts.items() if count)
        words = _("Còn %(n)s chỗ phải %(acts)s")
        return words % {"n": len(found), "acts": ", ".join(several) if len(several) > 1 else only}

    @property
    def blocking(self) -> list[Problem]:
        return [problem for found in self.problems.values() for problem in found if problem.blocks]

    @property
    def first_left(self) -> FormCell | None:
        """Where to go on: the first cell, in the order of the form, at which something is still in the way."""
        return self.blocking[0].cell if self.blocking else None

    @property
    def last_change(self) -> ReportedValue | None:
        """By a person or by the prefilling: the newest."""
        values = [entry.value for entry in self.entries.values() if entry.value is not None]
        return max(values, key=lambda one: one.version, default=None)

    @property
    def saved_at(self) -> datetime | None:
        return self.last_change.changed_at if self.last_change else None


def sheet_of(report: AnnualReport) -> Sheet:
    """As many queries however many cells the report has."""
    blank = blank_of(report.form)
    entries = entries_of(report, blank.cells)
    before = years_before(report)
    problems: dict[str, list[Problem]] = {}
    for problem in problems_of(report, entries, blank.rules, before):
        problems.setdefault(problem.cell.key, []).append(problem)
    open_keys = unlocked_keys(report, entries) if report.takes_entries else set()
    return Sheet(report, blank, entries, before, problems, open_keys, files_of(report), asked_of(report))


def asked_of(report: AnnualReport) -> dict[str, str]:
    """The words at the cells of the last return slip, while they are being mended."""
    if report.state != State.RETURNED:
        return {}
    flags = ReviewNote.objects.filter(kind=ReviewNote.Kind.FLAG, review__verdict=Review.Verdict.RETURNED)
    last = flags.filter(review__submission__report=report, review__submission__revision=report.revision - 1)
    return dict(last.values_list("cell__key", "text"))


def with_files(rows: Any) -> Any:
    """With how many files hang on each: read on the way by who draws a page again and again."""
    kind, key = AnnualReport._meta.label_lower, Cast(OuterRef("pk"), CharField())
    own = Attachment.objects.kept().filter(owner_kind=kind, owner_id=key).order_by().values("owner_id")
    return rows.annotate(files=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0))


def files_of(report: AnnualReport) -> int:
    known: int | None = getattr(report, "files", None)
    return Attachment.objects.of(report).kept().count() if known is None else known


def given_by_report(pks: Collection[int]) -> dict[int, int]:
    """How many cells have something in them, without reading them."""
    rows = ReportedValue.objects.filter(report__in=pks, cell__parts=[])
    counted = rows.filter(ReportedValue.given()).order_by().values("report").annotate(n=Count("pk"))
    return dict(counted.values_list("report", "n"))


def asked_by_form(pks: Collection[int]) -> dict[int, int]:
    counted = FormCell.objects.filter(form__in=pks, parts=[]).order_by().values("form").annotate(n=Count("pk"))
    return dict(counted.values_list("form", "n"))
