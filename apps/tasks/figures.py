"""A figure on a page, and the list of the tasks that it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from apps.core.templatetags.ui import number
from apps.tasks.moving import DONE, LEFT_OUT, State
from apps.tasks.standing import Work
from apps.tasks.timeliness import Timeliness

# What the list is asked for, beside the item and its year, to show what is counted as its work.
OF_WORK: dict[str, list[tuple[str, str]]] = {
    "total": [],
    "done": [("state", state) for state in State if state in DONE],
    "open": [("state", state) for state in State if state not in DONE | LEFT_OUT],
    "overdue": [("timeliness", Timeliness.OPEN_OVERDUE)],
    "terminated": [("state", State.TERMINATED)],
}


@dataclass(frozen=True)
class Cell:
    """`url`: none where the list may not be opened."""

    count: int
    url: str

    def __str__(self) -> str:
        if not (self.count and self.url):
            return number(self.count)
        return format_html('<a class="lk" href="{}">{}</a>', self.url, number(self.count))

    def __html__(self) -> str:
        """A page holds hundreds: a template for each would take longer than all the counting."""
        return str(self)


def cells_of(work: Work, asked: Iterable[tuple[str, str]], *, may_open: bool) -> dict[str, Cell]:
    """Of an item, or of a year of it."""
    query = list(asked)
    return {
        name: Cell(getattr(work, name), tasks_of([*query, *narrowing]) if may_open else "")
        for name, narrowing in OF_WORK.items()
    }


def tasks_of(query: list[tuple[str, str]]) -> str:
    return f"{reverse('tasks:plantask_list')}?{urlencode(query)}"
