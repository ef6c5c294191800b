"""Twice a year every role in force is looked at: still needed, or ended."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.kept_words import in_vietnamese
from apps.people.granting import granting_of
from apps.people.models import Membership, MembershipReview
from apps.people.reviewing import half_year_label, half_year_of
from apps.people.services.memberships import end_membership, record_membership
from apps.people.services.standing import lock_people


@transaction.atomic
def review_memberships(memberships: Sequence[Membership], *, is_kept: bool, by: User) -> int:
    """One verdict on several roles: all of them or none. A role that goes ends today."""
    today, granting = timezone.localdate(), granting_of(by)
    half_year = half_year_of(today)
    with in_vietnamese():
        said = half_year_label(half_year)
        reason = _("Rà soát vai trò %(half)s") % {"half": said}
    ids = [membership.pk for membership in memberships]
    lock_people(Membership.objects.filter(pk__in=ids).values("user"))
    rows = Membership.objects.select_for_update(of=("self",)).select_related("unit", "role", "user", "acting_for")
    for membership in rows.filter(pk__in=ids).order_by("pk"):
        granting.require_end(membership.unit, membership.role)
        _review(membership, half_year, is_kept=is_kept, by=by)
        if is_kept:
            record_membership("membership.kept", membership, by=by, half_year=said)
        elif _lasts_beyond(today, membership):
            end_membership(membership, today, by=by, reason=reason)
    return len(ids)


def _lasts_beyond(today: date, membership: Membership) -> bool:
    """Asked anew: it may just have ended together with the same role given in another unit."""
    return Membership.objects.filter(pk=membership.pk).exclude(valid_to__lte=today).exists()


def _review(membership: Membership, half_year: str, *, is_kept: bool, by: User) -> None:
    if membership.user_id == by.pk:
        raise ValidationError(_("Vai trò của chính bạn do người khác rà soát."), code="own")
    if membership.valid_from > timezone.localdate():
        raise ValidationError(_("Vai trò chưa bắt đầu, chưa cần rà soát."), code="ahead")
    review = MembershipReview(membership=membership, half_year=half_year, is_kept=is_kept, reviewed_by=by)
    review.full_clean()
    review.save()
