"""The sentence above the map: what it names is what the tiles below it show."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from apps.progress.charts import map_finding

LEAD, TRAIL = "A đạt cao nhất", "đạt thấp nhất"


def place(name: str, value: int | None, rate: int | None = None, kind: str = "province") -> Any:
    known = [None if one is None else Decimal(one) for one in (value, rate)]
    return SimpleNamespace(unit=SimpleNamespace(short_name=name, kind=kind), value=known[0], rate=known[1])


@pytest.mark.parametrize(
    ("found", "without", "words"),
    [
        ([place("A", 55), place("B", 12)], 0, f"{LEAD} (55); B {TRAIL} (12)"),
        ([place("A", 55), place("B", 0)], 0, "Chỉ A có kết quả (55)"),
        ([place("A", 55), place("B", 12), place("C", 0)], 0, f"{LEAD} (55); C {TRAIL} (0)"),
        ([place("A", 55), place("B", 12)], 32, f"{LEAD} (55); 32 tỉnh, thành phố chưa có kết quả"),
        ([place("A", 55), place("B", 12), place("C", 0)], 31, f"{LEAD} (55); 32 tỉnh, thành phố chưa có kết quả"),
        (
            [place("A", 55), place("B", 55), place("C", 0), place("D", 0)],
            0,
            "2 đơn vị đạt cao nhất (55); 2 tỉnh, thành phố chưa có kết quả",
        ),
        ([place("A", 55)], 33, "Chỉ A có kết quả (55)"),
        ([place("A", 55)], 0, "Kết quả theo đơn vị"),
        ([], 34, "Kết quả theo đơn vị"),
        ([place("A", 0), place("B", 0)], 32, "Chưa đơn vị nào có kết quả"),
        (
            [place("A", 9), place("B", 8), place("C", 0, kind="ministry"), place("D", 0)],
            0,
            f"{LEAD} (9); 2 đơn vị chưa có kết quả",
        ),
    ],
)
def test_whoever_is_named_stands_alone(found, without, words):
    assert map_finding(found, by_rate=False, decimals=0, without=without) == words


def test_a_rate_that_nobody_knows_is_not_nothing():
    rated, unrated = place("A", 5, 3), place("B", 7)
    assert (
        map_finding([rated, unrated], by_rate=True, without=32) == f"{LEAD} (3,0); 32 tỉnh, thành phố chưa có kết quả"
    )
    assert map_finding([rated, unrated], by_rate=True) == "Kết quả theo đơn vị"
    assert map_finding([place("A", 0, 0), unrated], by_rate=True, without=32) == "Kết quả theo đơn vị"
