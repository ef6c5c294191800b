"""What became of an enterprise and its events."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.core.templatetags.ui import NO_DATA, vn_date
from apps.enterprises.models import Enterprise, Industry, ProgrammeEvent
from apps.enterprises.selectors import Provinces
from apps.registers.history import Entry, audited, imported, newest_first

ACTIONS = {
    "enterprise.registered": (gettext_lazy("Thêm doanh nghiệp"), "plus"),
    "enterprise.updated": (gettext_lazy("Sửa hồ sơ"), "pencil"),
    "programme_event.added": (gettext_lazy("Thêm giai đoạn"), "plus"),
    "programme_event.corrected": (gettext_lazy("Sửa giai đoạn"), "pencil"),
    "programme_event.withdrawn": (gettext_lazy("Thu hồi giai đoạn"), "arrow-back-up"),
}


def history_of(
    enterprise: Enterprise,
    events: Iterable[ProgrammeEvent],
    provinces: Provinces,
    scope: UnitScope,
    audit_scope: UnitScope | None = None,
) -> list[Entry]:
    """All that was done to them, latest first; of what `scope` does not reach neither who nor why."""
    rows = [enterprise, *events]
    done = audited(rows, ACTIONS, scope, audit_scope, parts=ProgrammeEvent._meta.label_lower)
    return newest_first([*done, *imported(enterprise, scope, _Words(provinces).word)])


class _Words:
    """Kept values, which are the text of what stood in the column, as a reader should see them."""

    def __init__(self, provinces: Provinces) -> None:
        self.provinces = provinces
        self._industries: dict[str, str] | None = None

    def word(self, name: str, value: str | None) -> str:
        if not value:
            return NO_DATA
        if name == "located_on":
            return vn_date(date.fromisoformat(value))
        if name == "ownership":
            return str(Enterprise.Ownership(value).label)
        if name == "unit_id":
            return self.provinces.told(value)
        return self._industry(value) if name == "industry_id" else value

    def _industry(self, pk: str) -> str:
        if self._industries is None:
            self._industries = {str(industry.pk): str(industry) for industry in Industry.objects.all()}
        return self._industries.get(pk, NO_DATA)
