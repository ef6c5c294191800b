"""How one is told, the private address of one's calendar, and the days on which nobody works."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.secret_keys import secret_keys
from apps.notifications.models import CalendarLink, Holiday, NotificationChoice
from apps.notifications.subjects import all_kinds

BYTES = 32


def choice_of(user: User) -> NotificationChoice:
    return NotificationChoice.objects.filter(user=user.pk).first() or NotificationChoice(user=user)


@transaction.atomic
def choose(*, digest: bool, at_once: bool, muted: Collection[str] = (), by: User) -> NotificationChoice:
    before = choice_of(by)
    wanted = {"digest": digest, "at_once": at_once, "muted": sorted(muted)}
    made, _new = NotificationChoice.objects.update_or_create(user=by, defaults=wanted)
    was = {name: getattr(before, name) for name in wanted}
    record("notification.chosen", target=by, by=by, before=_said(was), after=_said(wanted))
    return made


def _said(choice: dict[str, Any]) -> dict[str, Any]:
    words = {kind.code: str(kind.label) for kind in all_kinds()}
    return choice | {"muted": [words.get(code, code) for code in choice["muted"]]}


@transaction.atomic
def make_calendar_link(*, by: User) -> str:
    """A new private address in place of the one there was. What is returned is kept nowhere."""
    token = secrets.token_urlsafe(BYTES)
    defaults = {"token_hash": hash_of(token), "made_at": timezone.now()}
    CalendarLink.objects.update_or_create(user=by, defaults=defaults)
    record("calendar.link_made", target=by, by=by)
    return token


@transaction.atomic
def revoke_calendar_link(*, by: User) -> None:
    gone, _by_model = CalendarLink.objects.filter(user=by.pk).delete()
    if gone:
        record("calendar.link_revoked", target=by, by=by)


def hash_of(token: str, key: str = "") -> str:
    """By today's key where none is told."""
    return hmac.new((key or settings.SECRET_KEY).encode(), f"calendar:{token}".encode(), hashlib.sha256).hexdigest()


def owner_of_link(token: str) -> User | None:
    """Whose calendar the address opens; nobody's, once its owner's account is closed."""
    hashes = [hash_of(token, key) for key in secret_keys()]
    link = CalendarLink.objects.filter(token_hash__in=hashes, user__is_active=True).select_related("user").first()
    if link is not None and link.token_hash != hashes[0]:  # made with a former key
        CalendarLink.objects.filter(pk=link.pk).update(token_hash=hashes[0])
    return link.user if link else None


@transaction.atomic
def add_holiday(day: date, name: str, *, by: User) -> Holiday:
    made = Holiday(day=day, name=name)
    made.full_clean()
    made.save()
    record("holiday.added", target=made, by=by, after={"day": day, "name": made.name})
    return made


@transaction.atomic
def remove_holiday(holiday: Holiday, *, by: User) -> None:
    held = Holiday.objects.select_for_update(of=("self",)).filter(pk=holiday.pk).first()
    if held is None:
        raise ValidationError(_("Ngày này đã được bỏ khỏi danh sách."), code="gone")
    record("holiday.removed", target=held, by=by, before={"day": held.day, "name": held.name})
    held.delete()
