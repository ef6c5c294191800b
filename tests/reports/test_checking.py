"""What the rules of the form say of numbers; of what is asked once no more is asked."""

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from apps.core.reference import Facts
from apps.reports.checking import problems_of
from apps.reports.models import AnnualReport, FormCell, FormRule, ReportedValue, ReportingRound
from apps.reports.numbers import Given
from apps.reports.reference import FIXTURE
from apps.reports.selectors.filled import Entry
from apps.reports.selectors.series import Before

REPORT = AnnualReport(round=ReportingRound(year=2026))
JUMP = {"kind": "jump", "severity": "warning", "percent": 100}


def told(rules: list[dict[str, Any]], now: dict[str, int], last: dict[str, int], **more: Any) -> list[Any]:
    """`more`: of a cell, what else is known of its value."""
    cells = {key: FormCell(key=key, code=key, kind="whole") for key in now}
    entries = {
        key: Entry(cells[key], Given(number=Decimal(number)), ReportedValue(cell=cells[key], **more.get(key, {})))
        for key, number in now.items()
    }
    made = [FormRule(**{**rule, "cell": cells[rule["cell"]]}) for rule in rules]
    before = {2025: {key: Before([("VN", Decimal(number))]) for key, number in last.items()}}
    return problems_of(REPORT, entries, made, before)


@pytest.mark.parametrize(
    ("last", "now", "words"),
    [
        (14, 0, "Giảm 100% "), (48, 4, "Giảm 92% "), (48, 24, "Giảm 50% "), (13, 141, "Tăng 985% "),
        (4, 1003, "Tăng từ 4 lên 1.003 "), (48, 25, ""), (30, 59, ""), (9, 0, ""), (0, 141, ""),
    ],
)  # fmt: skip
def test_who_halves_has_changed_as_much_as_who_doubles_and_little_is_passed_over(last, now, words):
    found = told([JUMP | {"cell": "a", "least": 10}], {"a": now}, {"a": last})
    assert [one.text.startswith(words) for one in found] == ([True] if words else [])


def test_one_explanation_serves_for_the_whole_and_its_parts_and_says_where_it_stands():
    rules = [JUMP | {"cell": "a"}, JUMP | {"cell": "b", "others": ["a"]}]
    whole, part = told(rules, {"a": 9, "b": 3}, {"a": 90, "b": 30})
    assert whole.text.endswith("Kiểm tra lại hoặc nêu lý do")
    assert part.text.endswith("ở đây hoặc chung ở a")
    whole, part = told(rules, {"a": 9, "b": 3}, {"a": 90, "b": 30}, a={"explanation": "Hoãn"})
    assert not whole.blocks
    assert not part.blocks
    assert "Kiểm tra lại" not in whole.text
    assert part.text.endswith("(giải trình ở a)")


def test_a_total_is_not_told_in_red_before_its_parts_are_reached():
    rule = {"cell": "a", "kind": "sum", "severity": "error", "others": ["b", "c"]}
    [early] = told([rule], {"a": 9, "b": 3, "c": 3}, {}, b={"origin": "prefilled"})
    [late] = told([rule], {"a": 9, "b": 3, "c": 3}, {})
    assert (early.is_early, early.blocks, late.is_early) == (True, True, False)


def test_every_number_that_is_typed_is_held_against_the_year_before_and_what_the_portal_knows():
    """Money stands in grids without years: what is spent goes by the budget of the year."""
    for form in Facts(settings.BASE_DIR / "fixtures").fixture(FIXTURE, "reports.formversion"):
        rules = {(key, one["kind"]) for one in form["rules"] for key in one.get("cells") or [one["cell"]]}
        for block in (block for section in form["sections"] for block in section["blocks"]):
            for cell in (cell for cell in block.get("cells", ()) if not cell.get("parts")):
                if cell["kind"] in ("whole", "number", "money"):
                    assert block["layout"] == "grid" or (cell["key"], "jump") in rules
                    assert not cell.get("prefill") or (cell["key"], "register") in rules
