"""What became of a record: audit rows say who and why, row history says before and after."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.selectors import Change
from apps.core.templatetags.ui import NO_DATA, vn_date
from apps.enterprises.models import Enterprise, Industry, ProgrammeEvent
from apps.enterprises.selectors import Provinces

ACTIONS = {
    "enterprise.registered": (gettext_lazy("Thêm doanh nghiệp"), "plus"),
    "enterprise.updated": (gettext_lazy("Sửa hồ sơ"), "pencil"),
    "programme_event.added": (gettext_lazy("Thêm dữ kiện"), "plus"),
    "programme_event.corrected": (gettext_lazy("Sửa dữ kiện"), "pencil"),
    "programme_event.withdrawn": (gettext_lazy("Rút dữ kiện"), "arrow-back-up"),
}
SHOWN = {
    Enterprise: ["tax_code", "name", "ownership", "industry_id", "unit_id", "located_on", "address", "note"],
    ProgrammeEvent: ["stage", "occurred_on", "unit_id", "note"],
}
# A service writes its row and its audit row in one transaction; no transaction of a page is longer.
ONE_CHANGE = timedelta(seconds=20)


@dataclass
class Entry:
    at: datetime
    who: str
    action: str
    icon: str
    target: str = ""
    reason: str = ""
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class _Difference:
    """One recorded state of a row and the state that followed it."""

    target: str
    at: datetime
    user: int | None
    changes: list[Change]


def history_of(enterprise: Enterprise, events: Iterable[ProgrammeEvent], provinces: Provinces) -> list[Entry]:
    """All that was done to the enterprise and its events, latest first."""
    teller = _Teller(provinces)
    rows = [enterprise, *events]
    differences = [*teller.differences([enterprise]), *teller.differences(rows[1:])]
    audits = _audits(rows)
    names = User.objects.in_bulk(
        {audit.actor_id for audit in audits if audit.actor_id} | {one.user for one in differences if one.user}
    )
    entries = [_audited(audit, differences, names) for audit in audits]
    entries += [_unaudited(difference, names) for difference in differences if difference.changes]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _key(row: Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _audits(rows: list[Any]) -> list[AuditEvent]:
    ids = defaultdict(list)
    for row in rows:
        ids[row._meta.label_lower].append(str(row.pk))
    wanted = Q()
    for kind, keys in ids.items():
        wanted |= Q(target_type=kind, target_id__in=keys)
    return list(AuditEvent.objects.filter(wanted).order_by("id"))


def _audited(audit: AuditEvent, differences: list[_Difference], names: dict[int, User]) -> Entry:
    label, icon = ACTIONS.get(audit.action, (audit.action, "history"))
    key = f"{audit.target_type}:{audit.target_id}"
    own = next(
        (one for one in differences if one.target == key and timedelta(0) <= audit.at - one.at < ONE_CHANGE), None
    )
    if own is not None:
        differences.remove(own)
    return Entry(
        at=audit.at,
        who=_name(names, audit.actor_id) or audit.actor,
        action=str(label),
        icon=icon,
        target=audit.target if audit.target_type == ProgrammeEvent._meta.label_lower else "",
        reason=audit.reason,
        changes=own.changes if own else [],
    )


def _unaudited(difference: _Difference, names: dict[int, User]) -> Entry:
    """A change that came with a file or from the portal itself."""
    who = _name(names, difference.user) or _("Hệ thống, theo tệp nhập")
    return Entry(difference.at, who, _("Cập nhật hồ sơ"), "database-import", changes=difference.changes)


def _name(names: dict[int, User], pk: int | None) -> str:
    return str(names[pk]) if pk in names else ""


class _Teller:
    """Recorded states into words."""

    def __init__(self, provinces: Provinces) -> None:
        self.provinces = provinces
        self._industries: dict[int, str] | None = None

    def differences(self, rows: list[Any]) -> list[_Difference]:
        """Each recorded state is the one before a change; the next one, or the row itself, is the one after."""
        if not rows:
            return []
        model = type(rows[0])
        recorded = defaultdict(list)
        for state in (
            model.pgh_event_model.objects.filter(pgh_obj__in=rows).select_related("pgh_context").order_by("pgh_id")
        ):
            recorded[state.pgh_obj_id].append(state)
        found = []
        for row in rows:
            for before, after in pairwise([*recorded[row.pk], row]):
                metadata = before.pgh_context.metadata if before.pgh_context else {}
                changes = self._changes(model, before, after)
                found.append(_Difference(_key(row), before.pgh_created_at, metadata.get("user"), changes))
        return found

    def _changes(self, model: Any, before: Any, after: Any) -> list[Change]:
        return [
            Change(str(model._meta.get_field(name).verbose_name), self._words(name, before), self._words(name, after))
            for name in SHOWN[model]
            if getattr(before, name) != getattr(after, name)
        ]

    def _words(self, name: str, state: Any) -> str:
        value = getattr(state, name)
        if value in (None, ""):
            return NO_DATA
        if name in ("located_on", "occurred_on"):
            return vn_date(value)
        if name in ("ownership", "stage"):
            return str(getattr(state, f"get_{name}_display")())
        if name == "tax_code":
            return Enterprise(tax_code=value, ownership=state.ownership).shown_tax_code
        if name == "unit_id":
            return self.provinces.name(value)
        return self._industry(value) if name == "industry_id" else str(value)

    def _industry(self, pk: int) -> str:
        if self._industries is None:
            self._industries = {industry.pk: str(industry) for industry in Industry.objects.all()}
        return self._industries.get(pk, NO_DATA)
