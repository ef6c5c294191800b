"""Amounts written, variances explained and accepted. Each one transaction, with its audit row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.kept_words import in_vietnamese
from apps.core.text import clean_text
from apps.funding.entering import ahead_words, investment_words, refuse_stage, refuse_stranger
from apps.funding.models import VarianceExplanation
from apps.funding.selectors.cells import cells, variant
from apps.registers.changing import refusal
from apps.tasks import moving
from apps.tasks.acting import need
from apps.tasks.amounts import said
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage
from apps.tasks.services.moves import held
from apps.tasks.services.recording import touch

SPENT = (Stage.DISBURSED, Stage.SETTLED)
Key = tuple[str, int, str]  # stage, year, source


@dataclass(frozen=True)
class Entry:
    """One amount to be written, in đồng; None: there is no figure any more. `seen`: what the person looked at."""

    year: int
    source: str
    stage: str
    amount: int | None
    seen: int | None = None
    looked: bool = False  # whether `seen` was said at all

    @property
    def key(self) -> Key:
        return self.stage, self.year, self.source


def field_of(stage: str, year: int, source: str) -> str:
    """What a form, and an error at it, calls the amount."""
    return f"{stage}-{year}-{source}"


def name_of(stage: str, year: int, source: str) -> str:
    """«Giải ngân 2026, Ngân sách địa phương»."""
    return f"{Stage(stage).label} {year}, {Source(source).label}"


@transaction.atomic
def write_amounts(task: PlanTask, entries: Iterable[Entry], *, by: User) -> int:
    """Write what differs and return how many; all or nothing, and every refusal at its own amount."""
    task = held(task)
    refuse_stranger(task, by)
    lines = {(row.stage, row.year, row.source): row for row in task.budget.select_for_update(of=("self",))}
    changes = [one for one in entries if _now(lines.get(one.key)) != one.amount]
    for stage in dict.fromkeys(one.stage for one in changes):
        refuse_stage(task, stage, by)
    errors: dict[str, ValidationError] = {}
    for one in changes:
        try:
            _check(task, one, lines.get(one.key))
        except ValidationError as wrong:
            errors[field_of(*one.key)] = wrong
    if errors:
        raise ValidationError(errors)
    before: dict[str, int | None] = {}
    after: dict[str, int | None] = {}
    for one in changes:
        line = lines.get(one.key)
        with in_vietnamese():
            name = name_of(*one.key)
        before[name], after[name] = _now(line), one.amount
        _keep(task, one, line, by)
    if any(one.stage == Stage.PLANNED for one in changes):  # it is what is decided on
        task.version += 1
        task.save(update_fields=["version", "updated_at"])
    elif changes:
        touch(task)
    if changes:
        record("funding.changed", target=task, by=by, unit=task.lead_unit_id, before=before, after=after)
    return len(changes)


def _now(line: BudgetLine | None) -> int | None:
    return line.amount if line else None


def _check(task: PlanTask, entry: Entry, line: BudgetLine | None) -> None:
    now = _now(line)
    if entry.looked and entry.seen != now:
        who = line.entered_by if line else None
        words = _("Ô này vừa được %(who)s sửa thành %(now)s. Nhập lại nếu vẫn phải ghi %(wanted)s.")
        told = {"who": who or _("người khác"), "now": said(now), "wanted": said(entry.amount)}
        raise ValidationError(words % told, code="stale")
    if entry.amount is None:
        return
    if wrong := investment_words(task.framework_item, entry.source):
        raise ValidationError(wrong, code="investment")
    if entry.stage in SPENT and entry.year > timezone.localdate().year:
        raise ValidationError(ahead_words(entry.year), code="ahead")


def _keep(task: PlanTask, entry: Entry, line: BudgetLine | None, by: User) -> None:
    if entry.amount is None:
        if line is not None:
            line.delete()
        return
    row = line or BudgetLine(task=task, year=entry.year, source=entry.source, stage=entry.stage)
    row.amount, row.entered_by, row.batch = entry.amount, by, None
    row.full_clean(exclude=["task"])
    row.save()


@transaction.atomic
def explain_variance(task: PlanTask, year: int, source: str, text: str, *, by: User) -> VarianceExplanation:
    """Say why it was spent otherwise than planned; said anew it waits anew to be accepted."""
    task = held(task)
    need(by, moving.PREPARE, task)
    cell = _variant_cell(task, year, source)
    row = task.variances.select_for_update(of=("self",)).filter(year=year, source=source).first()
    row = row or VarianceExplanation(task=task, year=year, source=source)
    before = row.text or None
    row.text = clean_text(text, multiline=True)
    if not row.text:
        raise refusal("text", _("Nhập lý do chênh lệch."), "required")
    row.planned, row.disbursed = cell.planned or 0, cell.disbursed
    row.explained_by, row.explained_at = by, timezone.now()
    row.accepted_by = row.accepted_at = None
    row.full_clean(exclude=["task"])
    row.save()
    record("funding.variance_explained", target=task, by=by, unit=task.lead_unit_id, reason=row.text,
           before={"text": before} if before else None, after={"text": row.text}, **_told(row))  # fmt: skip
    return row


@transaction.atomic
def accept_variance(explanation: VarianceExplanation, *, by: User) -> VarianceExplanation:
    """By the side that approved the task; by another person than the one who explained."""
    task = held(explanation.task)
    need(by, moving.APPRAISE, task)
    row = VarianceExplanation.objects.select_for_update(of=("self",)).get(pk=explanation.pk)
    if row.accepted_at is not None:
        raise ValidationError(_("Giải trình này đã được chấp nhận."), code="wrong_state")
    if row.explained_by_id == by.pk:
        raise ValidationError(_("Bạn là người giải trình: người khác phải chấp nhận."), code="same_person")
    cell = _variant_cell(task, row.year, row.source)
    if (cell.planned or 0, cell.disbursed) != (row.planned, row.disbursed):
        words = _("Số tiền đã thay đổi sau khi giải trình. Đề nghị đơn vị giải trình lại.")
        raise ValidationError(words, code="stale")
    row.accepted_by, row.accepted_at = by, timezone.now()
    row.save(update_fields=["accepted_by", "accepted_at"])
    record("funding.variance_accepted", target=task, by=by, unit=task.approving_unit_id, **_told(row))
    return row


def _variant_cell(task: PlanTask, year: int, source: str) -> Any:
    found = variant(cells(task.budget.filter(year=year, source=source))).first()
    if found is None:
        words = _("Khoản này không chênh lệch quá ngưỡng phải giải trình.")
        raise ValidationError(words, code="no_variance")
    return found


@in_vietnamese()
def _told(row: VarianceExplanation) -> dict[str, Any]:
    return {"budget": f"{row.year}, {row.get_source_display()}", "planned": row.planned, "disbursed": row.disbursed}
