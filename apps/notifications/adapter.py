from typing import Any

from allauth.account.models import EmailConfirmationHMAC
from django.db import transaction
from django.http import HttpRequest

from apps.accounts.adapter import AccountAdapter
from apps.audit.models import AuditEvent
from apps.notifications.services import send_mail


class MailAdapter(AccountAdapter):
    """allauth's mails go through the job table. The reset of a password does already: see ResetRequestForm."""

    @transaction.atomic
    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC, signup: bool
    ) -> None:
        send_mail("notifications.email_confirmation", address_id=emailconfirmation.email_address.pk)

    def tell_of_change(self, event: AuditEvent) -> None:
        send_mail("notifications.account_changed", event_id=event.pk)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whatever allauth would send in the request, with its link in hand. None is left that it may."""
        raise NotImplementedError(f"no mail of ours for {template_prefix}")
