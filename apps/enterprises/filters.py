from functools import reduce
from operator import or_
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.core.filters import ChoicesFilter, TextFilter
from apps.enterprises.models import Enterprise, EnterpriseQuerySet, ManagingMinistry, ProgrammeEvent
from apps.enterprises.selectors import Priority, RegisterFacts
from apps.exchange.origins import SOURCE_CHOICES, ImportFilter, came_from, offer_import, overwritten_in
from apps.organisations.chosen import with_their_past

OUTSIDE = "none"  # as figures call what has no value


def _of_codes(priority: Priority) -> Q:
    """Enterprises whose code of that version begins so, or whose section it is."""
    found = Q()
    for version, code in priority.codes:
        whole = Q(industry__section=code) if code.isalpha() else Q(industry_code__startswith=code)
        found |= Q(industry__version=version) & whole
    return found


class EnterpriseFilter(filters.FilterSet):
    """Choices come with the facts of the page, and only places of the person's own scope."""

    q = TextFilter(label=_("Tên hoặc mã số thuế"), method="search", max_length=100)
    unit = ChoicesFilter(label=_("Địa bàn"), method="in_area")
    section = ChoicesFilter(label=_("Ngành"), method="in_section")
    priority = ChoicesFilter(label=_("Ngành trọng tâm"), method="in_priority")
    ministry = ChoicesFilter(label=_("Bộ, ngành quản lý"), method="managed_by")
    ownership = ChoicesFilter(label=_("Loại hình"), choices=Enterprise.Ownership.choices)
    year = ChoicesFilter(label=_("Năm bắt đầu"), method="started_in")
    stage = ChoicesFilter(label=_("Giai đoạn"), choices=ProgrammeEvent.Stage.choices, method="at_stage")
    source = ChoicesFilter(label=_("Nguồn"), choices=SOURCE_CHOICES, method="from_source")
    batch = ImportFilter(method="of_import")

    class Meta:
        model = Enterprise
        fields = ["q", "unit", "section", "priority", "ministry", "ownership", "year", "stage", "source", "batch"]

    def __init__(self, *args: Any, facts: RegisterFacts, scope: UnitScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts
        offer_import(self, "enterprises")
        self.filters["unit"].extra["choices"] = self._places(scope)
        self.filters["section"].extra["choices"] = facts.section_choices()
        self._offer_priorities()
        if facts.ministries:
            self.filters["ministry"].extra["choices"] = facts.ministries
        else:
            del self.filters["ministry"]
        self.filters["year"].extra["choices"] = [(str(year.year), str(year.year)) for year in reversed(facts.years)]

    def _offer_priorities(self) -> None:
        """Of the list in force today; without one there is nothing to choose."""
        if not self.facts.priorities:
            del self.filters["priority"]
            return
        choices = [(one.key, one.name) for one in self.facts.priorities]
        self.filters["priority"].extra["choices"] = [*choices, (OUTSIDE, _("Ngoài Danh mục"))]

    def _places(self, scope: UnitScope) -> list[tuple[Any, list[tuple[str, str]]]]:
        open_ones = self.facts.provinces.within(scope)
        return [
            (_("Đơn vị hiện nay"), [(one.id, one.name) for one in open_ones if one.is_current]),
            (_("Đơn vị trước sắp xếp"), [(one.id, one.dated_name) for one in open_ones if not one.is_current]),
        ]

    def search(self, queryset: EnterpriseQuerySet, name: str, text: str) -> EnterpriseQuerySet:
        return queryset.search(text)

    def in_area(self, queryset: EnterpriseQuerySet, name: str, units: list[str]) -> EnterpriseQuerySet:
        return queryset.filter(unit__in={one for unit in units for one in self.facts.provinces.area(unit)})

    def in_section(self, queryset: EnterpriseQuerySet, name: str, choices: list[str]) -> EnterpriseQuerySet:
        wanted = Q()
        for section in ",".join(choices).split(","):
            version, letter = section.split(":")
            wanted |= Q(industry__version=version, industry__section=letter)
        return queryset.filter(wanted)

    def in_priority(self, queryset: EnterpriseQuerySet, name: str, keys: list[str]) -> EnterpriseQuerySet:
        wanted = Q(pk__in=[])
        for one in self.facts.priorities:
            if one.key in keys:
                wanted |= _of_codes(one)
        if OUTSIDE in keys:
            inside = reduce(or_, (_of_codes(one) for one in self.facts.priorities))
            wanted |= Q(industry__isnull=True) | ~inside
        return queryset.filter(wanted)

    def managed_by(self, queryset: EnterpriseQuerySet, name: str, units: list[str]) -> EnterpriseQuerySet:
        """Today, by one of them or by one whose past it carries."""
        managing = ManagingMinistry.objects.managing_on(timezone.localdate())
        return queryset.of_entities(managing.filter(unit__in=with_their_past(units)).values("tax_code"))

    def started_in(self, queryset: EnterpriseQuerySet, name: str, wanted: list[str]) -> EnterpriseQuerySet:
        years = self.facts.years
        spans = [(year.starts_on, year.ends_on) for year in years if str(year.year) in wanted]
        return queryset.started_within(spans, since=years[0].starts_on)

    def at_stage(self, queryset: EnterpriseQuerySet, name: str, stages: list[str]) -> EnterpriseQuerySet:
        return queryset.latest_is(Q(stage__in=stages))

    def from_source(self, queryset: EnterpriseQuerySet, name: str, sources: list[str]) -> EnterpriseQuerySet:
        return queryset.latest_is(came_from(sources))

    def of_import(self, queryset: EnterpriseQuerySet, name: str, imports: list[str]) -> EnterpriseQuerySet:
        """Each row of a file is a stage; it may put the record right besides."""
        stages = ProgrammeEvent.objects.live().filter(batch__in=imports).values("programme__enterprise")
        return queryset.filter(Q(pk__in=stages) | Q(pk__in=overwritten_in(Enterprise, imports)))
