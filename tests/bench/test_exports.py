"""Whole lists for programs, beside PostgreSQL's own copy of the same rows and columns."""

import io
import tracemalloc
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from apps.accounts.scope import UnitScope
from apps.core.copied import copy
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import read_provinces
from apps.enterprises.tables import EnterpriseTable, RegisterData
from tests.bench.conftest import LARGE, SMALLER
from tests.bench.measuring import Figure, in_turns, milliseconds, timed
from tests.bench.test_pages import signed_in

ADDRESS, PERSON, MEGABYTES = "/api/v1/registers/enterprises/export/", "so-dang-ky@tdc.example", 150
COLUMNS = (
    *("id", "tax_code", "tax_code_reason", "name", "ownership", "industry_code", "unit_id", "located_on", "address"),
    *("note", "created_at", "updated_at"),
)
LIST = "/registers/enterprises/"
GOAL = 2.5  # 40 % of its speed


@pytest.fixture(autouse=True)
def unlimited(settings) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (1_000_000, 60))
    settings.EXPORT_ROWS_AT_ONCE = 1_000_000


def taken(client: Client, form: str) -> int:
    return sum(len(some) for some in client.get(ADDRESS, {"output": form}).streaming_content)


def copied() -> int:
    out, rows = io.BytesIO(), Enterprise.objects.live().order_by("pk").values_list(*COLUMNS)
    query, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        copy = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE *)"
        cursor.copy_expert(cursor.mogrify(copy, values).decode(), out)
    return len(out.getvalue())


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_whole_list_costs_little_more_than_its_copy(base, take, form):
    """An object names its fields in every line: of it the speed is in bytes."""
    with base(LARGE):
        client = signed_in(PERSON)
        mine, copy = in_turns(timed(partial(taken, client, form)), timed(copied), times=7)
        longer = taken(client, form) / copied() if form == "ndjson" else 1
    name = f"{LARGE:,} enterprises as {form}"
    take(Figure(name, milliseconds(mine), f"COPY TO {milliseconds(copy)}", mine / copy / longer, GOAL))


def page_file(client: Client) -> bytes:
    return client.get(LIST, {"export": "csv"}).getvalue()


def read_by_list() -> bytes:
    """What the file of the page reads, codes for words, nothing looked at."""
    data = RegisterData(Enterprise.objects.live())
    told = EnterpriseTable(data, provinces=read_provinces(), imports=UnitScope()).in_file()
    out = io.BytesIO()
    copy(told.statement()[0], "FORMAT csv, DELIMITER ';', FORCE_QUOTE *", out)
    return out.getvalue()


def test_the_file_of_a_page_costs_little_more_than_its_copy(base, take):
    with base(LARGE):
        client = signed_in(PERSON)
        assert page_file(client).count(b"\r\n") == read_by_list().count(b"\n") + 1 == LARGE + 1
        mine, floor, bare = in_turns(timed(partial(page_file, client)), timed(read_by_list), timed(copied), times=5)
    name = f"{LARGE:,} enterprises: .csv of the page"
    take(
        Figure(name, milliseconds(mine), f"COPY TO of what it reads {milliseconds(floor)}", mine / floor, 2),
        Figure(name, milliseconds(mine), f"COPY TO of the table alone {milliseconds(bare)}", mine / bare),
    )


def test_its_memory_does_not_grow_with_its_rows(base, take):
    peaks = []
    for size in (SMALLER[0], LARGE):
        with base(size):
            client = signed_in(PERSON)
            taken(client, "csv")
            tracemalloc.start()
            taken(client, "csv")
            peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
            tracemalloc.stop()
    few, many = (f"{peak:.1f} MB" for peak in peaks)
    name, is_met = f"memory of {LARGE:,} enterprises as csv", peaks[1] < min(MEGABYTES, peaks[0] + 10)
    take(Figure(name, many, f"of {SMALLER[0]:,}: {few}", None, None, f"< {MEGABYTES} MB, flat", is_met))
