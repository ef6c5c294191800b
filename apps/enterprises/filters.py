from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.core.filters import TextFilter
from apps.enterprises.models import Enterprise, EnterpriseQuerySet, ProgrammeEvent
from apps.enterprises.selectors import RegisterFacts

ALL = _("Tất cả")
SOURCES = {
    "excel": (_("Nhập Excel"), Q(batch__isnull=False)),
    "hand": (_("Nhập tay"), Q(batch__isnull=True, entered_by__isnull=False)),
    "demo": (_("Minh họa"), Q(batch__isnull=True, entered_by__isnull=True)),
}


class EnterpriseFilter(filters.FilterSet):
    """Choices come with the facts of the page, and only places of the person's own scope."""

    q = TextFilter(label=_("Tên hoặc mã số thuế"), method="search", max_length=100)
    unit = filters.ChoiceFilter(label=_("Địa bàn"), empty_label=ALL, method="in_area")
    section = filters.ChoiceFilter(label=_("Ngành"), empty_label=ALL, method="in_section")
    ownership = filters.ChoiceFilter(label=_("Loại hình"), empty_label=ALL, choices=Enterprise.Ownership.choices)
    year = filters.ChoiceFilter(label=_("Năm bắt đầu"), empty_label=ALL, method="started_in")
    stage = filters.ChoiceFilter(
        label=_("Giai đoạn"), empty_label=ALL, choices=ProgrammeEvent.Stage.choices, method="at_stage"
    )
    source = filters.ChoiceFilter(
        label=_("Nguồn"),
        empty_label=ALL,
        choices=[(key, label) for key, (label, _q) in SOURCES.items()],
        method="from_source",
    )

    class Meta:
        model = Enterprise
        fields = ["q", "unit", "section", "ownership", "year", "stage", "source"]

    def __init__(self, *args: Any, facts: RegisterFacts, scope: UnitScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts
        self.filters["unit"].extra["choices"] = self._places(scope)
        self.filters["section"].extra["choices"] = facts.section_choices()
        self.filters["year"].extra["choices"] = [(str(year.year), str(year.year)) for year in reversed(facts.years)]

    def _places(self, scope: UnitScope) -> list[tuple[Any, list[tuple[str, str]]]]:
        open_ones = self.facts.provinces.within(scope)
        return [
            (_("Đơn vị hiện nay"), [(one.id, one.name) for one in open_ones if one.is_current]),
            (_("Đơn vị trước sắp xếp"), [(one.id, one.dated_name) for one in open_ones if not one.is_current]),
        ]

    def search(self, queryset: EnterpriseQuerySet, name: str, text: str) -> EnterpriseQuerySet:
        return queryset.search(text)

    def in_area(self, queryset: EnterpriseQuerySet, name: str, unit: str) -> EnterpriseQuerySet:
        return queryset.filter(unit__in=self.facts.provinces.area(unit))

    def in_section(self, queryset: EnterpriseQuerySet, name: str, sections: str) -> EnterpriseQuerySet:
        wanted = Q()
        for section in sections.split(","):
            version, letter = section.split(":")
            wanted |= Q(industry__version=version, industry__section=letter)
        return queryset.filter(wanted)

    def started_in(self, queryset: EnterpriseQuerySet, name: str, wanted: str) -> EnterpriseQuerySet:
        years = self.facts.years
        year = next(year for year in years if str(year.year) == wanted)
        return queryset.started_between(year.starts_on, year.ends_on, since=years[0].starts_on)

    def at_stage(self, queryset: EnterpriseQuerySet, name: str, stage: str) -> EnterpriseQuerySet:
        return queryset.latest_is(Q(stage=stage))

    def from_source(self, queryset: EnterpriseQuerySet, name: str, source: str) -> EnterpriseQuerySet:
        return queryset.latest_is(SOURCES[source][1])
