"""What the templates of lists need beside ui.py, which knows nothing of tables."""

from typing import Any

from django import template

from apps.core.grid import Grid, grid_of

register = template.Library()


@register.filter
def grid(table: Any) -> Grid:
    return grid_of(table)
