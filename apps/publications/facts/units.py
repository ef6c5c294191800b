"""Who was to report and did, who is missing, and what was left out of the nation's figures by a decision."""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_date
from apps.organisations.selectors import successor_shares, unit_labels
from apps.publications.facts.told import Asked, Cell, Facts, Grid, Head, Line, amount, bound, provide, rate, words
from apps.reports import moving
from apps.reports.models import AnnualReport, FormVersion
from apps.reports.selectors.board import reminders_of
from apps.targets.models import Exclusion

Audience = FormVersion.Audience
SHORT = {Audience.PROVINCE: "province", Audience.MINISTRY: "ministry", Audience.ASSOCIATION: "association"}


def units_of(asked: Asked) -> list[str]:
    """The unit and those that it carries the past of."""
    shares = successor_shares(asked.day)
    return sorted({str(asked.unit), *(old for old, new in shares.items() if any(one == asked.unit for one, _s in new))})


@provide("20-units")
def tell_units(asked: Asked, facts: Facts) -> None:
    rows = _reports(asked)
    day = timezone.localdate(asked.as_of)
    sent = [one for one in rows if one["first_submitted_on"] and one["first_submitted_on"] <= day]
    source, at = reverse("reports:annualreport_list"), asked.as_of.isoformat()
    told = {"source": source, "as_of": at}
    counts = {
        "expected": (_("Đơn vị phải báo cáo"), rows), "submitted": (_("Đơn vị đã nộp báo cáo"), sent),
        "accepted": (_("Báo cáo đã chấp nhận"), [one for one in rows if one["state"] in moving.TAKEN]),
    }  # fmt: skip
    for name, (label, found) in counts.items():
        facts.add(*bound(f"reports.{name}", label, amount(len(found)), **told))
        for audience, kept in Counter(one["form__audience"] for one in found).items():
            words_ = f"{label}: {Audience(audience).label}"
            facts.add(*bound(f"reports.{SHORT[Audience(audience)]}.{name}", words_, amount(kept), **told))
    labels = unit_labels()
    missing = sorted((one for one in rows if one not in sent), key=lambda one: labels[one["unit"]].sort)
    facts.about["completeness"] = _completeness(rows, sent)
    facts.about["missing"] = [labels[one["unit"]].short_name for one in missing]
    facts.lay(_submitted(rows, sent, at))
    facts.lay(_missing(missing, at))
    excluded = _excluded(asked, facts)
    facts.lay(excluded)
    if results := facts.grids.get("targets"):
        facts.lay(replace(results, notes=(*results.notes, *_under_the_table(excluded))))


def _under_the_table(excluded: Grid) -> list[str]:
    """What is left out is said beside the figure that lacks it."""
    words_ = _("%(target)s năm %(year)s không gồm số của %(unit)s (%(decision)s)")
    names = ("target", "year", "unit", "decision")
    return [words_ % dict(zip(names, (cell.text for cell in line.cells), strict=False)) for line in excluded.lines]


def _reports(asked: Asked) -> list[dict[str, Any]]:
    """Of the annual round of the book's last year, as it stands at the moment."""
    there = Q(excused_at__isnull=True) | Q(excused_at__gt=asked.as_of)
    found = AnnualReport.objects.filter(
        there, round__kind="annual", round__year=asked.year, created_at__lte=asked.as_of
    )
    if asked.unit:
        found = found.filter(unit__in=units_of(asked))
    names = ("pk", "unit", "state", "first_submitted_on", "due_on", "form__audience")
    return list(found.exclude(round__state="draft").order_by("unit", "pk").values(*names))


def _completeness(rows: list[dict[str, Any]], sent: list[dict[str, Any]]) -> list[list[Any]]:
    """[audience, submitted, expected]"""
    expected, given = (Counter(one["form__audience"] for one in some) for some in (rows, sent))
    return [[audience, given[audience], expected[audience]] for audience in Audience.values if expected[audience]]


def _submitted(rows: list[dict[str, Any]], sent: list[dict[str, Any]], at: str) -> Grid:
    heads = (Head(_("Nhóm đơn vị"), weight=5), Head(_("Phải báo cáo"), "right", 2), Head(_("Đã nộp"), "right", 2),
             Head(_("Tỷ lệ đã nộp"), "right", 2))  # fmt: skip
    lines = [
        Line((words(Audience(audience).label), amount(expected), amount(given), rate(given, expected)))
        for audience, given, expected in _completeness(rows, sent)
    ]
    if lines:
        total = (words(_("Tổng số")), amount(len(rows)), amount(len(sent)), rate(len(sent), len(rows)))
        lines.append(Line(total, is_total=True))
    return Grid("submitted", _("Đơn vị nộp báo cáo"), heads, tuple(lines), as_of=at,
                empty=_("Chưa có kỳ báo cáo của năm này."))  # fmt: skip


def _missing(missing: list[dict[str, Any]], at: str) -> Grid:
    reminded, labels = reminders_of([one["pk"] for one in missing]), unit_labels()
    heads = (Head(_("TT"), "center", 0.6), Head(_("Đơn vị"), weight=5), Head(_("Hạn nộp"), "center", 2),
             Head(_("Đã nhắc"), weight=4))  # fmt: skip
    lines = []
    for place, one in enumerate(missing, 1):
        known = reminded.get(one["pk"])
        told = (
            _("%(n)s lần, gần nhất %(day)s") % {"n": known.times, "day": vn_date(known.last)}
            if known
            else _("Chưa nhắc")
        )
        lines.append(Line((Cell(str(place)), words(labels[one["unit"]].short_name), words(vn_date(one["due_on"])),
                           words(told))))  # fmt: skip
    return Grid("missing", _("Đơn vị chưa nộp báo cáo"), heads, tuple(lines), as_of=at,
                empty=_("Tất cả đơn vị phải báo cáo đã nộp."))  # fmt: skip


def _excluded(asked: Asked, facts: Facts) -> Grid:
    """Decisions in force at the moment."""
    there = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=asked.as_of)
    rows = Exclusion.objects.filter(there, created_at__lte=asked.as_of, period__year__in=asked.years)
    if asked.unit:
        rows = rows.filter(unit__in=units_of(asked))
    rows = rows.select_related("indicator", "period").order_by("period__year", "indicator__position", "unit")
    labels, lines = unit_labels(), []
    facts.about["excluded"] = []
    for one in rows:
        name = labels[one.unit_id].short_name
        facts.about["excluded"].append(f"{one.indicator.code}: {name}")
        decision = _("Quyết định %(number)s ngày %(day)s") % {"number": one.number, "day": vn_date(one.decided_on)}
        lines.append(Line((words(one.indicator.code), words(one.period.year), words(name), words(decision),
                           words(one.reason))))  # fmt: skip
    heads = (Head(_("Mục tiêu"), weight=1.5), Head(_("Năm"), "center", 1), Head(_("Đơn vị"), weight=3),
             Head(_("Quyết định"), weight=4), Head(_("Lý do"), weight=5))  # fmt: skip
    return Grid("excluded", _("Số liệu của đơn vị được loại khỏi kết quả toàn quốc"), heads, tuple(lines),
                as_of=asked.as_of.isoformat(), empty=_("Không có số liệu bị loại."))  # fmt: skip
