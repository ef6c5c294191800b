from typing import Any

from django import template
from django.db.models import Model

from apps.audit.selectors import by_nobody, history_of

register = template.Library()
register.filter(by_nobody)


@register.inclusion_tag("audit/history.html", takes_context=True)
def history(context: dict[str, Any], obj: Model, details: bool = False) -> dict[str, Any]:
    """{% history object %}: the section «Lịch sử» of a record's page; see history_of() for `details=True`."""
    return {"history": history_of(obj, context["request"].user, details=details)}
