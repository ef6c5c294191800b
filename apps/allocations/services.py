"""Verbs of an allocation. Each one transaction, with its audit row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.allocations.amounts import refuse_odd
from apps.allocations.dividing import NOTHING, divided, quantum
from apps.allocations.models import Allocation, AllocationComment, AllocationLine, Portion
from apps.allocations.selectors import ground_of, suggestion
from apps.audit.services import record
from apps.core.moves import Move, find, go, hold, move_from
from apps.core.reasons import needed_reason
from apps.core.templatetags.ui import number
from apps.core.text import clean_text
from apps.documents.models import LegalDocument
from apps.jobs.services import enqueue
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.targets.divisions import DIVISIONS
from apps.targets.models import Indicator, Target

State = Allocation.State


@dataclass(frozen=True)
class Entry:
    """A number to be written for a unit: of one year, or (None) of the whole span, then divided over its years."""

    unit: str
    year: int | None
    amount: Decimal | None
    seen: Decimal | None = None
    looked: bool = False  # whether `seen` was said at all

    @property
    def field(self) -> str:
        return field_of(self.unit, self.year)


def field_of(unit: str, year: int | None) -> str:
    """What a form, a file and an error at it call the number."""
    return unit if year is None else f"{unit}.{year}"


def _need(by: User, verb: str) -> Move:
    move = find(Allocation, verb)[0]
    if not by.has_perm(move.permission):
        raise PermissionDenied
    return move


def _held(allocation: Allocation, verb: str, by: User, seen: datetime | None = None) -> tuple[Allocation, Move]:
    """`seen`: when it had last changed as the person looked at it; what was changed since nobody proposes or approves
    unread.
    """
    _need(by, verb)
    rows = Allocation.objects.select_for_update(of=("self",)).select_related("indicator", "document")
    allocation, move = hold(allocation, verb, rows)
    if seen is not None and seen != allocation.updated_at:
        words = _("Dự thảo vừa được người khác sửa lúc %(moment)s. Mở lại trang để xem rồi làm tiếp.")
        told = {"moment": f"{timezone.localtime(allocation.updated_at):%H:%M %d/%m/%Y}"}
        raise ValidationError(words, code="stale", params=told)
    return allocation, move


def _moved(allocation: Allocation, move: Move, by: User, *fields: str) -> None:
    changed = go(allocation, move, by=by)
    allocation.full_clean()
    allocation.save(update_fields=[*changed, *fields, "updated_at"])


def _tell(allocation: Allocation, move: Move, by: User) -> None:
    """Whom it concerns hears of it; sent anew it is another event."""
    event = f"allocation:{allocation.pk}:{move.verb}:{getattr(allocation, move.when):%Y%m%d%H%M%S%f}"
    enqueue("allocations.tell_moved", allocation_id=allocation.pk, verb=move.verb, event=event, by_id=by.pk)


@transaction.atomic
def draft_allocation(
    indicator: Indicator, first_year: int, last_year: int, *, by: User, units_on: date | None = None,
    like: Allocation | None = None,
) -> Allocation:  # fmt: skip
    """The next version. An open one that was not put before a leader makes room for it; `like`: whose numbers it begins
    with.
    """
    move = _need(by, "draft")
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if indicator.code not in DIVISIONS:
        words = _("%(code)s không giao cho đơn vị: là mục tiêu chung của toàn quốc.")
        raise ValidationError({"indicator": ValidationError(words, code="national", params={"code": indicator.code})})
    before = list(Allocation.objects.select_for_update().filter(indicator=indicator).exclude(state=State.SUPERSEDED))
    _check_span(indicator, last_year, before)
    for one in before:
        if one.state in (State.DRAFT, State.OUT_FOR_COMMENT):
            supersede(one, by=by)
    newest = Allocation.objects.filter(indicator=indicator).aggregate(newest=Max("version"))["newest"] or 0
    allocation = Allocation(
        indicator=indicator, version=newest + 1, first_year=first_year, last_year=last_year,
        units_on=units_on or timezone.localdate(),
    )  # fmt: skip
    go(allocation, move, by=by)
    allocation.full_clean()
    allocation.save()
    _make_lines(allocation, like)
    after: dict[str, Any] = {"version": allocation.version, "years": f"{first_year}–{last_year}"}
    record(move.audit, target=allocation, by=by, after=after)
    return allocation


def _check_span(indicator: Indicator, last_year: int, before: Iterable[Allocation]) -> None:
    if not Target.objects.filter(indicator=indicator, unit=None, year=last_year).exists():
        words = _("Chưa có mục tiêu toàn quốc năm %(year)s của %(code)s: giai đoạn phải kết thúc ở năm có mục tiêu.")
        raise _at("last_year", words % {"year": last_year, "code": indicator.code}, "no_goal")
    for one in before:
        if one.state == State.PROPOSED:
            words = _("Phiên bản %(version)s đang chờ phê duyệt. Lập dự thảo mới sau khi lãnh đạo quyết định.")
            raise ValidationError(words % {"version": one.version}, code="proposed")
        if one.state == State.APPROVED and one.first_year <= last_year < one.last_year:
            words = _("Phiên bản %(version)s đã giao đến năm %(year)s: giai đoạn mới phải đến hết năm đó.")
            raise _at("last_year", words % {"version": one.version, "year": one.last_year}, "shorter")


def _at(field: str, words: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(words, code=code)})


def _make_lines(allocation: Allocation, like: Allocation | None) -> None:
    units = OrganisationUnit.objects.valid_on(allocation.units_on).filter(allocation.division.units).order_by("id")
    portions = Portion.objects.bulk_create(
        [Portion(allocation=allocation, unit=unit, is_beside=unit.kind in allocation.division.beside) for unit in units]
    )
    known = AllocationLine.objects.filter(portion__allocation=like) if like else AllocationLine.objects.none()
    amounts = {(unit, year): amount for unit, year, amount in known.values_list("portion__unit", "year", "amount")}
    AllocationLine.objects.bulk_create(
        [
            AllocationLine(portion=portion, year=year, amount=amounts.get((portion.unit_id, year)))
            for portion in portions
            for year in allocation.years
        ]
    )


@transaction.atomic
def write_amounts(allocation: Allocation, entries: Iterable[Entry], *, by: User) -> int:
    """Write what differs and return of how many units and years; all or nothing, and every refusal at its number."""
    allocation, move = _held(allocation, "fill", by)
    lines = _lines_of(allocation)
    weights = list(ground_of(allocation).needs.values())
    errors: dict[str, ValidationError] = {}
    wanted: dict[int, Decimal | None] = {}
    for entry in entries:
        own = lines.get(entry.unit, {})
        asked = list(own.values()) if entry.year is None else [own[entry.year]] if entry.year in own else []
        try:
            _check(entry, asked, allocation.indicator.decimals)
        except ValidationError as refusal:
            errors[entry.field] = refusal
            continue
        if _sum(asked) != entry.amount or entry.amount is None:
            wanted |= dict(zip((one.pk for one in asked), _spread(entry, asked, weights, allocation), strict=True))
    if errors:
        raise ValidationError(errors)
    return _write(allocation, lines, wanted, move, by)


def _lines_of(allocation: Allocation) -> dict[str, dict[int, AllocationLine]]:
    """By unit and year, locked until the end of the transaction."""
    rows = AllocationLine.objects.select_for_update(of=("self",)).filter(portion__allocation=allocation)
    found: dict[str, dict[int, AllocationLine]] = {}
    for line in rows.select_related("portion").order_by("portion", "year"):
        found.setdefault(line.portion.unit_id, {})[line.year] = line
    return found


def _sum(lines: Sequence[AllocationLine]) -> Decimal | None:
    known = [line.amount for line in lines if line.amount is not None]
    return sum(known, NOTHING) if known else None


def _check(entry: Entry, lines: Sequence[AllocationLine], decimals: int) -> None:
    if not lines:
        raise ValidationError(_("Đơn vị hoặc năm này không có trong bảng giao."), code="unknown")
    if entry.looked and entry.seen != _sum(lines):
        words = _("Ô này vừa được người khác sửa thành %(now)s. Nhập lại nếu vẫn phải ghi %(wanted)s.")
        told = {"now": number(_sum(lines), decimals), "wanted": number(entry.amount, decimals)}
        raise ValidationError(words % told, code="stale")
    if entry.amount is not None:
        refuse_odd(entry.amount, decimals)


def _spread(
    entry: Entry, lines: Sequence[AllocationLine], weights: Sequence[Decimal], allocation: Allocation
) -> list[Decimal | None]:
    """Over the years as the nation's need lies; evenly where nothing is needed."""
    if entry.amount is None or entry.year is not None:
        return [entry.amount] * len(lines)
    step = quantum(allocation.indicator.decimals)
    return list(divided(entry.amount, weights if sum(weights) else [Decimal(1)] * len(lines), step))


def _write(
    allocation: Allocation, lines: Mapping[str, Mapping[int, AllocationLine]], wanted: Mapping[int, Decimal | None],
    move: Move, by: User,
) -> int:  # fmt: skip
    labels, before, after, changed = unit_labels(), {}, {}, []
    for unit, own in lines.items():
        for year, line in own.items():
            if line.pk in wanted and line.amount != wanted[line.pk]:
                name = f"{labels[unit].short_name} {year}"
                before[name], after[name], line.amount = line.amount, wanted[line.pk], wanted[line.pk]
                changed.append(line)
    if changed:
        AllocationLine.objects.bulk_update(changed, ["amount"])
        allocation.save(update_fields=["updated_at"])
        record(move.audit, target=allocation, by=by, before=_plain(before), after=_plain(after))
    return len(changed)


def _plain(amounts: Mapping[str, Decimal | None]) -> dict[str, str | None]:
    return {name: None if amount is None else f"{amount.normalize():f}" for name, amount in amounts.items()}


@transaction.atomic
def fill_by_share(allocation: Allocation, *, by: User, seen: datetime | None = None) -> int:
    """Write over every number that adds up what the shares suggest; the parts beside stay."""
    allocation, move = _held(allocation, "fill", by, seen)
    lines = _lines_of(allocation)
    wanted = {
        lines[unit][year].pk: amount
        for unit, years in suggestion(ground_of(allocation)).items()
        for year, amount in years.items()
    }
    return _write(allocation, lines, wanted, move, by)


@transaction.atomic
def circulate(allocation: Allocation, until: date, *, by: User, seen: datetime | None = None) -> Allocation:
    """Ask the units for their word until a day; sent anew the day is another, what was said stays."""
    allocation, move = _held(allocation, "circulate", by, seen)
    if until < timezone.localdate():
        raise _at("until", _("Hạn góp ý không được trước hôm nay."), "past")
    allocation.comments_until = until
    _moved(allocation, move, by, "comments_until")
    record(move.audit, target=allocation, by=by, after={"comments_until": until})
    _tell(allocation, move, by)
    return allocation


@transaction.atomic
def comment_portion(portion: Portion, *, wish: Decimal | None, text: str, by: User) -> AllocationComment:
    """A unit agrees (no wish) or wishes another number, and says why. Said anew, the later word stands."""
    allocation = Allocation.objects.select_for_update(of=("self",)).get(pk=portion.allocation_id)
    portion = Portion.objects.select_related("unit").get(pk=portion.pk)
    if portion.unit_id not in units_with(by, "allocations.add_allocationcomment"):
        raise PermissionDenied
    if not allocation.takes_comments:
        raise ValidationError(_("Dự thảo này không còn lấy ý kiến. Mở lại trang để xem trạng thái mới."), code="closed")
    comment = AllocationComment.objects.filter(portion=portion).first() or AllocationComment(portion=portion)
    comment.wish, comment.text, comment.said_by, comment.said_at = wish, clean_text(text), by, timezone.now()
    comment.full_clean()
    comment.save()
    record(
        "allocation.commented", target=allocation, by=by, unit=portion.unit_id, reason=comment.text,
        after={"wish": None if wish is None else str(wish)},
    )  # fmt: skip
    enqueue("allocations.tell_commented", unit=portion.unit_id, portion_id=portion.pk)
    return comment


@transaction.atomic
def propose(allocation: Allocation, *, by: User, seen: datetime | None = None) -> Allocation:
    """Put it before a leader. From here on what its lines add to is noted: later figures move nothing of it."""
    allocation, move = _held(allocation, "propose", by, seen)
    ground = ground_of(allocation)
    _refuse_gaps(allocation, _lines_of(allocation))
    portions = list(allocation.portions.all())
    for portion in portions:
        portion.base = ground.base_of(portion.unit_id)
    Portion.objects.bulk_update(portions, ["base"])
    allocation.base, allocation.base_year, allocation.goal = ground.base, ground.base_year, ground.goal
    _moved(allocation, move, by, "base", "base_year", "goal")
    record(
        move.audit, target=allocation, by=by,
        after={"base": ground.base, "base_year": ground.base_year, "goal": ground.goal},
    )  # fmt: skip
    _tell(allocation, move, by)
    return allocation


def _refuse_gaps(allocation: Allocation, lines: Mapping[str, Mapping[int, AllocationLine]]) -> None:
    """A unit has a number in every year or in none; one that was given a target before needs one, be it 0: else the
    former would go on.
    """
    bound = Target.objects.filter(indicator=allocation.indicator, year__in=allocation.years, unit__in=list(lines))
    needed, labels = set(bound.values_list("unit", flat=True)), unit_labels()
    given = {unit: [one.amount is not None for one in own.values()] for unit, own in lines.items()}
    partly = [unit for unit, known in given.items() if any(known) != all(known)]
    lost = [unit for unit, known in given.items() if not any(known) and unit in needed]
    if not any(all(known) for known in given.values()):
        raise ValidationError(_("Chưa đơn vị nào có số giao."), code="empty")
    if partly or lost:
        names = ", ".join(labels[unit].short_name for unit in sorted({*partly, *lost}, key=lambda u: labels[u].sort))
        words = _("Nhập đủ các năm (kể cả 0) cho: %(names)s.")
        raise ValidationError(words % {"names": names}, code="gaps")


@transaction.atomic
def return_for_revision(allocation: Allocation, reason: str, *, by: User, seen: datetime | None = None) -> Allocation:
    allocation, move = _held(allocation, "return_for_revision", by, seen)
    _refuse_own(allocation, by)
    allocation.returned_reason = needed_reason(reason)
    _moved(allocation, move, by, "returned_reason")
    record(move.audit, target=allocation, by=by, reason=allocation.returned_reason)
    _tell(allocation, move, by)
    return allocation


@transaction.atomic
def approve(allocation: Allocation, document: LegalDocument, *, by: User, seen: datetime | None = None) -> Allocation:
    """The act: every line becomes the target of its unit. What this version replaces is superseded."""
    Indicator.objects.select_for_update().get(pk=allocation.indicator_id)  # the same order as a new draft
    allocation, move = _held(allocation, "approve", by, seen)
    _refuse_own(allocation, by)
    issued = _issue_targets(allocation, document)
    allocation.document = document
    _moved(allocation, move, by, "document")
    record(move.audit, target=allocation, by=by, after={"document": document.number, "targets": issued})
    for older in Allocation.objects.filter(indicator=allocation.indicator, state=State.APPROVED):
        if older.pk != allocation.pk and older.last_year >= allocation.first_year:
            supersede(older, by=by)
    _tell(allocation, move, by)
    return allocation


def _issue_targets(allocation: Allocation, document: LegalDocument) -> int:
    rows = Target.objects.filter(indicator=allocation.indicator, year__in=allocation.years, unit__isnull=False)
    versions = {
        (unit, year): version
        for unit, year, version in rows.values_list("unit", "year").annotate(newest=Max("version")).order_by()
    }
    targets, lines = [], []
    for unit, own in _lines_of(allocation).items():
        level = next(iter(own.values())).portion.base
        for year, line in own.items():
            if line.amount is None or level is None:
                continue
            level += line.amount
            version = versions.get((unit, year), 0) + 1
            targets.append(
                Target(
                    indicator=allocation.indicator, year=year, unit_id=unit, value=level, legal_basis=document,
                    version=version,
                )
            )  # fmt: skip
            lines.append(line)
    for line, target in zip(lines, Target.objects.bulk_create(targets), strict=True):
        line.target = target
    AllocationLine.objects.bulk_update(lines, ["target"])
    return len(lines)


@transaction.atomic
def supersede(allocation: Allocation, *, by: User | None) -> None:
    """Another version takes its place; it stays readable."""
    allocation = Allocation.objects.select_for_update(of=("self",)).get(pk=allocation.pk)
    move = move_from(allocation, "supersede")
    if move is None:
        return
    before = allocation.state
    changed = go(allocation, move, by=by)
    allocation.save(update_fields=[*changed, "updated_at"])
    record(move.audit, target=allocation, by=by, before={"state": before}, after={"state": allocation.state})


def _refuse_own(allocation: Allocation, by: User) -> None:
    if allocation.proposed_by_id == by.pk:
        words = _("Người phê duyệt phải khác người trình. Chuyển cho lãnh đạo khác.")
        raise ValidationError(words, code="same_person")
