"""Asking for a new password. The request looks nobody up, so its answer and its time say nothing about who exists."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from apps.accounts.lockout import one_try_at_a_time
from apps.notifications.models import ResetRequest
from apps.notifications.services import send_mail

WINDOW, KEPT = timedelta(hours=1), timedelta(days=1)
log = structlog.get_logger(__name__)


def request_password_reset(email: str, address: str) -> None:
    """Have a link sent to whoever owns the address typed. Beyond the limits nothing happens and nothing is said."""
    email = email.strip().lower()
    with one_try_at_a_time(email):
        if _too_many(email, address):
            log.warning("password reset beyond the limit", address=address)
            return
        request = ResetRequest.objects.create(email=email, address=address)
        send_mail("notifications.password_reset", request_id=request.pk)


def _too_many(email: str, address: str) -> bool:
    recent = ResetRequest.objects.filter(requested_at__gt=timezone.now() - WINDOW)
    return (
        recent.filter(email=email).count() >= settings.PASSWORD_RESETS_PER_ACCOUNT
        or recent.filter(address=address).count() >= settings.PASSWORD_RESETS_PER_ADDRESS
    )


def forget_old_requests() -> None:
    ResetRequest.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()
