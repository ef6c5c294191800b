"""A lost second factor goes on the word of two people: one asks, another approves."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.factors import remove_all_factors
from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import audit_of, go, require
from apps.people.models import Person, SecondFactorReset
from apps.people.services.standing import unit_of_record


@transaction.atomic
def request_factor_reset(person: User, reason: str, *, by: User) -> SecondFactorReset:
    found = Person.objects.select_for_update().get(pk=person.pk)
    if not Person.objects.editable_by(by).filter(pk=found.pk).exists():
        raise PermissionDenied(found)
    if not reason.strip():
        raise ValidationError({"reason": _("Nêu lý do, ví dụ mất điện thoại.")}, code="required")
    if not Authenticator.objects.filter(user=found.pk).exists():
        raise ValidationError(_("Tài khoản này chưa thiết lập mã xác thực."), code="no_factor")
    reset = SecondFactorReset(user=found, reason=reason, requested_by=by)
    reset.full_clean(exclude=["is_approved"])  # not decided yet
    reset.save()
    record(
        audit_of(reset, "request"), target=found, by=by, unit=unit_of_record(found), reason=reason, reset=reset.pk
    )  # fmt: skip
    return reset


@transaction.atomic
def decide_factor_reset(reset: SecondFactorReset, *, is_approved: bool, by: User) -> SecondFactorReset:
    reset = SecondFactorReset.objects.select_for_update(of=("self",)).select_related("user").get(pk=reset.pk)
    if not SecondFactorReset.objects.decidable_by(by).filter(pk=reset.pk).exists():
        raise PermissionDenied(reset)
    move = require(reset, "approve" if is_approved else "refuse")
    reset.is_approved = is_approved
    changed = go(reset, move, by=by)
    reset.full_clean()
    reset.save(update_fields=[*changed, "is_approved"])
    person = Person.objects.get(pk=reset.user_id)
    record(move.audit, target=person, by=by, unit=unit_of_record(person), reason=reset.reason, reset=reset.pk)
    if is_approved:
        remove_all_factors(reset.user, by=by)
    return reset
