"""What accepted reports of units say beside figures: inspections as sums, difficulties and proposals in their words."""

from decimal import Decimal

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number
from apps.organisations.selectors import unit_labels
from apps.publications.facts.told import Asked, Cell, Facts, Grid, Head, Line, amount, bound, provide, words
from apps.publications.facts.units import units_of
from apps.reports import moving
from apps.reports.models import FormCell, ReportedValue
from apps.reports.models.annualreport import ReportedValueQuerySet

INSPECTION = "inspection."
NARRATIVES = ("narrative.difficulties", "narrative.causes", "narrative.proposals")
MONEY = FormCell.Kind.MONEY
MILLION = Decimal(1_000_000)


@provide("50-reported")
def tell_reported(asked: Asked, facts: Facts) -> None:
    rows = ReportedValue.objects.filter(
        report__round__kind="annual", report__round__year=asked.year, report__state__in=sorted(moving.TAKEN),
        report__excused_at__isnull=True,
    )  # fmt: skip
    if asked.unit:
        rows = rows.filter(report__unit__in=units_of(asked))
    at = asked.as_of.isoformat()
    facts.lay(_inspections(rows, facts, at))
    facts.lay(_difficulties(rows, at))


def _inspections(rows: ReportedValueQuerySet, facts: Facts, at: str) -> Grid:
    of_cells = rows.filter(cell__key__startswith=INSPECTION, number__isnull=False)
    sums = of_cells.values("cell__key", "cell__kind").annotate(total=Sum("number"), n=Count("report", distinct=True))
    known = {one["cell__key"]: one for one in sums.order_by("cell__key")}
    labels = dict(FormCell.objects.filter(key__in=known).order_by("form__number").values_list("key", "label"))
    places = dict(FormCell.objects.filter(key__in=known).order_by("form__number").values_list("key", "code"))
    lines = []
    for key in sorted(known, key=lambda one: (places[one], one)):
        one = known[key]
        is_money = one["cell__kind"] == MONEY
        total = one["total"] / MILLION if is_money else one["total"]
        cell = amount(total, 0 if not is_money else 1)
        unit = _("triệu đồng") if is_money else ""
        named = f"{places[key]}. {labels[key]}"
        label = f"{named}{f' ({unit})' if unit else ''}"
        lines.append(Line((words(label), cell, amount(one["n"]))))
        facts.add(*bound(key.replace("_", "-"), named, cell, unit=unit, as_of=at,
                         source=reverse("reports:annualreport_list")))  # fmt: skip
    heads = (Head(_("Nội dung"), weight=6), Head(_("Số liệu"), "right", 2), Head(_("Số báo cáo"), "right", 2))
    return Grid("inspections", _("Kiểm tra, thanh tra đo lường"), heads, tuple(lines), as_of=at,
                notes=(_("Cộng từ báo cáo đã chấp nhận của các đơn vị."),),
                empty=_("Chưa có báo cáo đã chấp nhận."))  # fmt: skip


def _difficulties(rows: ReportedValueQuerySet, at: str) -> Grid:
    told = rows.filter(cell__key__in=NARRATIVES).exclude(text="")
    texts: dict[str, dict[str, str]] = {}
    for unit, key, text in told.order_by("report__unit", "pk").values_list("report__unit", "cell__key", "text"):
        texts.setdefault(unit, {})[key] = text
    labels = unit_labels()
    lines = []
    for place, unit in enumerate(sorted(texts, key=lambda one: (labels[one].sort, one)), 1):
        said = (words(texts[unit].get(key, "")) for key in NARRATIVES)
        lines.append(Line((Cell(number(place)), words(labels[unit].short_name), *said)))
    heads = (Head(_("TT"), "center", 0.6), Head(_("Đơn vị"), weight=2), Head(_("Khó khăn, vướng mắc"), weight=5),
             Head(_("Nguyên nhân"), weight=4), Head(_("Kiến nghị"), weight=5))  # fmt: skip
    return Grid("difficulties", _("Khó khăn, nguyên nhân, kiến nghị trong báo cáo đã chấp nhận"), heads, tuple(lines),
                as_of=at, empty=_("Chưa có báo cáo đã chấp nhận."))  # fmt: skip
