"""Everything that changes the enterprise register by hand and moves a figure."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.wall import wall_open
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.recorded import said
from apps.enterprises.rules import ACTIVITY_MESSAGE
from apps.enterprises.source import SOURCE
from apps.enterprises.tax_codes import CHECK_DIGIT_MESSAGE, clean_tax_code, has_valid_check_digit
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers.changing import Outcome, apply, each, needed, no_twin, refusal, refuse_stale
from apps.registers.recorded import differences
from apps.targets.services import request_recompute

COUNTED_BY = {"tax_code", "ownership", "industry", "industry_id"}  # what counts once, and breakdowns of the figures
TWIN = gettext_lazy("Chương trình này đã có giai đoạn đó vào cùng ngày, cùng địa bàn.")


def _check_place(unit: OrganisationUnit, on: datetime.date, *, by: User) -> None:
    if unit.kind != OrganisationUnit.Kind.PROVINCE or not unit.is_valid_on(on):
        wrong = _("Đơn vị không tồn tại vào ngày %(day)s. Chọn tỉnh, thành phố của ngày đó")
        raise refusal("unit", wrong % {"day": f"{on:%d/%m/%Y}"}, "unit_not_valid")
    if unit.pk not in units_with(by, "enterprises.add_programmeevent"):
        raise refusal("unit", _("Ngoài địa bàn bạn được nhập."), "other_unit")


def check_tax_code(enterprise: Enterprise) -> None:
    """Its shape, its check digit, and that no other enterprise has it; full_clean would say so at no field."""
    try:
        enterprise.tax_code = clean_tax_code(enterprise.tax_code, enterprise.ownership)
    except ValidationError as wrong:
        raise ValidationError({"tax_code": wrong}) from None
    if not has_valid_check_digit(enterprise.tax_code) and not enterprise.tax_code_reason:
        raise refusal("tax_code", _(CHECK_DIGIT_MESSAGE), "tax_code_check_digit")
    with wall_open("one enterprise, one tax code"):
        is_there = Enterprise.objects.live().filter(tax_code=enterprise.tax_code).exclude(pk=enterprise.pk).exists()
    if is_there:
        raise refusal("tax_code", _("Mã số thuế đã có trong sổ."), "unique")


def _check_activity(event: ProgrammeEvent) -> None:
    if event.activity and event.programme.form != AssuranceProgramme.Form.SERVED:
        raise refusal("activity", _(ACTIVITY_MESSAGE), "activity_of_other_form")


@transaction.atomic
def register_enterprise(enterprise: Enterprise, *, by: User) -> Enterprise:
    """Add an enterprise. It counts nowhere before its first event in force."""
    _check_place(enterprise.unit, enterprise.located_on, by=by)
    check_tax_code(enterprise)
    enterprise.full_clean(exclude={"tax_code"})
    with no_twin("tax_code", _("Mã số thuế đã có trong sổ.")):
        enterprise.save()
    record("enterprise.registered", target=enterprise, by=by, unit=enterprise.unit_id, after=said(enterprise))
    return enterprise


@transaction.atomic
def update_enterprise(
    enterprise: Enterprise, changes: dict[str, Any], *, by: User, seen: datetime.datetime | None = None
) -> Enterprise:
    """Change what the register says of the enterprise. The tax code says with whom it counts once; ownership and
    industry move figures of its breakdowns.

    `seen` is the `updated_at` that the person looked at: what somebody changed since is not overwritten.
    """
    enterprise = _locked(enterprise.pk)
    refuse_stale(enterprise, seen)
    before = said(enterprise)
    changed = apply(enterprise, changes)
    if not changed:
        return enterprise
    if {"unit", "located_on"} & changed.keys():
        _check_place(enterprise.unit, enterprise.located_on, by=by)
    check_tax_code(enterprise)
    enterprise.full_clean(exclude={"tax_code"})
    with no_twin("tax_code", _("Mã số thuế đã có trong sổ.")):
        enterprise.save(update_fields=[*changed, "updated_at"])
    old, new = differences(before, said(enterprise))
    record("enterprise.updated", target=enterprise, by=by, unit=enterprise.unit_id, before=old, after=new)
    live = ProgrammeEvent.objects.live().filter(programme__enterprise=enterprise)
    if COUNTED_BY & changed.keys() and live.exists():
        request_recompute(SOURCE, by=by)
    return enterprise


@transaction.atomic
def add_event(
    enterprise: Enterprise, form: str, event: ProgrammeEvent, *, reported_by: OrganisationUnit, by: User
) -> ProgrammeEvent:
    """Add one dated stage to the enterprise's programme of that form.

    Of an enterprise out of the person's sight it does not open the record: sight never follows from what one wrote.
    """
    event = _add_event(enterprise, form, event, reported_by, by)
    request_recompute(SOURCE, by=by)
    return event


@transaction.atomic
def add_event_to_each(
    enterprises: Sequence[Enterprise], form: str, facts: dict[str, Any], *, reported_by: OrganisationUnit, by: User
) -> Outcome:
    """The same dated stage of many enterprises; `done` holds these. Where it stands already, or cannot be, is said."""

    def act(enterprise: Enterprise) -> Enterprise:
        _add_event(enterprise, form, ProgrammeEvent(**facts), reported_by, by)
        return enterprise

    outcome = each(enterprises, act)
    if outcome.done:
        request_recompute(SOURCE, by=by)
    return outcome


def _add_event(
    enterprise: Enterprise, form: str, event: ProgrammeEvent, reported_by: OrganisationUnit, by: User
) -> ProgrammeEvent:
    _check_place(event.unit, event.occurred_on, by=by)
    enterprise = _locked(enterprise.pk)
    event.opens_record = Enterprise.objects.visible_to(by).filter(pk=enterprise.pk).exists()
    event.programme, _created = AssuranceProgramme.objects.get_or_create(enterprise=enterprise, form=form)
    event.programme.enterprise = enterprise  # whom its row of the audit names
    event.entered_by, event.reported_by = by, reported_by
    _check_activity(event)
    event.full_clean()
    with no_twin(None, TWIN):
        event.save()
    record(
        "programme_event.added", target=event, by=by, unit=event.unit_id, enterprise=enterprise.pk, after=said(event)
    )
    return event


@transaction.atomic
def correct_event(
    event: ProgrammeEvent, changes: dict[str, Any], reason: str, *, by: User, seen: datetime.datetime | None = None
) -> ProgrammeEvent:
    """Put a wrong event right, with a reason; what it said before stays in the history."""
    event = _live_event(event)
    refuse_stale(event, seen)
    reason = needed(reason)
    before = said(event)
    changed = apply(event, changes)
    if not changed:
        return event
    _check_place(event.unit, event.occurred_on, by=by)
    event.opens_record |= Enterprise.objects.visible_to(by).filter(pk=event.programme.enterprise_id).exists()
    _check_activity(event)
    event.full_clean()
    with no_twin(None, TWIN):
        event.save(update_fields=[*changed, "opens_record", "updated_at"])
    old, new = differences(before, said(event))
    record("programme_event.corrected", target=event, by=by, unit=event.unit_id, reason=reason, before=old, after=new)
    request_recompute(SOURCE, by=by)
    return event


@transaction.atomic
def withdraw_event(event: ProgrammeEvent, reason: str, *, by: User) -> ProgrammeEvent:
    """Take a false event out of every count; the row stays, with who and why."""
    event = _live_event(event)
    event.withdrawn_reason = needed(reason)
    event.withdrawn_at, event.withdrawn_by = timezone.now(), by
    event.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "updated_at"])
    record(
        "programme_event.withdrawn", target=event, by=by, unit=event.unit_id, reason=event.withdrawn_reason,
        before=said(event),
    )  # fmt: skip
    request_recompute(SOURCE, by=by)
    return event


@wall_open("the record of an own event may be out of sight")
def _held(pk: int) -> Enterprise:
    """The enterprise, held for this transaction: always before its events, as the triggers and the imports do."""
    enterprises = Enterprise.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "industry")
    return enterprises.get(pk=pk)


def _locked(pk: int) -> Enterprise:
    enterprise = _held(pk)
    if enterprise.merged_into_id is not None:
        raise ValidationError(_("Hồ sơ này đã được gộp vào hồ sơ khác."), code="withdrawn")
    if enterprise.withdrawn_at is not None:
        raise ValidationError(_("Doanh nghiệp đã được rút khỏi sổ cùng lần nhập đưa vào."), code="withdrawn")
    return enterprise


def _live_event(event: ProgrammeEvent) -> ProgrammeEvent:
    enterprise = _held(ProgrammeEvent.objects.values_list("programme__enterprise", flat=True).get(pk=event.pk))
    events = ProgrammeEvent.objects.select_for_update(of=("self",)).select_related("unit", "programme")
    event = events.get(pk=event.pk)
    event.programme.enterprise = enterprise
    if not event.is_live:
        raise ValidationError(_("Giai đoạn đã được thu hồi."), code="withdrawn")
    return event
