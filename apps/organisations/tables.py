from collections.abc import Sequence

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from apps.core.markup import markup
from apps.core.templatetags.ui import NO_DATA, vn_date
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import Kin, UnitLabel

NOWRAP = {"td": {"class": "nowrap"}}


class UnitTable(tables.Table):
    """`labels` and `kin` come with the table: who the neighbours are, and their names, in one query each."""

    short_name = tables.Column(verbose_name=_("Tên"), order_by="short_name_sort", linkify=True)
    kind = tables.Column(verbose_name=_("Loại"), order_by=("kind", "kind_label", "short_name_sort"))
    parent = tables.Column(verbose_name=_("Trực thuộc"), orderable=False, accessor="parent_id", default=NO_DATA)
    code = tables.Column(verbose_name=_("Mã, ký hiệu"), empty_values=(), order_by=("code", "symbol"), attrs=NOWRAP)
    valid_from = tables.Column(verbose_name=_("Từ ngày"), attrs=NOWRAP, default=NO_DATA)
    valid_to = tables.Column(verbose_name=_("Đến ngày"), attrs=NOWRAP, default=NO_DATA)
    origins = tables.Column(verbose_name=_("Trước là"), orderable=False, accessor="pk")
    successions = tables.Column(verbose_name=_("Sau là"), orderable=False, accessor="pk")

    sparse = ("parent", "valid_to", "successions")  # of today's reporting units nothing but dashes

    class Meta:
        fields = ("short_name", "kind", "code", "parent", "valid_from", "valid_to", "origins", "successions")
        caption = _("Đơn vị")

    def __init__(self, *args, labels: dict[str, UnitLabel], kin: Kin, **kwargs) -> None:
        self.labels, self.kin = labels, kin
        self.caption = self.Meta.caption
        super().__init__(*args, **kwargs)

    def render_kind(self, record: OrganisationUnit) -> str:
        """Of the day that is shown: Đồng Nai is a Tỉnh until 29/04/2026."""
        return record.kind_label or record.get_kind_display()

    def render_parent(self, record: OrganisationUnit) -> str:
        return self._linked(self._sorted([record.parent_id] if record.parent_id else []))

    def value_parent(self, record: OrganisationUnit) -> str:
        return self.labels[record.parent_id].short_name if record.parent_id else ""

    def render_code(self, record: OrganisationUnit) -> str:
        return record.code or record.symbol or NO_DATA

    def render_valid_from(self, value) -> str:
        return vn_date(value)

    def render_valid_to(self, value) -> str:
        return vn_date(value)

    def render_origins(self, record: OrganisationUnit) -> str:
        return self._linked(self._sources(record)) or NO_DATA

    def render_successions(self, record: OrganisationUnit) -> str:
        return self._linked(self._followers(record)) or NO_DATA

    def value_origins(self, record: OrganisationUnit) -> str:
        return ", ".join(label.short_name for label in self._sources(record))

    def value_successions(self, record: OrganisationUnit) -> str:
        return ", ".join(label.short_name for label in self._followers(record))

    def _sources(self, record: OrganisationUnit) -> list[UnitLabel]:
        return self._sorted(self.kin.before.get(record.pk, ()))

    def _followers(self, record: OrganisationUnit) -> list[UnitLabel]:
        return self._sorted(self.kin.after.get(record.pk, ()))

    def _sorted(self, ids: Sequence[str]) -> list[UnitLabel]:
        return sorted((self.labels[unit] for unit in ids), key=lambda label: label.sort) if ids else []

    def _linked(self, labels: list[UnitLabel]) -> str:
        return markup('<a href="%s">%s</a>', ((one.url, one.short_name) for one in labels), between=", ")
