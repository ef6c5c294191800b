"""What became of a record: the audit says who, why, before and after; imports keep what they wrote over."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent
from apps.audit.registry import action_label, field_label
from apps.audit.selectors import Change, changes_of
from apps.core.templatetags.ui import NO_DATA, vn_date
from apps.enterprises.models import Enterprise, Industry, ProgrammeEvent
from apps.enterprises.selectors import Provinces
from apps.exchange.models import ImportBatch, Overwritten

ACTIONS = {
    "enterprise.registered": (gettext_lazy("Thêm doanh nghiệp"), "plus"),
    "enterprise.updated": (gettext_lazy("Sửa hồ sơ"), "pencil"),
    "programme_event.added": (gettext_lazy("Thêm giai đoạn"), "plus"),
    "programme_event.corrected": (gettext_lazy("Sửa giai đoạn"), "pencil"),
    "programme_event.withdrawn": (gettext_lazy("Thu hồi giai đoạn"), "arrow-back-up"),
}
NEW = ("enterprise.registered", "programme_event.added")  # all of it is on the page beside
OTHER_UNIT = gettext_lazy("Đơn vị khác")


@dataclass
class Entry:
    at: datetime
    who: str
    action: str
    icon: str
    target: str = ""
    url: str = ""  # the row of the audit, for whoever may read it there: it says from where as well
    reason: str = ""
    changes: list[Change] = field(default_factory=list)


def history_of(
    enterprise: Enterprise,
    events: Iterable[ProgrammeEvent],
    provinces: Provinces,
    scope: UnitScope,
    audit_scope: UnitScope | None = None,
) -> list[Entry]:
    """All that was done to the enterprise and its events, latest first.

    Of what another unit did, `scope` not reaching it, only what and when: its people, reasons and notes are its own.
    """
    audits = _audits([enterprise, *events])
    people = User.objects.in_bulk({audit.actor_id for audit in audits if audit.actor_id})
    entries = [_audited(audit, people, scope) for audit in audits]
    for entry, audit in zip(entries, audits, strict=True):
        if audit_scope is not None and audit.unit in audit_scope:
            entry.url = audit.get_absolute_url()
    entries += _Files(provinces, scope).entries(enterprise)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _audits(rows: list[Any]) -> list[AuditEvent]:
    ids = defaultdict(list)
    for row in rows:
        ids[row._meta.label_lower].append(str(row.pk))
    wanted = Q()
    for kind, keys in ids.items():
        wanted |= Q(target_type=kind, target_id__in=keys)
    return list(AuditEvent.objects.filter(wanted).order_by("id"))


def _audited(audit: AuditEvent, people: dict[int, User], scope: UnitScope) -> Entry:
    label, icon = ACTIONS.get(audit.action) or (action_label(audit.action), "file-text")  # another app's: its files
    entry = Entry(
        at=audit.at,
        who=str(OTHER_UNIT),
        action=str(label),
        icon=icon,
        target=audit.target if audit.target_type == ProgrammeEvent._meta.label_lower else "",
    )
    if audit.unit in scope:
        person = people.get(audit.actor_id) if audit.actor_id else None
        entry.who = str(person or audit.actor)
        entry.reason = audit.reason
        entry.changes = [] if audit.action in NEW else changes_of(audit)
    return entry


class _Files:
    """What imports wrote over, and what their undoing gave back."""

    def __init__(self, provinces: Provinces, scope: UnitScope) -> None:
        self.provinces, self.scope = provinces, scope
        self._industries: dict[str, str] | None = None

    def entries(self, enterprise: Enterprise) -> list[Entry]:
        kept = Overwritten.objects.of(Enterprise).filter(row_id=str(enterprise.pk)).order_by("id")
        by_batch: dict[ImportBatch, list[Overwritten]] = defaultdict(list)
        for one in kept.select_related("batch__confirmed_by", "batch__undone_by"):
            by_batch[one.batch].append(one)
        entries = []
        for batch, rows in by_batch.items():
            changes = [self._change(one.field, one.old, one.new) for one in rows]
            entries.append(self._entry(batch, rows[0].at, batch.confirmed_by, _("Cập nhật theo tệp nhập"), changes))
            back = [one for one in rows if one.outcome == Overwritten.Outcome.GIVEN_BACK]
            if back and batch.undone_at:
                changes = [self._change(one.field, one.new, one.old) for one in back]
                action = _("Trả lại giá trị trước khi nhập")
                entries.append(self._entry(batch, batch.undone_at, batch.undone_by, action, changes))
        return entries

    def _entry(self, batch: ImportBatch, at: datetime, who: User | None, action: str, changes: list[Change]) -> Entry:
        is_own = batch.unit_id in self.scope
        return Entry(at, str(who if is_own else OTHER_UNIT), action, "database-import", changes=changes)

    def _change(self, name: str, old: str | None, new: str | None) -> Change:
        return Change(field_label(Enterprise._meta.label_lower, name), self.word(name, old), self.word(name, new))

    def word(self, name: str, value: str | None) -> str:
        """A kept value, which is the text of what stood in the column, as a reader should see it."""
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
