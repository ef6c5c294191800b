"""Two records of one thing become one, and are parted again.

What hangs on the one that goes moves to the one that stays; what moved and what was written over is kept
(RegisterMerge), so that parting gives everything back. A preview is the merge itself, rolled back: what it says is what
happens.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.wall import wall_open
from apps.people.rights import units_with
from apps.registers.changing import needed, refuse_stale
from apps.registers.columns import Words
from apps.registers.declaration import register_of_model
from apps.registers.merging.subject import Hanging, Subject, subject_of, subject_of_record
from apps.registers.models import RegisterMerge, RegisterRow
from apps.registers.recorded import differences, said
from apps.targets.services import request_recompute

NAMED = 10  # clashes that are named one by one


@dataclass(frozen=True)
class Moving:
    noun: Words
    count: int


@dataclass(frozen=True)
class Clash:
    """`url`: where it is settled; none where the row is out of the person's sight."""

    words: str
    url: str = ""


@dataclass
class Preview:
    moving: list[Moving] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.clashes and not self.refused


def differing(subject: Subject, kept: Any, gone: Any) -> list[Any]:
    """What the two say otherwise."""
    return [one for one in subject.facets if one.values(kept) != one.values(gone)]


def taken_by_default(subject: Subject, kept: Any, gone: Any) -> set[str]:
    """What the record that stays does not know and the other one does."""
    return {one.name for one in differing(subject, kept, gone) if one.is_empty(kept)}


@wall_open("rows of other units may hang on the records that become one")
def rehearse(subject: Subject, kept: Any, gone: Any, taken: Collection[str], *, by: User) -> Preview:
    """What merging them would do, and why it cannot be."""
    preview = Preview()
    with transaction.atomic():
        try:
            _merge(subject, kept, gone, taken, "–", by, preview)
        except ValidationError as refusal:
            preview.refused = [] if preview.clashes else refusal.messages
        transaction.set_rollback(True)
    return preview


@wall_open("rows of other units may hang on the records that become one")
@transaction.atomic
def merge_rows(
    kept: Any,
    gone: Any,
    taken: Collection[str],
    reason: str,
    *,
    by: User,
    seen: tuple[datetime.datetime | None, datetime.datetime | None] = (None, None),
) -> RegisterMerge:
    """Make one record of two. `taken`: the facets of which the value of the one that goes stays.

    `seen`: the `updated_at` of both as the person saw them.
    """
    subject = subject_of_record(kept)
    if subject is None or not isinstance(gone, subject.model):
        raise ValidationError(_("Hai bản ghi không cùng một sổ."), code="other_register")
    reason = needed(reason)
    for row, moment in zip(_held(subject, kept.pk, gone.pk), seen, strict=True):
        refuse_stale(row, moment)
    merge, before, after, gone = _merge(subject, kept, gone, taken, reason, by, Preview())
    old, new = differences(before, after)
    kept = subject.model._default_manager.get(pk=merge.kept_id)
    record(
        "register.merged", target=kept, by=by, unit=subject.home(kept), reason=reason, before=old, after=new,
        merged=merge.gone_label,
    )  # fmt: skip
    stays = subject.label(kept)
    record(
        "register.merged_away", target=gone, by=by, unit=subject.home(gone), reason=reason, before=subject.said(gone),
        merged=stays,
    )  # fmt: skip
    _record_moved(merge, by)
    _recount(subject, by)
    return merge


@wall_open("rows of other units may hang on the records that become one")
@transaction.atomic
def part_rows(merge: RegisterMerge, reason: str, *, by: User) -> RegisterMerge:
    """Part what was merged: both records stand again as before, each with what hung on it."""
    merge = RegisterMerge.objects.select_for_update().get(pk=merge.pk)
    subject = _subject_of_merge(merge)
    reason = needed(reason)
    kept, gone = _held(subject, merge.kept_id, merge.gone_id)
    if why := why_not_parted(subject, merge, kept, gone, by):
        raise ValidationError(why, code="not_parted")
    before = subject.said(kept)
    _give_back(kept, merge.former)
    for name in (*subject.withdrawn_with, "merged_into"):
        setattr(gone, name, "" if name == "withdrawn_reason" else None)
    try:
        with transaction.atomic():
            kept.save(update_fields=[*merge.former, "updated_at"])
            gone.save(update_fields=[*subject.withdrawn_with, "merged_into", "updated_at"])
            for one in merge.moved:
                _move_back(one)
    except IntegrityError:
        twin = _("Trong sổ đã có dòng trùng với dòng phải trả lại. Rút dòng đó trước, rồi tách lại.")
        raise ValidationError(twin, code="unique") from None
    subject.moved([kept, gone])
    for row in (kept, gone):
        subject.check(row, by)
    merge.undone_at, merge.undone_by, merge.undo_reason = timezone.now(), by, reason
    merge.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    old, new = differences(before, subject.said(kept))
    record("register.parted", target=kept, by=by, unit=subject.home(kept), reason=reason, before=old, after=new)
    record("register.parted", target=gone, by=by, unit=subject.home(gone), reason=reason, after=subject.said(gone))
    _record_moved(merge, by, is_back=True)
    _recount(subject, by)
    return merge


def why_not_parted(subject: Subject, merge: RegisterMerge, kept: Any, gone: Any, by: User) -> str:
    """Nothing where it may be."""
    scope = units_with(by, subject.permission)
    if subject.home(kept) not in scope or subject.home(gone) not in scope:
        return _("Ngoài phạm vi đơn vị bạn được sửa.")
    if merge.undone_at is not None:
        return _("Hai bản ghi đã được tách lại.")
    days = settings.REGISTER_PARTING_DAYS
    if timezone.now() > merge.merged_at + datetime.timedelta(days=days):
        return _("Đã quá %(days)s ngày kể từ khi gộp.") % {"days": days}
    if (kept.updated_at, gone.updated_at) != (merge.kept_left_at, merge.gone_left_at) or kept.withdrawn_at is not None:
        return _("Bản ghi đã được sửa, rút hoặc gộp tiếp sau lần gộp này.")
    batch = gone.batch
    if batch is not None and batch.undone_at is not None and batch.undone_at > merge.merged_at:
        return _("Lần nhập đưa vào bản ghi được gộp đã được hoàn tác sau đó.")
    return ""


def _subject_of_merge(merge: RegisterMerge) -> Subject:
    subject = subject_of(merge.slug)
    if subject is None:
        raise ValidationError(_("Sổ này không còn."), code="other_register")
    return subject


def _held(subject: Subject, *keys: int) -> list[Any]:
    """In the order of their keys, whichever of them stays: two people who merge the same two wait for each other."""
    rows = subject.model._default_manager.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [found[key] for key in keys]


def _merge(
    subject: Subject, kept: Any, gone: Any, taken: Collection[str], reason: str, by: User, preview: Preview
) -> tuple[RegisterMerge, dict[str, Any], dict[str, Any], Any]:
    kept, gone = _held(subject, kept.pk, gone.pk)
    _refuse(subject, kept, gone, by)
    was, before = subject.model._default_manager.get(pk=kept.pk), subject.said(kept)
    stored = [name for one in differing(subject, kept, gone) if one.name in taken for name in one.stored]
    former = {name: _text(kept, name) for name in stored}
    taken_values = {name: getattr(gone, name) for name in stored}
    label = subject.label(kept)
    _withdraw(subject, gone, kept, _("Gộp vào %(kept)s") % {"kept": label}, by)
    for name, value in taken_values.items():
        setattr(kept, name, value)
    subject.check(kept, by)
    kept.save(update_fields=[*stored, "updated_at"])
    hanging = subject.hanging(was, gone, kept)
    counts: Counter[Words] = Counter()
    for one in hanging:
        counts[one.noun] += one.rows().count()
    preview.moving = [Moving(noun, count) for noun, count in counts.items() if count]
    preview.clashes = [clash for one in hanging for clash in _clashes(one, by)]
    if preview.clashes:
        raise ValidationError([clash.words for clash in preview.clashes], code="clash")
    moved = _moved(hanging)
    subject.moved([kept, gone])
    merge = RegisterMerge.objects.create(
        kind=subject.kind, slug=subject.slug, kept_id=kept.pk, gone_id=gone.pk, gone_label=subject.label(gone)[:400],
        former=former, moved=moved, kept_left_at=kept.updated_at, gone_left_at=gone.updated_at, merged_by=by,
        reason=reason,
    )  # fmt: skip
    return merge, before, subject.said(kept), gone


def _refuse(subject: Subject, kept: Any, gone: Any, by: User) -> None:
    if kept.pk == gone.pk:
        raise ValidationError(_("Chọn hai bản ghi khác nhau."), code="same")
    scope = units_with(by, subject.permission)
    for row in (kept, gone):
        if row.withdrawn_at is not None:
            raise ValidationError(_("“%s” đã được rút khỏi sổ.") % subject.label(row), code="withdrawn")
        if subject.home(row) not in scope:
            raise ValidationError(_("“%s” ngoài phạm vi đơn vị bạn được sửa.") % subject.label(row), code="other_unit")
    if why := subject.apart(kept, gone):
        raise ValidationError(why, code="apart")


def _withdraw(subject: Subject, gone: Any, kept: Any, words: str, by: User) -> None:
    values = {"withdrawn_at": timezone.now(), "withdrawn_by": by, "withdrawn_reason": words[:300]}
    for name in subject.withdrawn_with:
        setattr(gone, name, values[name])
    gone.merged_into = kept
    gone.save(update_fields=[*subject.withdrawn_with, "merged_into", "updated_at"])


def _clashes(hanging: Hanging, by: User) -> list[Clash]:
    rows = list(hanging.clashes()[: NAMED + 1])
    if not rows:
        return []
    visible = hanging.model.objects.visible_to(by).filter(pk__in=[row.pk for row in rows])
    seen = set(visible.values_list("pk", flat=True))
    told = _("%(noun)s “%(name)s” có ở cả hai bản ghi. Rút hoặc sửa một trong hai trước.")
    hidden = _("%(noun)s của đơn vị khác có ở cả hai bản ghi. Đề nghị đơn vị đó rút hoặc sửa một trong hai trước.")
    found = [
        Clash(_capital(told % {"noun": hanging.noun, "name": row}), hanging.page(row))
        for row in rows[:NAMED]
        if row.pk in seen
    ]
    if len(found) < len(rows[:NAMED]):
        found.append(Clash(_capital(hidden % {"noun": hanging.noun})))
    return found


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _moved(hanging: Sequence[Hanging]) -> list[dict[str, Any]]:
    """Move the rows, each kind in one statement, and say what moved; what a row may not say then refuses all."""
    found = []
    try:
        with transaction.atomic():
            for one in hanging:
                if keys := list(one.rows().values_list("pk", flat=True)):
                    _write(one.model, keys, one.column, one.now)
                    found.append((one, keys))
    except IntegrityError:
        twin = _("Có dòng của hai bản ghi trùng nhau. Rút hoặc sửa một trong hai trước.")
        raise ValidationError(twin, code="clash") from None
    for one, keys in found:
        _check_moved(one, keys)
    return [
        {"model": one.model._meta.label_lower, "column": one.column, "was": one.was, "now": one.now, "ids": keys}
        for one, keys in found
    ]


def _check_moved(hanging: Hanging, keys: Sequence[int]) -> None:
    """Only where the rows are held to more than the table holds them to."""
    register = hanging.register
    if register is None or "clean" not in vars(register.model):
        return
    for row in register.model._default_manager.filter(pk__in=keys, withdrawn_at=None).order_by("pk"):
        try:
            row.clean()
        except ValidationError as refusal:
            named = f"{_capital(str(register.noun))} “{row}”: "
            raise ValidationError([named + words for words in refusal.messages], code="clash") from None


def _write(model: Any, keys: Sequence[int], column: str, value: Any) -> None:
    more = {"updated_at": timezone.now()} if any(one.name == "updated_at" for one in model._meta.fields) else {}
    model._default_manager.filter(pk__in=keys).update(**{column: value}, **more)


def _move_back(moved: dict[str, Any]) -> None:
    """Those that nobody has moved on since."""
    model: Any = apps.get_model(moved["model"])
    still = model._default_manager.filter(pk__in=moved["ids"], **{moved["column"]: moved["now"]})
    _write(model, list(still.values_list("pk", flat=True)), moved["column"], moved["was"])


def _text(row: Any, name: str) -> str | None:
    value = getattr(row, name)
    return None if value is None else str(value)


def _give_back(row: Any, former: dict[str, str | None]) -> None:
    fields = {field.attname: field for field in row._meta.concrete_fields}
    for name, text in former.items():
        field = fields[name]
        setattr(row, name, None if text is None else getattr(field, "target_field", field).to_python(text))


def _record_moved(merge: RegisterMerge, by: User, *, is_back: bool = False) -> None:
    """Rows of other registers are told in their own history as well: what they hang on is another record now."""
    for one in merge.moved:
        model: Any = apps.get_model(one["model"])
        if not issubclass(model, RegisterRow):
            continue
        register = register_of_model(model)
        column = next(column for column in register.columns if column.field.attname == one["column"])
        for row in model._default_manager.filter(pk__in=one["ids"]):
            after = said(register, row)[column.name]
            setattr(row, one["column"], one["now"] if is_back else one["was"])
            before = said(register, row)[column.name]
            record(
                "register.moved", target=row, by=by, unit=row.home_id, reason=merge.undo_reason or merge.reason,
                before={column.name: before}, after={column.name: after},
            )  # fmt: skip


def _recount(subject: Subject, by: User) -> None:
    for source in subject.sources():
        request_recompute(source, by=by)
