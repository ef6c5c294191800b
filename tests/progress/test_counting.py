"""Every way of counting, over a register that is nothing but a declaration, held against the same in plain Python."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection

from apps.accounts.scope import UnitScope
from apps.enterprises.models import Enterprise
from apps.organisations.asked import UnitView
from apps.progress.adjustments import row_changes
from apps.progress.agreement import find_disagreements
from apps.progress.counting import Count, Cumulative, First, Ratio, Stock, Sum
from apps.progress.figures import figures
from apps.progress.grouped import figures_of
from apps.progress.provenance import behind_figure, counted_rows
from apps.progress.services import find_differences, recompute, recompute_source
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, IndicatorValue, Period
from apps.targets.services import request_recompute
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.factories.targets import IndicatorFactory
from tests.progress.made_up import LOANS, OTHERS, REPORTED

EVERYTHING = UnitScope(everything=True)
UNITS = [BAC_GIANG, BAC_NINH, LAM_DONG]
KINDS = ["state", "private", "fdi"]


@dataclass(frozen=True)
class Loan:
    unit: str
    day: date
    until: date | None
    amount: int
    kind: str


@pytest.fixture
def counted(monkeypatch, reference) -> Callable[..., Indicator]:
    """counted("CT", Stock(LOANS)): the one line in the table, and the indicator that it is of."""

    def make(code: str, count: Count | Ratio) -> Indicator:
        monkeypatch.setitem(COUNTS, code, count)
        return IndicatorFactory(code=code, aggregation=count.aggregation, basis=count.basis, stock_adds_up=True)

    return make


@pytest.fixture
def loan(enterprise) -> Callable[..., Enterprise]:
    def make(day: date, until: date | None = None, unit: str = BAC_NINH, amount: int = 1, kind: str = "state"):
        note = until.isoformat() if until else ""
        return enterprise(unit, located_on=day, note=note, address=str(amount), ownership=kind)

    return make


@pytest.fixture
def loans(loan) -> list[Loan]:
    """Many of them, some from before the programme, some over before it, some within one period."""
    chance, made = Random(996), []
    for _ in range(60):
        day = date(2017, 1, 1) + timedelta(days=chance.randrange(3600))
        until = chance.choice([None, day + timedelta(days=chance.randrange(1500))])
        made.append(Loan(chance.choice(UNITS), day, until, chance.randrange(1, 9), chance.choice(KINDS)))
    first, second = Period.objects.order_by("year")[:2]
    for until in (first.starts_on, first.ends_on, second.starts_on, second.starts_on - timedelta(days=1)):
        made.append(Loan(BAC_NINH, date(2018, 1, 1), until, 1, "state"))
    for one in made:
        loan(one.day, one.until, one.unit, one.amount, one.kind)
    return made


def by_hand(count: Count, loans: list[Loan], period: Period) -> int:
    first = Period.objects.earliest("year").starts_on
    if isinstance(count, Stock):
        standing = [
            one for one in loans if one.day <= period.ends_on and (not one.until or one.until >= period.ends_on)
        ]
        return sum(one.amount for one in standing)
    since = first if isinstance(count, Cumulative) else period.starts_on
    return sum(one.amount for one in loans if since <= one.day <= period.ends_on)


def nation(indicator: Indicator, **asked) -> dict[int, Decimal]:
    return {one.year: one.value for one in figures(indicator, national=True, **asked)}


@pytest.mark.parametrize("kind", [Stock, Cumulative, Sum])
def test_figures_of_every_period_unit_and_kind_are_those_counted_by_hand(counted, loans, kind):
    indicator = counted("CT", kind(LOANS))
    narrow = counted("CTS", kind(LOANS, where={"ownership": ("state", "fdi")}))
    recompute(["CT", "CTS"])
    found = {
        (one.year, one.unit_id, one.breakdown): one.value
        for one in figures(indicator, view=UnitView.AS_REPORTED, breakdown=None)
    }
    some = nation(narrow)
    for period in Period.objects.begun():
        for unit in (None, *UNITS):
            own = [one for one in loans if unit in (None, one.unit)]
            assert found.get((period.year, unit, ""), 0) == by_hand(kind(LOANS), own, period)
            for word in KINDS:
                of_kind = [one for one in own if one.kind == word]
                assert found.get((period.year, unit, f"kind={word}"), 0) == by_hand(kind(LOANS), of_kind, period)
        assert some.get(period.year, 0) == by_hand(kind(LOANS), [one for one in loans if one.kind != "private"], period)
    assert find_differences(["CT", "CTS"]) == []
    assert find_disagreements() == []


@pytest.mark.parametrize("kind", [Stock, Cumulative, Sum])
def test_what_one_value_tells_apart_is_counted_in_one_pass(counted, loans, kind):
    apart = {word: counted(f"CT{at}", kind(LOANS, where={"ownership": (word,)})) for at, word in enumerate(KINDS)}
    every = counted("CT", kind(LOANS))
    codes = [one.code for one in (*apart.values(), every)]
    assert figures_of((at, COUNTS[code]) for at, code in enumerate(codes)).count("GROUPING SETS") == 2
    recompute(codes)
    for word, indicator in apart.items():
        own = [one for one in loans if one.kind == word]
        found = {
            (one.year, one.unit_id, one.breakdown): one.value
            for one in figures(indicator, view=UnitView.AS_REPORTED, breakdown=None)
        }
        for period in Period.objects.begun():
            for unit in (None, *UNITS):
                wanted = by_hand(kind(LOANS), [one for one in own if unit in (None, one.unit)], period)
                assert found.get((period.year, unit, ""), 0) == wanted
                assert found.get((period.year, unit, f"kind={word}"), 0) == wanted
    assert find_differences(codes) == []


@pytest.mark.parametrize("kind", [Stock, Cumulative, Sum])
def test_every_figure_opens_to_the_rows_that_make_it(counted, loans, kind):
    indicator = counted("CT", kind(LOANS))
    recompute(["CT"])
    known = {one.year: one.value for one in figures(indicator, national=True)}
    before = Decimal(0)
    for period in Period.objects.begun():
        step = behind_figure("CT", period, EVERYTHING).step
        rows = counted_rows("CT", period, EVERYTHING)
        value = known.get(period.year, 0)
        assert step.total == value
        assert step.previous + step.reached - step.repeated == step.total
        assert len(rows) == step.rows
        assert sum(row.share for row in rows) == (step.reached if kind is Cumulative else value)
        if kind is not Sum and period.year > 2019:
            assert step.previous == before
        before = value
    of_unit = behind_figure(
        "CT", period, UnitScope(ids=frozenset({LAM_DONG})), unit=LAM_DONG, view=UnitView.AS_REPORTED
    )
    assert {row.unit_id for row in of_unit.rows} == {LAM_DONG}
    assert of_unit.seen == of_unit.step.rows


def test_a_stock_falls_with_the_day_after_its_last_and_stays_known_as_nothing(counted, loan):
    """The last day of a period still counts in it."""
    last = Period.objects.get(year=2023).ends_on
    loan(date(2022, 3, 1), last)
    loan(date(2022, 3, 1), last - timedelta(days=1))
    loan(date(2024, 3, 1), date(2024, 3, 2))
    indicator = counted("CT", Stock(LOANS))
    recompute(["CT"])
    assert nation(indicator) == {2022: 2, 2023: 1, 2024: 0, 2025: 0, 2026: 0}
    step = behind_figure("CT", Period.objects.get(year=2024), EVERYTHING).step
    assert (step.previous, step.reached, step.repeated, step.total, step.rows) == (1, 0, 1, 0, 0)


def test_first_counts_things_whatever_their_amount(counted, loan):
    loan(date(2024, 3, 1), amount=7)
    loan(date(2024, 4, 1), amount=7, kind="fdi")
    indicator, foreign = counted("CT", First(LOANS)), counted("CTF", First(LOANS, of={"ownership": "fdi"}))
    recompute(["CT", "CTF"])
    assert (nation(indicator)[2024], nation(foreign)[2024]) == (2, 1)


def test_kinds_of_one_source_share_its_one_reading(counted, loan):
    loan(date(2024, 3, 1), date(2025, 3, 1), amount=5)
    loan(date(2024, 3, 1), amount=2)
    ways = {"A": Stock(LOANS), "B": Cumulative(LOANS), "C": Sum(LOANS), "D": First(LOANS)}
    made = {code: counted(code, count) for code, count in ways.items()}
    request_recompute(LOANS.name, by=None)
    assert set(recompute_source(LOANS.name)) == set(ways)
    assert {code: [int(value) for value in nation(one).values()] for code, one in made.items()} == {
        "A": [7, 2, 2],
        "B": [7, 7, 7],
        "C": [7],
        "D": [2, 2, 2],
    }


@pytest.mark.parametrize(("kind", "gained"), [(Stock, (1, 2)), (Cumulative, (1, 2)), (Sum, (1, 1))])
def test_what_units_added_in_a_year_is_of_its_own_where_the_figure_is(counted, loan, signed_in, officer, kind, gained):
    loan(date(2023, 3, 1))
    loan(date(2024, 3, 1))
    counted("CT", kind(LOANS))
    recompute(["CT"])
    client, url = signed_in(officer), "/targets/ct/provenance/2024/"
    assert [(gain.new, gain.total) for gain in client.get(url).context["gains"]] == [gained]
    answer = client.get(url, {"export": "csv"})
    header, row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert f'"{kind.gain}";"{kind.total}"' in header
    assert f'"{gained[0]}";"{gained[1]}"' in row


# --- ratios -----------------------------------------------------------------------------------------------------------


def fractions(indicator: Indicator, **asked) -> dict[tuple, tuple]:
    found = figures(indicator, view=UnitView.AS_REPORTED, year=2026, **asked)
    return {
        (one.unit_id, one.breakdown): (one.value and round(one.value, 2), one.numerator, one.denominator, one.note)
        for one in found
    }


def test_a_ratio_has_numerator_and_denominator_of_every_unit_and_kind(counted, loan):
    for unit, kind in ((BAC_NINH, "state"), (BAC_NINH, "fdi"), (BAC_NINH, "fdi"), (LAM_DONG, "fdi")):
        loan(date(2026, 1, 5), unit=unit, kind=kind)
    ratio = counted("TL", Ratio(Stock(LOANS, where={"ownership": ("state",)}), Stock(LOANS)))
    recompute(["TL"])
    assert fractions(ratio) == {
        (None, ""): (25, 1, 4, ""),
        (BAC_NINH, ""): (Decimal("33.33"), 1, 3, ""),
        (LAM_DONG, ""): (0, 0, 1, ""),
    }
    assert fractions(ratio, national=True, breakdown="kind") == {
        (None, "kind=state"): (100, 1, 1, ""),
        (None, "kind=fdi"): (0, 0, 3, ""),
    }
    assert find_differences(["TL"]) == []
    assert find_disagreements() == []
    behind = behind_figure("TL", Period.objects.get(year=2026), EVERYTHING)
    assert (behind.step.total, behind.below.total, behind.total) == (1, 4, 25)
    assert [row.unit_id for row in behind.rows] == [BAC_NINH]


def test_a_ratio_of_two_registers_is_counted_anew_with_either(counted, loan):
    ratio = counted("TL", Ratio(Stock(OTHERS), Stock(LOANS)))
    for number, source in enumerate((LOANS, OTHERS), 1):
        loan(date(2026, 1, 5), kind="household")
        loan(date(2026, 1, 5))
        request_recompute(source.name, by=None)
        assert set(recompute_source(source.name)) == {"TL"}
        half = (50, number, 2 * number, "")
        assert fractions(ratio) == {(None, ""): half, (BAC_NINH, ""): half}
    Enterprise.objects.all().delete()
    recompute(["TL"])
    assert fractions(ratio) == {}


def test_a_numerator_without_denominator_is_kept_and_told(counted, loan):
    loan(date(2026, 1, 5))
    ratio = counted("TL", Ratio(Stock(LOANS), Stock(LOANS, where={"ownership": ("fdi",)})))
    recompute(["TL"])
    assert fractions(ratio)[None, ""] == (None, 1, 0, "nothing_below")
    assert find_differences(["TL"]) == []
    assert behind_figure("TL", Period.objects.get(year=2026), EVERYTHING).total is None


# --- bases, closings ------------------------------------------------------------------------------------------------


def test_rows_of_reports_make_figures_of_reports(counted, loan):
    loan(date(2024, 3, 1))
    indicator = counted("BC", Sum(REPORTED))
    recompute(["BC"])
    assert nation(indicator) == {2024: 1}
    assert set(IndicatorValue.objects.filter(indicator=indicator).values_list("basis", flat=True)) == {"report"}
    assert recompute(["BC"]) == {"BC": 0}


def test_what_no_indicator_counts_is_asked_for_in_vain(reference):
    request_recompute(LOANS.name, by=None)
    assert recompute_source(LOANS.name) == {}
    assert recompute_source(LOANS.name) == {}


@pytest.fixture
def lasting(transactional_db):
    """Row history is dated by its transaction, so what happens before and after a closing needs two."""


def test_a_closed_stock_opens_to_its_rows_as_they_were_and_tells_what_changed(lasting, counted, loan):
    ended, more, kept = (loan(date(2024, 3, 1), amount=amount) for amount in (1, 2, 4))
    indicator = counted("CT", Stock(LOANS))
    recompute(["CT"])
    close(2024)
    period = Period.objects.get(year=2024)
    moment = period.closing.as_of
    Enterprise.objects.filter(pk=ended.pk).update(note="2024-05-01")
    Enterprise.objects.filter(pk=more.pk).update(address="5")
    came = loan(date(2024, 6, 1), amount=8)
    recompute(["CT"])
    was = counted_rows("CT", period, EVERYTHING, known_on=moment)
    assert {(row.row_id, row.share) for row in was} == {(ended.pk, 1), (more.pk, 2), (kept.pk, 4)}
    assert behind_figure("CT", period, EVERYTHING, known_on=moment).step.total == 7
    [figure] = figures(indicator, national=True, year=2024)
    assert (figure.value, figure.since) == (7, 17)
    changes = row_changes("CT", period, moment, None, EVERYTHING)
    told = {(one.row_id, str(one.kind), one.amount) for one in changes.seen}
    assert told == {(ended.pk, "removed", -1), (more.pk, "changed", 3), (came.pk, "added", 8)}
    assert (changes.added, changes.taken, changes.difference) == (11, 1, figure.adjustment)


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "says", "is_silent_of"),
    [
        (Stock(LOANS), ["cuối kỳ 2023", "không còn được tính", "Tăng, giảm trong kỳ"], ["lũy kế hết"]),
        (Cumulative(LOANS), ["lũy kế hết 2023", "Tăng trong kỳ"], ["không còn được tính"]),
        (Sum(LOANS), ["Trong kỳ"], ["lũy kế hết"]),
        (Ratio(Stock(LOANS), Stock(LOANS)), ["tử số", "mẫu số", "100,0"], ["lũy kế hết"]),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Count | Ratio) else "",
)
def test_pages_and_files_of_another_register_are_in_its_words(
    counted, loan, signed_in, officer, keeper, count, says, is_silent_of
):
    thing = loan(date(2024, 3, 1), date(2026, 3, 1))
    elsewhere = loan(date(2024, 3, 1), unit=LAM_DONG)
    indicator = counted("CT", count)
    indicator.decimals = 1
    indicator.save()
    recompute(["CT"])
    close(2024)
    client, url = signed_in(officer), "/targets/ct/provenance/2024/"
    text = " ".join(client.get(url).content.decode().split())
    for word in [
        *says,
        thing.name,
        f"/loans/{thing.pk}/",
        "Thiết bị",
        "Nơi đặt",
        "thiết bị nhận trong kỳ",
        "tên theo hiện",
    ]:
        assert word in text
    for word in [*is_silent_of, "oanh nghiệp", "MST"]:
        assert word not in text.split('id="figures"')[1].split("</main>")[0].replace(thing.name, "").replace(
            elsewhere.name, ""
        )
    answer = client.get(url, {"export": "csv", "part": "rows"})
    header, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert '"Thiết bị";"Mã đơn vị";"Nơi đặt";"Từ ngày";"Đến ngày"' in header
    assert sum('"2026-03-01"' in row for row in rows) == 1
    assert len(rows) == 2
    own = signed_in(keeper).get(url)
    assert [row.row_id for row, _unit in own.context["events"]] == [thing.pk]
    assert elsewhere.name not in own.content.decode()
    assert client.get("/targets/ct/").status_code == 200
    assert client.get("/targets/ct/adjustments/2024/").status_code == 200
    call_command("check_figures")


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(COUNTS))
def test_the_table_agrees_with_the_indicators(reference, code):
    indicator, count = Indicator.objects.get(code=code), COUNTS[code]
    assert (indicator.aggregation, indicator.basis) == (count.aggregation, count.basis)


@pytest.mark.parametrize("code", sorted(COUNTS))
def test_a_source_has_the_columns_that_its_counts_ask(reference, code):
    for part in COUNTS[code].parts:
        source = part.source
        asked = {"row_id", "record_id", "thing", "unit_id", "day", "until", "amount", *part.asks}
        asked |= {one.column for one in source.breakdowns.values()} | ({source.first_within} - {""})
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({source.rows}) r LIMIT 0")
            assert asked <= {column.name for column in cursor.description}
        assert all(name.isalpha() and name.islower() for name in source.breakdowns), "as the API reads them"
        assert all(hasattr(one.model, "pgh_event_model") for one in source.tracked)
