"""What became of a row: the audit says who, why, before and after; imports keep what they wrote over. An import leaves
no row of the audit for each of its rows: that it brought one, or took it back, the row itself says.

Of what another unit did, only what and when: its people, reasons, notes and files are its own.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent, on
from apps.audit.registry import action_label, field_label
from apps.audit.selectors import Change, changes_of, who_did
from apps.core.templatetags.ui import NO_DATA, number, vn_date
from apps.exchange.audited import OF_ITS_ROWS
from apps.exchange.models import ImportBatch, Overwritten
from apps.organisations.fields import unit_names
from apps.people.rights import units_with
from apps.registers.audited import ACTIONS
from apps.registers.columns import Column, Kind, Words
from apps.registers.declaration import Register
from apps.registers.models import RegisterMerge, RegisterRow
from apps.registers.recorded import item_word, label_of

OTHER_UNIT = gettext_lazy("Đơn vị khác")
# Their before or after is all that the row said.
WHOLE = {"register.withdrawn", "register.restored", "register.merged_away", "programme_event.withdrawn"}
Actions = Mapping[str, tuple[Words, str]]  # audit action: what a reader calls it, and its icon
Wording = Callable[[str, str | None], str]  # field, kept value: as a reader should see it


@dataclass
class Entry:
    at: datetime
    who: str
    action: str
    icon: str
    target: str = ""
    url: str = ""  # for whoever may read it there: the row of the audit, which says from where as well, or the import
    reason: str = ""
    changes: list[Change] = field(default_factory=list)


def hanging_on(model: Any) -> Callable[[str], Q]:
    """Which rows of the audit tell what became of a row beside those on itself: `audited`, `imported` and `brought` say
    the same on its page.
    """
    return lambda key: on(model._meta.label_lower, merged_into(model, key)) | of_files(model, [key])


def merged_into(model: Any, key: str) -> list[int]:
    merges = RegisterMerge.objects.filter(kind=model._meta.label_lower, kept_id=int(key), undone_at__isnull=True)
    return list(merges.values_list("gone_id", flat=True))


def of_files(model: Any, keys: Collection[Any]) -> Q:
    """The acts on the imports that brought these rows, had them again or wrote over them."""
    rows, versions = model._default_manager.filter(pk__in=keys), model.pgh_event_model.objects.filter(pgh_obj__in=keys)
    kept = Overwritten.objects.of(model).filter(row_id__in=[str(key) for key in keys])
    batches = {pk for found in (rows, versions, kept) for pk in found.order_by().values_list("batch_id", flat=True)}
    return on(ImportBatch._meta.label_lower, batches - {None}) & Q(action__in=OF_ITS_ROWS)


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def audited(
    rows: Iterable[Any], actions: Actions, scope: UnitScope, audit_scope: UnitScope | None, *, parts: str = ""
) -> list[Entry]:
    """What was done to the rows by hand; those of the kind `parts` are named, the others are what the page shows. On
    the page of the whole a part goes by its own name alone.
    """
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        kind = row._meta.label_lower
        names[kind][str(row.pk)] = str(row) if kind == parts else ""
    if not names:
        return []
    wanted = reduce(or_, (on(kind, keys) for kind, keys in names.items()))
    events = AuditEvent.objects.filter(wanted).with_people().order_by("id")
    return [_audited(event, actions, scope, audit_scope, names[event.target_type][event.target_id]) for event in events]


def _audited(event: AuditEvent, actions: Actions, scope: UnitScope, audit_scope: UnitScope | None, name: str) -> Entry:
    label, icon = actions.get(event.action) or (action_label(event.action), "file-text")  # another app's: its files
    entry = Entry(event.at, str(OTHER_UNIT), str(label), icon, target=name)
    if audit_scope is not None and event.unit in audit_scope:
        entry.url = event.get_absolute_url()
    if event.unit in scope:
        entry.who, entry.reason = who_did(event), event.reason
        # Of something new, gone or back all is on the page beside.
        entry.changes = changes_of(event) if event.before and event.action not in WHOLE else []
    return entry


@dataclass(frozen=True)
class FileSight:
    """Whose imports a person is told of: by whom and why those of `units`, with the file those of `opened`."""

    units: UnitScope
    opened: UnitScope

    def tells_of(self, batch: ImportBatch) -> bool:
        """Whether by whom and why is theirs to know."""
        return batch.unit_id in self.units or batch.unit_id in self.opened

    def tells_of_withdrawal(self, row: Any) -> bool:
        """Whether who withdrew the row, and why, is theirs to know: it is not of another unit's import undone."""
        return not went_with_its_file(row) or self.tells_of(row.batch)

    def entry(self, batch: ImportBatch, at: datetime, who: User | None, words: tuple[str, str], **told: Any) -> Entry:
        """`words`: what was done, without the file and with «%(name)s»."""
        entry = Entry(at, str(OTHER_UNIT), words[0], "database-import", **told)
        if batch.unit_id in self.opened:
            entry.action, entry.url = words[1] % {"name": batch.filename}, batch.get_absolute_url()
        if self.tells_of(batch):
            entry.who = str(who)
        else:
            entry.reason = ""
        return entry


def file_sight(register: Register, user: User) -> FileSight:
    return FileSight(units_with(user, register.permission("view")), units_with(user, "exchange.view_importbatch"))


def imported(row: Model, sight: FileSight, word: Wording) -> list[Entry]:
    """What imports wrote over, and what their undoing gave back."""
    kept = Overwritten.objects.of(type(row)).filter(row_id=str(row.pk)).order_by("id")
    by_batch: dict[ImportBatch, list[Overwritten]] = defaultdict(list)
    for one in kept.select_related("batch__confirmed_by", "batch__undone_by"):
        by_batch[one.batch].append(one)
    entries = []
    for batch, values in by_batch.items():
        changes = [_change(one, one.old, one.new, word) for one in values]
        words = _("Cập nhật theo tệp nhập"), _("Cập nhật theo tệp “%(name)s”")
        entries.append(sight.entry(batch, values[0].at, batch.confirmed_by, words, changes=changes))
        back = [one for one in values if one.outcome == Overwritten.Outcome.GIVEN_BACK]
        if back and batch.undone_at:
            told = {"changes": [_change(one, one.new, one.old, word) for one in back], "reason": batch.undo_reason}
            words = _("Trả lại giá trị trước khi nhập"), _("Trả lại giá trị trước khi nhập tệp “%(name)s”")
            entries.append(sight.entry(batch, batch.undone_at, batch.undone_by, words, **told))
    return entries


def went_with_its_file(row: Any) -> bool:
    """Whether the row was withdrawn because its import was undone, not by somebody's hand."""
    batch = row.batch
    if batch is None or row.withdrawn_at is None or batch.undone_at is None or row.withdrawn_at < batch.undone_at:
        return False
    return (row.withdrawn_by_id, row.withdrawn_reason) == (batch.undone_by_id, batch.undo_reason)


def brought(row: RegisterRow, sight: FileSight) -> list[Entry]:
    """That the row came by a file, and that it went when the file was undone."""
    entries = []
    for at, batch in enumerate(_files_of(row)):
        words = _("Nhập từ tệp Excel"), _("Nhập từ tệp “%(name)s”")
        if at:  # it found the row in the register, which stands on it since the one before was undone
            words = _("Có lại trong một tệp nhập sau"), _("Có lại trong tệp “%(name)s”")
        entries.append(sight.entry(batch, batch.written_at or row.created_at, batch.confirmed_by, words))
    if row.batch and row.withdrawn_at and went_with_its_file(row):
        words = _("Rút khỏi sổ do hoàn tác lần nhập"), _("Rút khỏi sổ do hoàn tác lần nhập tệp “%(name)s”")
        told = {"reason": row.withdrawn_reason}
        entries.append(sight.entry(row.batch, row.withdrawn_at, row.withdrawn_by, words, **told))
    return entries


def _files_of(row: RegisterRow) -> list[ImportBatch]:
    """The file that brought the row, and those that kept it when the one before was undone: these only its versions
    know.
    """
    if row.batch is None:
        return []
    model: Any = type(row)
    versions = model.pgh_event_model.objects.filter(pgh_obj=row.pk).values("batch_id")
    earlier = ImportBatch.objects.filter(pk__in=versions).exclude(pk=row.batch_id)
    return [*earlier.select_related("confirmed_by").order_by("written_at", "id"), row.batch]


def _change(one: Overwritten, old: str | None, new: str | None, word: Wording) -> Change:
    return Change(field_label(one.kind, one.field), word(one.field, old), word(one.field, new))


def history_of(
    register: Register, row: RegisterRow, user: User, sight: FileSight, merged: Collection[int]
) -> list[Entry]:
    """All that was done to a row of a declared register, latest first; and to the rows that were merged into it."""
    scope = units_with(user, register.permission("view"))
    audit_scope = units_with(user, "audit.view_auditevent")
    told = imported(row, sight, lambda name, kept: word_of(register, name, kept))
    done = [
        *audited([row], ACTIONS, scope, audit_scope),
        *audited(found(register.model, merged), ACTIONS, scope, audit_scope, parts=register.kind),
    ]
    return newest_first([*brought(row, sight), *done, *told])


def found(model: Any, keys: Collection[int]) -> list[Any]:
    """No query where there are none."""
    return list(model._default_manager.filter(pk__in=keys)) if keys else []


def word_of(register: Register, stored: str, kept: str | None) -> str:
    """A kept value, which is the text of what stood in the column."""
    return _word(next(column for column in register.columns if column.stored == stored), kept)


def _word(column: Column, kept: str | None) -> str:
    if not kept:
        return NO_DATA
    if column.kind == Kind.CODE:
        return column.hide(kept)
    if column.kind == Kind.DAY:
        return vn_date(column.field.to_python(kept))
    if column.kind == Kind.NUMBER and not column.is_year:
        return number(kept)
    if column.kind == Kind.CHOICE:
        return str(dict(column.choices).get(kept, kept))
    if column.kind == Kind.UNIT:
        return unit_names().get(kept, kept)
    if column.kind == Kind.ITEM:
        return item_word(column, kept)
    if column.kind in (Kind.ACT, Kind.ROW):
        named = column.field.related_model._default_manager.filter(pk=kept).first()
        return (label_of(named) if column.kind == Kind.ROW else str(named)) if named else NO_DATA
    return kept
