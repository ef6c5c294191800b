from typing import Any

from django import template
from django.db.models import Model

from apps.notifications.forms import CommentForm
from apps.notifications.selectors import talk_of

register = template.Library()


@register.inclusion_tag("notifications/comments.html", takes_context=True)
def talk(context: dict[str, Any], row: Model) -> dict[str, Any]:
    """{% talk object %}: what people say about a record, with the form to say more; nothing for who does not see it."""
    request = context["request"]
    found = talk_of(row, request.user)
    form = CommentForm() if found and found.may_write else None
    return {"talk": found, "comment_form": form, "request": request, "csrf_token": context.get("csrf_token")}
