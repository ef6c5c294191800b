"""What every act asks for: its day and its document."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import DayField, OnceForm
from apps.documents.fields import DocumentField
from apps.organisations.models import OrganisationUnit
from apps.organisations.services.plans import Plan


class ActForm(OnceForm):
    aliases = {"number": "document", "kind": "document", "issuer": "document"}

    effective_on = DayField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        help_text=gettext_lazy("Ngày trước đó là ngày cuối cùng của tên, của đơn vị cũ."),
    )
    document = DocumentField(label=gettext_lazy("Văn bản căn cứ"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].offer_to(by)

    def to_plan(self) -> Plan:
        raise NotImplementedError


def unit_choices(units: QuerySet[OrganisationUnit] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Those of the units that have no end yet, grouped by kind; a sub-unit says whose it is."""
    chosen = OrganisationUnit.objects.all() if units is None else units
    rows = list(chosen.filter(valid_to__isnull=True).with_names().in_order())
    above = OrganisationUnit.objects.filter(pk__in={unit.parent_id for unit in rows}).with_names()
    names = dict(above.values_list("pk", "short_name"))
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in rows:
        whose = f" ({names[unit.parent_id]})" if unit.parent_id in names else ""
        groups.setdefault(unit.get_kind_display(), []).append((unit.pk, f"{unit.short_name}{whose}"))
    return list(groups.items())
