from django import template
from django.utils.safestring import SafeString

from apps.people.models import ApiToken
from apps.people.tables import token_badge as badge_of

register = template.Library()


@register.simple_tag
def token_badge(token: ApiToken) -> SafeString:
    """{% token_badge token %}: how it stands, as the list of all tokens shows it."""
    return badge_of(token)
