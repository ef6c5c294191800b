"""What the templates of lists need beside ui.py, which knows nothing of tables."""

from typing import Any

from django import template
from django.forms import BoundField

from apps.core.grid import Grid, grid_of

register = template.Library()


@register.filter
def grid(table: Any) -> Grid:
    return grid_of(table)


@register.filter
def common_fields(filterset: Any) -> list[BoundField]:
    """The filters that stand open; a list with many names the others as `RARE`."""
    rare = getattr(filterset, "RARE", ())
    form = filterset["form"] if isinstance(filterset, dict) else filterset.form  # a page may have a form alone
    return [field for field in form.visible_fields() if field.name not in rare]


@register.filter
def rare_fields(filterset: Any) -> list[BoundField]:
    return [field for field in filterset.form.visible_fields() if field.name in filterset.RARE]


@register.filter
def is_rarely_set(filterset: Any) -> bool:
    return not set(filterset.RARE).isdisjoint(filterset.form.changed_data)
