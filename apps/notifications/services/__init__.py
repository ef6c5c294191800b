"""The door of higher apps: `from apps.notifications.services import Mail, absolute_url, mail, notify, send_mail`."""

from apps.notifications.registry import Mail, absolute_url, mail
from apps.notifications.services.mailing import send_mail
from apps.notifications.services.telling import mark_all_read, mark_read, notify, settle, settle_done, told_facts

__all__ = [
    "Mail", "absolute_url", "mail", "mark_all_read", "mark_read", "notify", "send_mail", "settle", "settle_done",
    "told_facts",
]  # fmt: skip
