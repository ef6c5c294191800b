"""What accepted reports of units say beside figures: inspections as sums, difficulties and proposals in their words."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number
from apps.organisations.selectors import unit_labels
from apps.publications.facts.told import Asked, Cell, Facts, Grid, Head, Line, amount, bound, provide, words
from apps.publications.facts.units import units_of
from apps.reports.models import FormCell
from apps.reports.selectors.in_force import PaperInForce, papers_in_force
from apps.reports.selectors.series import number_in

INSPECTION = "inspection."
NARRATIVES = ("narrative.difficulties", "narrative.causes", "narrative.proposals")
MONEY = FormCell.Kind.MONEY
MILLION = Decimal(1_000_000)


@provide("50-reported")
def tell_reported(asked: Asked, facts: Facts) -> None:
    reports = Q(report__round__kind="annual", report__round__year=asked.year)
    if asked.unit:
        reports &= Q(report__unit__in=units_of(asked))
    papers, at = papers_in_force(reports), asked.as_of.isoformat()
    facts.lay(_inspections(papers, facts, at))
    facts.lay(_difficulties(papers, at))


def _inspections(papers: list[PaperInForce], facts: Facts, at: str) -> Grid:
    given: dict[str, list[Decimal]] = defaultdict(list)
    for paper in papers:
        for key, said in paper.cells.items():
            if key.startswith(INSPECTION) and (told := number_in(said)) is not None:
                given[key].append(told)
    cells = FormCell.objects.filter(key__in=given).order_by("form__number").values_list("key", "code", "label", "kind")
    asked = {key: told for key, *told in cells}
    lines = []
    for key in sorted(given, key=lambda one: (asked[one][0], one)):
        code, label, kind = asked[key]
        total, is_money = sum(given[key], Decimal(0)), kind == MONEY
        cell = amount(total / MILLION, 1) if is_money else amount(total)
        unit, named = _("triệu đồng") if is_money else "", f"{code}. {label}"
        lines.append(Line((words(f"{named}{f' ({unit})' if unit else ''}"), cell, amount(len(given[key])))))
        facts.add(*bound(key.replace("_", "-"), named, cell, unit=unit, as_of=at,
                         source=reverse("reports:annualreport_list")))  # fmt: skip
    heads = (Head(_("Nội dung"), weight=6), Head(_("Số liệu"), "right", 2), Head(_("Số báo cáo"), "right", 2))
    return Grid("inspections", _("Kiểm tra, thanh tra đo lường"), heads, tuple(lines), as_of=at,
                notes=(_("Cộng từ %(n)s báo cáo đã chấp nhận của các đơn vị; cột Số báo cáo: bao nhiêu báo cáo có số ở "
                         "nội dung đó.") % {"n": len(papers)},),
                empty=_("Chưa có báo cáo đã chấp nhận."))  # fmt: skip


def _difficulties(papers: list[PaperInForce], at: str) -> Grid:
    said = {paper.unit: [paper.cells.get(key, {}).get("value") or "" for key in NARRATIVES] for paper in papers}
    texts = {unit: told for unit, told in said.items() if any(told)}
    labels = unit_labels()
    lines = [
        Line((Cell(number(place)), words(labels[unit].short_name), *map(words, texts[unit])))
        for place, unit in enumerate(sorted(texts, key=lambda one: (labels[one].sort, one)), 1)
    ]
    heads = (Head(_("TT"), "center", 0.6), Head(_("Đơn vị"), weight=2), Head(_("Khó khăn, vướng mắc"), weight=5),
             Head(_("Nguyên nhân"), weight=4), Head(_("Kiến nghị"), weight=5))  # fmt: skip
    return Grid("difficulties", _("Khó khăn, nguyên nhân, kiến nghị trong báo cáo đã chấp nhận"), heads, tuple(lines),
                as_of=at, empty=_("Chưa có báo cáo đã chấp nhận."))  # fmt: skip
