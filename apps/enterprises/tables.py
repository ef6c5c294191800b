from collections.abc import Iterator
from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import F, Func, IntegerField, JSONField, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2.data import TableQuerysetData

from apps.core.templatetags.ui import vn_date
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.selectors import Provinces
from apps.enterprises.stages import stage_chip

NOWRAP = {"td": {"class": "tn"}}


class RegisterData(TableQuerysetData):
    """Progress is worked out for the rows of a page only: with OFFSET it would be for every row skipped as well."""

    def __getitem__(self, key: Any) -> Any:
        keys = self.data.values("pk")[key]
        return _with_details(Enterprise.objects.filter(pk__in=keys)).order_by(*self.data.query.order_by)

    def __iter__(self) -> Iterator[Enterprise]:
        return _with_details(self.data).iterator(chunk_size=2000)


def _with_details(enterprises: QuerySet) -> QuerySet:
    return enterprises.select_related("industry").with_progress()


class EnterpriseTable(tables.Table):
    """`provinces` name the places of all rows; `import_links` says whether the person may open an import."""

    name = tables.Column(verbose_name=gettext_lazy("Doanh nghiệp"), order_by=("name_sort", "id"))
    tax_code = tables.Column(verbose_name=gettext_lazy("Mã số thuế"), visible=False, orderable=False)
    unit = tables.Column(verbose_name=gettext_lazy("Địa bàn"), accessor="unit_id")
    industry = tables.Column(verbose_name=gettext_lazy("Ngành"), orderable=False, accessor="industry__name")
    ownership = tables.Column(verbose_name=gettext_lazy("Loại hình"), orderable=False, attrs=NOWRAP)
    started_on = tables.Column(verbose_name=gettext_lazy("Bắt đầu"), attrs=NOWRAP)
    stage = tables.Column(verbose_name=gettext_lazy("Trạng thái"), orderable=False)
    source = tables.Column(
        verbose_name=gettext_lazy("Nguồn"), orderable=False, accessor="stage", attrs={"td": {"class": "sub nowrap"}}
    )

    class Meta:
        order_by = ("name",)
        default = "–"

    caption = gettext_lazy("Danh sách doanh nghiệp")

    def __init__(self, data: QuerySet, *, provinces: Provinces, import_links: bool, **kwargs: Any) -> None:
        self.provinces, self.import_links = provinces, import_links
        self.chips: dict[str, str] = {}
        super().__init__(data=RegisterData(data), **kwargs)

    def order_unit(self, enterprises: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """By the name of today's province, so that its predecessors' rows stand with its own."""
        today = {unit: place.today[0] for unit, place in self.provinces.items()}
        ranks = {unit: rank for rank, unit in enumerate(self.provinces)}
        places = Value({unit: ranks.get(heir, 0) for unit, heir in today.items()}, output_field=JSONField())
        rank = Func(
            places, F("unit_id"), template="(%(expressions)s)::int", arg_joiner="->>", output_field=IntegerField()
        )
        return enterprises.order_by(rank.desc() if is_descending else rank.asc(), "name_sort", "id"), True

    def order_started_on(self, enterprises: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        counted = ProgrammeEvent.objects.live().filter(
            programme__enterprise=OuterRef("pk"), stage__in=ProgrammeEvent.IN_FORCE
        )
        first = Subquery(counted.order_by("occurred_on", "id").values("occurred_on")[:1])
        started = first.desc(nulls_last=True) if is_descending else first.asc(nulls_last=True)
        return enterprises.order_by(started, "name_sort", "id"), True

    def render_name(self, record: Enterprise) -> str:
        return format_html(
            '<a href="{}">{}</a><div class="sub tn">MST {}</div>',
            record.get_absolute_url(), record.name, record.shown_tax_code,
        )  # fmt: skip

    def value_name(self, record: Enterprise) -> str:
        return record.name

    def render_tax_code(self, record: Enterprise) -> str:
        return record.shown_tax_code

    def render_unit(self, record: Enterprise) -> str:
        now, before = self._place(record)
        return format_html('{}<div class="sub nowrap">{}</div>', now, before) if before else now

    def value_unit(self, record: Enterprise) -> str:
        now, before = self._place(record)
        return f"{now} ({before})" if before else now

    def _place(self, record: Enterprise) -> tuple[str, str]:
        past = self.provinces.before(record.unit_id, record.started_in)
        return self.provinces.now(record.unit_id), _("trước là %(name)s") % {"name": past} if past else ""

    def render_started_on(self, value: date) -> str:
        return vn_date(value)

    def render_stage(self, value: str) -> str:
        if value not in self.chips:
            self.chips[value] = stage_chip(value)
        return self.chips[value]

    def value_stage(self, value: str) -> str:
        return str(ProgrammeEvent.Stage(value).label)

    def render_source(self, record: Enterprise) -> str:
        if record.batch_id is None or not self.import_links:
            return self.value_source(record)
        address = reverse("exchange:importbatch_detail", args=["enterprises", record.batch_id])
        return format_html('<a class="lk" href="{}">{}</a>', address, self.value_source(record))

    def value_source(self, record: Enterprise) -> str:
        if record.batch_id is not None:
            return _("Nhập Excel %(day)s") % {"day": vn_date(record.entered_at)}
        return _("Nhập tay") if record.entered_by_id is not None else _("Minh hoạ")
