"""One figure, whoever tells it: page, API, statistics dataset, .csv and .xlsx agree to the last digit."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pytest
from django.template.defaultfilters import floatformat
from django.utils.text import capfirst

from apps.core.templatetags.ui import at_most, number
from apps.progress.figures import Note
from apps.progress.parts import worded
from apps.targets.models import Indicator
from tests.progress import told
from tests.progress.odd_figures import CLOSED, YEARS, make_odd
from tests.progress.told import NATION, in_files

pytestmark = pytest.mark.django_db
VIEWS = ("current", "as-reported")
KINDS = ("MT2", "MT4", "MT5", "MT7", "CT1", "CT2", "TL")  # one of each way of adding, with rates, parts and without
EVERY = [pytest.param(KINDS, id="kinds"), pytest.param((), id="all", marks=pytest.mark.thorough)]
STATES = {"accepted": "đã chấp nhận", "preliminary": "tạm tính"}
Row = dict[str, Any]


def exact(row: Row | None, name: str = "value") -> Decimal | None:
    text = row["exact"][name] if row else None
    return None if text is None else Decimal(text)


def some(codes: Collection[str]) -> list[Indicator]:
    return [one for one in make_odd() if not codes or one.code in codes]


def parts(one: Indicator) -> list[tuple[str, str]]:
    """Breakdowns that are told in words, each with its words."""
    return [
        (f"{name}={value}", str(words))
        for name, told in worded(one.code).items()
        for value, words in told.words.items()
    ]


@pytest.mark.parametrize("units", VIEWS)
@pytest.mark.parametrize("codes", EVERY)
def test_the_dataset_and_the_files_say_what_the_api_says(signed_in, officer, units, codes):
    client, seen = signed_in(officer), 0
    for one in some(codes):
        figures = told.by_api(client, one.code, units)
        assert told.by_dataset(client, one.code, units) == {key: row["value"] for key, row in figures.items()}, one.code
        page = f"/targets/{one.code.lower()}/?units={units}&export="
        lines = told.by_xlsx(client, f"{page}xlsx")
        assert lines == told.by_csv(client, f"{page}csv&csv=plain", ",", "."), one.code
        assert lines == told.by_csv(client, f"{page}csv", ";", ","), one.code
        assert lines.keys() == {(year, unit) for year, unit, part in figures if not part}
        for (year, unit), line in lines.items():
            wanted = in_a_line(one, figures[year, unit, ""])
            for part, words in parts(one):
                row = figures.get((year, unit, part))
                wanted[f"Trong đó: {words}"] = in_files(exact(row, "numerator"))
            assert {name: line[name] for name in wanted} == wanted, (one.code, year, unit)
            seen += 1
    assert seen >= 50


def in_a_line(one: Indicator, row: Row) -> dict[str, str]:
    of_units = {"Phần cộng vào toàn quốc": in_files(exact(row, "counted"))} if row["unit"] else {}
    rate = {"Trên 1.000 DN đang hoạt động": in_files(Decimal(row["rate"]))} if row["rate"] is not None else {}
    return {
        "Giá trị": in_files(exact(row)), "Tử số": in_files(exact(row, "numerator")),
        "Mẫu số": in_files(exact(row, "denominator")), "Điều chỉnh sau khi chốt": in_files(exact(row, "adjustment")),
        "Đơn vị": row["unit_name"], "Trạng thái": STATES[row["status"]],
        "Phiên bản chốt": str(row["closing_version"] or ""),
        "Ghi chú": str(Note(row["note"]).label) if row["note"] else "",
    } | of_units | rate  # fmt: skip


@pytest.mark.parametrize("units", VIEWS)
@pytest.mark.parametrize("codes", EVERY)
def test_the_page_says_what_the_api_says(signed_in, officer, units, codes):
    client, seen = signed_in(officer), 0
    for one in some(codes):
        figures = told.by_api(client, one.code, units)
        for year in YEARS:
            page = f"/targets/{one.code.lower()}/?units={units}&year={year}&measure=count"
            html, at = client.get(page).content.decode(), (one.code, year)
            of_units = {unit: row for (of, unit, part), row in figures.items() if (of, part) == (year, "")}
            nation = of_units.pop(NATION)
            assert told.bars_of(html) == {unit: printed(one, row) for unit, row in of_units.items()}, at
            assert told.series_of(html)[year] == number(exact(nation), one.decimals), at
            of_nation = {words: exact(figures.get((year, NATION, part))) for part, words in parts(one)}
            assert told.parts_of(html) == {capfirst(words): number(it, one.decimals) for words, it in of_nation.items()}
            seen += len(of_units)
    assert seen >= 50


def printed(one: Indicator, row: Row) -> tuple[str, str]:
    """The number to the digit, and as people read it: of a ratio with both of its numbers."""
    value, below = exact(row), exact(row, "denominator")
    fraction = "" if below is None else f"{at_most(exact(row, 'numerator'), 1)} / {at_most(below, 1)}"
    return floatformat(value, "-4u"), f"{number(value, one.decimals)} {fraction}".strip()


def test_what_is_compared_is_odd(signed_in, officer):
    """Else the others would prove little."""
    make_odd()
    client = signed_in(officer)
    rows = [
        row for code in ("CT1", "CT2", "TL") for units in VIEWS for row in told.by_api(client, code, units).values()
    ]
    assert {int(row["period"]) for row in rows if row["status"] == "accepted"} == set(CLOSED)
    assert {"covered", "no_denominator", "does_not_add_up"} <= {row["note"] for row in rows}
    assert {exact(row, "adjustment") for row in rows} >= {None, Decimal(0), Decimal(1)}
    assert any(value % 1 and len(str(value)) > 12 for value in map(exact, rows) if value is not None)
