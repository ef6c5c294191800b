"""Lists in one order, whatever is asked: of rows that are equal in what they are sorted by, the key decides.

Without that PostgreSQL orders equal rows as it pleases for each page, and walking over the pages shows some of them
twice and some never.
"""

from typing import Any

from django.db.models import QuerySet
from django_tables2.data import TableQuerysetData

KEYS = {"pk", "-pk", "id", "-id"}


def uniquely_ordered(rows: QuerySet) -> QuerySet:
    """The same rows in the same order, which ends in the key. A slice is left as it is: it has been cut already."""
    query = rows.query
    if query.is_sliced or query.combinator:
        return rows
    order: tuple[Any, ...] = tuple(query.order_by)
    if not order and query.default_ordering:
        order = tuple(query.extra_order_by or query.get_meta().ordering or ())
    return rows if order and order[-1] in KEYS else rows.order_by(*order, "pk")


class UniquelyOrderedData(TableQuerysetData):
    """Rows of a list page; every sort by a column ends in the key."""

    data: QuerySet

    def __init__(self, data: QuerySet) -> None:
        super().__init__(uniquely_ordered(data))

    def order_by(self, aliases: Any) -> None:
        super().order_by(aliases)
        self.data = uniquely_ordered(self.data)
