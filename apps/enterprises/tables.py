from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.db.models import Case, F, Func, IntegerField, JSONField, OuterRef, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.core import cells
from apps.core.cells import Beside, Told, Writing
from apps.core.markup import markup
from apps.core.ordering import UniquelyOrderedData
from apps.core.templatetags.ui import vn_date
from apps.enterprises.models import Enterprise, EnterpriseQuerySet, ManagingMinistry, ProgrammeEvent
from apps.enterprises.models.programmes import CODE_SHOWN_WHOLE, ENTITY, OF_ENTERPRISE, shown_tax_code
from apps.enterprises.selectors import Provinces
from apps.enterprises.stages import stage_chip
from apps.exchange.origins import origin, origin_written
from apps.organisations.fields import unit_names
from apps.registers.tables import ticked

APART = " "  # between the ids of two units
NOWRAP = {"td": {"class": "tn"}}


class RegisterData(UniquelyOrderedData):
    """Progress is worked out for the rows of a page only: with OFFSET it would be for every row skipped as well."""

    data: EnterpriseQuerySet

    def __getitem__(self, key: Any) -> Any:
        keys = self.data.values("pk")[key]
        return _with_details(Enterprise.objects.filter(pk__in=keys)).order_by(*self.data.query.order_by)

    def beside(self) -> list[Beside]:
        """The same of all rows together."""
        first, latest = self.data.events_of_progress()
        origin = {"latest_batch": "batch_id", "latest_by": "entered_by_id", "latest_at": "created_at"}
        managing = _managing_today().order_by("tax_code", "-since").distinct("tax_code")
        return [
            Beside(first, OF_ENTERPRISE, "pk", {"first_on": "occurred_on", "first_unit": "unit_id"}),
            Beside(latest, OF_ENTERPRISE, "pk", {"latest_stage": "stage", **origin}),
            Beside(managing, "tax_code", "entity", {"ministry": "now"}),
        ]


def _with_details(enterprises: EnterpriseQuerySet) -> EnterpriseQuerySet:
    """With trade, progress and the ministry that manages each today."""
    latest = _managing_today().filter(tax_code=OuterRef("entity")).order_by("-since").values("now")
    managed = enterprises.alias(entity=ENTITY).annotate(ministry=Subquery(latest[:1]))
    return managed.select_related("industry").with_progress()


def _managing_today() -> Any:
    """Of each code the latest row says `now`: nobody, where it has ended."""
    today = timezone.localdate()
    rows = ManagingMinistry.objects.filter(withdrawn_at=None, since__lte=today)
    return rows.annotate(now=Case(When(ended_on__lte=today, then=None), default="unit_id"))


class EnterpriseTable(tables.Table):
    """`provinces` name the places of all rows; `imports`: the units whose imports the person may open;
    `ticks`: whether rows can be chosen.
    """

    name = tables.Column(verbose_name=gettext_lazy("Doanh nghiệp"), order_by=("name_sort", "id"))
    tax_code = tables.Column(verbose_name=gettext_lazy("Mã số thuế"), visible=False, orderable=False, attrs=NOWRAP)
    unit = tables.Column(verbose_name=gettext_lazy("Địa bàn"), accessor="unit_id")
    industry = tables.Column(verbose_name=gettext_lazy("Ngành"), orderable=False, accessor="industry__name")
    ownership = tables.Column(verbose_name=gettext_lazy("Loại hình"), orderable=False, attrs=NOWRAP)
    started_on = tables.Column(verbose_name=gettext_lazy("Bắt đầu"), accessor="first__on", attrs=NOWRAP)
    stage = tables.Column(verbose_name=gettext_lazy("Giai đoạn"), accessor="latest__stage", orderable=False)
    source = tables.Column(
        verbose_name=gettext_lazy("Nguồn"), orderable=False, accessor="latest", attrs={"td": {"class": "sub nowrap"}}
    )
    ministry = tables.Column(verbose_name=gettext_lazy("Bộ, ngành quản lý"), visible=False, orderable=False)

    class Meta:
        order_by = ("name",)
        default = "–"

    caption = gettext_lazy("Danh sách doanh nghiệp")

    def __init__(
        self, data: RegisterData, *, provinces: Provinces, imports: UnitScope, ticks: bool = False, **kwargs: Any
    ) -> None:
        self.provinces, self.imports, self.ticks = provinces, imports, ticks
        self.chips: dict[str, str] = {}
        self.places: dict[tuple[str, str | None], tuple[str, str]] = {}
        super().__init__(data=data, **kwargs)

    def order_unit(self, enterprises: EnterpriseQuerySet, is_descending: bool) -> tuple[EnterpriseQuerySet, bool]:
        """By the name of today's province, so that its predecessors' rows stand with its own."""
        today = {unit: place.today[0] for unit, place in self.provinces.items()}
        ranks = {unit: rank for rank, unit in enumerate(self.provinces)}
        places = Value({unit: ranks.get(heir, 0) for unit, heir in today.items()}, output_field=JSONField())
        rank = Func(
            places, F("unit_id"), template="(%(expressions)s)::int", arg_joiner="->>", output_field=IntegerField()
        )
        return enterprises.order_by(rank.desc() if is_descending else rank.asc(), "name_sort", "id"), True

    def order_started_on(self, enterprises: EnterpriseQuerySet, is_descending: bool) -> tuple[EnterpriseQuerySet, bool]:
        counted = ProgrammeEvent.objects.live().filter(
            programme__enterprise=OuterRef("pk"), stage__in=ProgrammeEvent.IN_FORCE
        )
        first = Subquery(counted.order_by("occurred_on", "id").values("occurred_on")[:1])
        started = first.desc(nulls_last=True) if is_descending else first.asc(nulls_last=True)
        return enterprises.order_by(started, "name_sort", "id"), True

    def render_name(self, record: Enterprise) -> str:
        note = ""
        if record.is_dependent_unit:
            told = _("Tính vào MT5 cùng doanh nghiệp %(code)s") % {"code": record.entity_code}
            note = format_html('<div class="sub">{}</div>', told)
        link: str = markup('<a href="%s">%s</a>', [(record.get_absolute_url(), record.name)])
        if self.ticks:
            link = ticked(record.pk, record.name, link)
        return markup('%s<div class="sub tn">MST %s</div>%s', [(link, record.shown_tax_code, note)])

    def render_tax_code(self, record: Enterprise) -> str:
        return record.shown_tax_code

    def render_unit(self, record: Enterprise) -> str:
        now, before = self._place(record.unit_id, record.first["unit"] if record.first else None)
        return format_html('{}<div class="sub nowrap">{}</div>', now, before) if before else now

    def _place(self, unit: str, earlier: str | None) -> tuple[str, str]:
        """Today's name and the past one; there are few pairs and many rows, so each is put into words once."""
        key = unit, earlier
        if key not in self.places:
            past = self.provinces.before(*key)
            before = _("trước là %(name)s") % {"name": past} if past else ""
            self.places[key] = self.provinces.now(unit), before
        return self.places[key]

    def render_ministry(self, value: str) -> str:
        return unit_names().get(value, value)

    def render_started_on(self, value: str) -> str:
        return vn_date(date.fromisoformat(value))

    def render_stage(self, value: str) -> str:
        if value not in self.chips:
            self.chips[value] = stage_chip(value)
        return self.chips[value]

    def render_source(self, value: dict) -> str:
        if value["batch"] is None or value["batch_unit"] not in self.imports:
            return self._source(value)
        address = reverse("exchange:importbatch_detail", args=["enterprises", value["batch"]])
        return format_html('<a class="lk" href="{}">{}</a>', address, self._source(value))

    def _source(self, value: dict) -> str:
        return origin(value["batch"], value["entered_by"], datetime.fromisoformat(value["entered_at"]))

    def in_file(self) -> Told:
        """Straight from the records: cell by cell a whole register would take a minute."""
        kinds = {value: str(label) for value, label in Enterprise.Ownership.choices}
        stages = {value: str(label) for value, label in ProgrammeEvent.Stage.choices}
        heads = [str(column.header) for column in self.columns.iterall()]
        told = [
            cells.text("name"),
            cells.hidden("tax_code", shown_tax_code, CODE_SHOWN_WHOLE),
            cells.Cell(("unit_id", "first_unit"), self._place_as_text, self._place_written),
            cells.text("industry__name"),
            cells.worded("ownership", kinds),
            cells.day("first_on"),
            cells.worded("latest_stage", stages),
            cells.Cell(("latest_batch", "latest_by", "latest_at"), _source_of, _source_written),
            cells.worded("ministry", unit_names(), or_key=False),
        ]
        rows = self.data.data.annotate(entity=ENTITY)
        return Told(rows, list(zip(heads, told, strict=True)), self.data.beside())

    def _place_as_text(self, unit: str, earlier: str | None) -> str:
        now, before = self._place(unit, earlier)
        return f"{now} ({before})" if before else now

    def _place_written(self, writing: Writing, unit: str, earlier: str) -> str:
        """Only a province that went on as the same ones adds to the name of the place."""
        now = {pk: self._place_as_text(pk, None) for pk in self.provinces}
        alike = [
            (one, other)
            for one in self.provinces.values()
            for other in self.provinces.values()
            if one.today == other.today
        ]
        before = {f"{one.id}{APART}{other.id}": self._place_as_text(one.id, other.id) for one, other in alike}
        known = f"coalesce({writing.words(unit, now)}, {writing.text(unit)})"
        pair = writing.words(f"({unit} || '{APART}' || {earlier})", before)
        return f"CASE WHEN {earlier} <> {unit} THEN coalesce({pair}, {known}) ELSE {known} END"


def _source_of(batch: int | None, entered_by: int | None, at: datetime | None) -> str | None:
    """Of the latest event; nothing where there is none."""
    return origin(batch, entered_by, at) if at else None


def _source_written(writing: Writing, batch: str, entered_by: str, at: str) -> str:
    return f"CASE WHEN {at} IS NOT NULL THEN {origin_written(writing, batch, entered_by, at)} END"
