from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, NumberFilter

from apps.core.filters import ChoicesFilter, FlagFilter, TextFilter
from apps.documents.models import LegalDocument, LegalDocumentQuerySet

ALL = _("Tất cả")
STATES = {"valid": (_("Chưa bị thay thế"), True), "replaced": (_("Đã bị thay thế"), False)}


class LegalDocumentFilter(FilterSet):
    """Kinds, issuers and years are those of the register."""

    q = TextFilter(label=_("Số, ký hiệu, trích yếu"), method="search", max_length=100)
    kind = ChoicesFilter(label=_("Loại"))
    issuer = ChoicesFilter(label=_("Cơ quan ban hành"))
    year = ChoicesFilter(label=_("Năm ban hành"), method="issued_in")
    state = ChoiceFilter(
        label=_("Thay thế"), empty_label=ALL, choices=[(key, label) for key, (label, _none) in STATES.items()],
        method="in_state",
    )  # fmt: skip

    class Meta:
        model = LegalDocument
        fields = ["q", "kind", "issuer", "year", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(LegalDocument.objects.order_by().values_list("kind", "issuer", "issued_on").distinct())
        self.filters["kind"].extra["choices"] = _choices({kind for kind, _issuer, _day in rows})
        self.filters["issuer"].extra["choices"] = _choices({issuer for _kind, issuer, _day in rows})
        years = sorted({day.year for _kind, _issuer, day in rows if day}, reverse=True)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    def search(self, queryset: LegalDocumentQuerySet, name: str, text: str) -> LegalDocumentQuerySet:
        return queryset.search(text)

    def issued_in(self, queryset: LegalDocumentQuerySet, name: str, years: list[str]) -> LegalDocumentQuerySet:
        return queryset.filter(issued_on__year__in=years)

    def in_state(self, queryset: LegalDocumentQuerySet, name: str, state: str) -> LegalDocumentQuerySet:
        return queryset.filter(replaced_by__isnull=STATES[state][1])


def _choices(values: set[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in sorted(values)]


class LegalDocumentApiFilter(FilterSet):
    number = TextFilter(lookup_expr="iexact", help_text=_("Số, ký hiệu, không phân biệt chữ hoa, chữ thường."))
    kind = TextFilter(help_text=_("Loại văn bản."))
    year = NumberFilter(
        method="issued_in", min_value=1945, max_value=2100, decimal_places=0, help_text=_("Năm ban hành.")
    )
    replaced = FlagFilter(
        field_name="replaced_by", lookup_expr="isnull", exclude=True, help_text=_("Đã bị thay thế hay chưa.")
    )
    search = TextFilter(
        method="find", help_text=_("Chữ trong loại, số, cơ quan ban hành, trích yếu, có dấu hoặc không.")
    )

    class Meta:
        model = LegalDocument
        fields = ["number", "kind", "year", "replaced", "search"]

    def issued_in(self, queryset: LegalDocumentQuerySet, name: str, year: Decimal) -> LegalDocumentQuerySet:
        return queryset.filter(issued_on__range=(date(int(year), 1, 1), date(int(year), 12, 31)))

    def find(self, queryset: LegalDocumentQuerySet, name: str, value: str) -> LegalDocumentQuerySet:
        return queryset.search(value)
