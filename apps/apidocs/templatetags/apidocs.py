"""Words and links of the pages of the API's documentation, in the language that was asked for."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from apps.apidocs.said import ENGLISH_CODE, plain, said, with_code

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], text: str) -> SafeString:
    return said(text, context["told_in"])


@register.simple_tag(takes_context=True)
def say_plain(context: dict[str, Any], text: str) -> str:
    return plain(text, context["told_in"])


@register.simple_tag(takes_context=True)
def either(context: dict[str, Any], vietnamese: str, english: str) -> SafeString:
    return with_code(english if context["told_in"] == ENGLISH_CODE else vietnamese)


@register.simple_tag(takes_context=True)
def docs_url(context: dict[str, Any], name: str, *args: str) -> str:
    """An address that stays in the language."""
    query = f"?lang={ENGLISH_CODE}" if context["told_in"] == ENGLISH_CODE else ""
    return f"{reverse(name, args=args)}{query}"
