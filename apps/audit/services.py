from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from apps.audit.models import AuditEvent


def record(
    action: str,
    *,
    by: AbstractBaseUser | None,
    target: Model | None = None,
    unit: str = "",
    reason: str = "",
    **data: Any,
) -> AuditEvent:
    """Add one audit row inside the caller's transaction. `by=None` means the portal itself did it."""
    return AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        actor=by.get_username() if by else "",
        unit=unit,
        target_type=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        target=str(target)[:300] if target else "",
        reason=reason,
        data=data,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )
