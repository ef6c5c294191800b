"""The declared registers at the scale of the nation, beside a hundredth of it."""

import io
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from apps.labs.counted import BODIES, CMCS, LABORATORIES, PRODUCTS, STANDARDS
from apps.plans.counted import PLANS
from apps.progress.services import recompute
from apps.progress.sources import keys_of
from apps.registers.declaration import register_of
from apps.registers.recorded import exported
from apps.training.counted import ATTENDANCES
from tests.bench.byhand.scope import SCOPE
from tests.bench.byhand.view import ADDRESS, normal, page_by_hand, served
from tests.bench.conftest import OWNER, SMALLER
from tests.bench.many_registers import BY_SLUG, SHARE, add_rows, fill_registers
from tests.bench.measuring import WARM_UPS, Figure, in_turns, milliseconds, timed
from tests.bench.test_pages import MUCH_LONGER, queries_of, signed_in, visit
from tests.bench.test_recount import bare, recount_all_anew
from tests.soak.portal import joined

BASES = {"few": SHARE, "many": 1}
PERSON = "so-dang-ky@tdc.example"
TURNS, VISITS, SHOWN = 3, 5, 20
FILES, MEGABYTES = ("scope", "attendances", "support"), 10
ANEW, SAME = 1.6, 1.5  # the first writes every figure besides, which bare SQL does not: as in test_recount
# Of so few that only what surrounds the count would be measured there are more.
ENOUGH = 200_000
ROWS_OF = {
    STANDARDS.name: "standards", CMCS.name: "cmc-status", PRODUCTS.name: "products", ATTENDANCES.name: "attendances",
    LABORATORIES.name: "assessments", BODIES.name: "assessments", PLANS.name: "",
}  # fmt: skip
Of = Callable[[str], AbstractContextManager[None]]
# Of each list what narrows it, and words: one that an eighth of the rows have, one of two letters.
NARROWED = {
    "bodies": "kind=public",
    "labs": "unit=VN-24-2025&unit=VN-01-2025&unit=VN-79-2025&unit=VN-31-2025&unit=VN-48-2025&unit=VN-92-2025",
    "scope": "activity=calibration",
    "registrations": "regime=designation",
    "assessments": "verdict=met",
    "standards": "area=m",
    "cmc": "area=m",
    "cmc-status": "status=published",
    "products": "kind=material",
    "courses": "subject=standards",
    "attendances": "audience=service",
    "unit-plans": "issued_on=2024",
    "support": "mode=training",
    "evaluations": "year=2024",
    "managing-ministries": "since=2024",
}
WAYS = {"all": "", "filter": "", "word": "q=nhiet do", "two letters": "q=ap"}


@pytest.fixture(scope="module")
def of(portal, base, django_db_blocker) -> Of:
    """`with of("many"): …`: a base with all the rows, `few` with a hundredth; else they are alike."""
    with joined(portal, role=OWNER), connection.cursor() as cursor:
        for name in BASES:
            cursor.execute(f"CREATE DATABASE registers_{name} TEMPLATE base_{SMALLER[0]}")
    for name, share in BASES.items():
        with joined(portal, f"registers_{name}", role=OWNER):
            fill_registers(share)
    return lambda name: joined(portal, f"registers_{name}", role=OWNER)


def costs(of: Of, url: str) -> tuple[dict[str, float], dict[str, int]]:
    """Median seconds and queries of a page, by base; the bases take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in BASES}
    queries = {}
    for _turn in range(TURNS):
        for name in BASES:
            with of(name):
                client = signed_in(PERSON)
                for _ in range(WARM_UPS):
                    visit(client, url)
                queries[name] = queries_of(client, url)
                assert len(client.get(url).context["table"].page.object_list) == SHOWN
                seconds[name] += [visit(client, url) for _ in range(VISITS)]
    return {name: median(taken) for name, taken in seconds.items()}, queries


@pytest.fixture(autouse=True)
def unlimited(settings) -> None:
    """What holds one person holds nothing here; a file of many rows is written while it is waited for."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (1_000_000, 60))
    settings.EXPORT_ROWS_AT_ONCE = 1_000_000


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slug", NARROWED)
def test_a_list_costs_the_same_at_a_hundred_times_the_rows(of, take, slug, way):
    query = NARROWED[slug] if way == "filter" else WAYS[way]
    seconds, queries = costs(of, f"/registers/{slug}/?per_page={SHOWN}&{query}")
    beside = f"at {BY_SLUG[slug].few(SHARE):,}: {milliseconds(seconds['few'])}"
    name = f"{slug}, {BY_SLUG[slug].rows:,} rows, {way}"
    told = f"{queries['many']} queries, {queries['few']}"
    take(
        Figure(name, milliseconds(seconds["many"]), beside, seconds["many"] / seconds["few"], MUCH_LONGER),
        Figure(f"queries of {name}", told, "", goal_text="equal", met=queries["many"] == queries["few"]),
    )


def test_a_list_costs_at_most_twice_what_it_costs_by_hand(of, take):
    url = "/registers/scope/?per_page=50"
    with of("many"):
        client = signed_in(PERSON)
        with page_by_hand(client, url, SCOPE) as by_hand:
            assert normal(client.get(ADDRESS).content.decode()) == normal(client.get(url).content.decode())
            visit = served(client)
            mine, floor = in_turns(partial(visit, url), partial(visit, ADDRESS), times=40)
    name = f"page scope, {len(by_hand.statements)} statements of its own, {BY_SLUG['scope'].rows:,} lines"
    take(Figure(name, milliseconds(mine), f"by hand {milliseconds(floor)}", mine / floor, 2))


def file_of(client: Client, slug: str, form: str) -> bytes:
    answer = client.get(f"/registers/{slug}/?export={form}")
    assert answer.status_code == 200
    return answer.getvalue()


def copied(slug: str) -> bytes:
    """The same rows and columns as PostgreSQL itself writes them: codes for words, nothing looked at."""
    register = register_of(slug)
    paths = [path for cell in exported(register.columns) for path in cell.reads]
    query, values = register.model.objects.live().values_list(*paths, "created_at").query.sql_with_params()
    out = io.BytesIO()
    with connection.cursor() as cursor:
        copy = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, DELIMITER ';', FORCE_QUOTE *)"
        cursor.copy_expert(cursor.mogrify(copy, values).decode(), out)
    return out.getvalue()


def written(rows: list[list]) -> bytes:
    """The same cells by openpyxl alone."""
    out, book = io.BytesIO(), Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("slug", FILES)
def test_a_file_of_all_rows_costs_little_more_than_its_floor(of, take, slug):
    with of("many"):
        client, count = signed_in(PERSON), BY_SLUG[slug].rows
        cells = CalamineWorkbook.from_filelike(io.BytesIO(file_of(client, slug, "xlsx"))).get_sheet_by_index(0)
        rows = cells.to_python()
        assert len(rows) == count + 1
        assert file_of(client, slug, "csv").count(b"\r\n") == copied(slug).count(b"\n") + 1 == count + 1
        xlsx, bare = in_turns(timed(partial(file_of, client, slug, "xlsx")), timed(partial(written, rows)), times=3)
        plain, copy = in_turns(timed(partial(file_of, client, slug, "csv")), timed(partial(copied, slug)), times=7)
    take(
        Figure(f"{slug}, {count:,} rows: .xlsx", f"{xlsx:.2f} s", f"openpyxl {bare:.2f} s", xlsx / bare, 1.3),
        Figure(f"{slug}, {count:,} rows: .csv", milliseconds(plain), f"COPY TO {milliseconds(copy)}", plain / copy, 2),
    )


def test_memory_of_a_file_does_not_grow_with_its_rows(of, take):
    """Of the .xlsx, beside the file itself."""
    peaks = {}
    for name in BASES:
        with of(name):
            client = signed_in(PERSON)
            file_of(client, "scope", "xlsx")
            tracemalloc.start()
            size = len(file_of(client, "scope", "xlsx"))
            peaks[name] = (tracemalloc.get_traced_memory()[1] - size) / 2**20
            tracemalloc.stop()
    said = f"{peaks['many']:.1f} MB"
    is_met = peaks["many"] < peaks["few"] + MEGABYTES
    take(
        Figure(
            "memory of an .xlsx of 40,000 rows",
            said,
            f"of 400: {peaks['few']:.1f} MB",
            None,
            None,
            f"< {MEGABYTES} MB more",
            is_met,
        )
    )


@pytest.mark.parametrize("source", ROWS_OF)
def test_full_recompute_of_a_register_costs_little_more_than_the_bare_aggregate(of, take, source):
    keys = keys_of(source)
    codes = [code for code, _basis in keys]
    with of("many"):
        add_rows(ROWS_OF[source], ENOUGH)
        recompute(codes)
        anew, same, floor = in_turns(
            lambda: recount_all_anew(codes), timed(lambda: recompute(codes)), timed(lambda: bare(keys)), times=5
        )
    of_what, beside = f"{', '.join(codes)} over {source}", f"bare SQL {milliseconds(floor)}"
    take(
        Figure(f"{of_what}: all written anew", milliseconds(anew), beside, anew / floor, ANEW),
        Figure(f"{of_what}: nothing changed", milliseconds(same), beside, same / floor, SAME),
    )
