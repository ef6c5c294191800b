"""The nation's report at the end of the programme and over the largest registers: what it reads, then its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.publications.building import build
from apps.publications.facts.taken import asked_of, take_facts
from apps.publications.manuscript import Manuscript, manuscript_of, unwritten
from apps.publications.models import ReportBook
from program996.demo.years import FULL
from tests.agreement import disagreements
from tests.bench.conftest import LARGE
from tests.bench.measuring import Figure, milliseconds, timed
from tests.bench.test_pages import signed_in
from tests.bench.test_reports import OFFICER

FILES, WHOLE = 3.0, 10.0  # seconds: .docx, .pdf and .xlsx; with what is read for them
TIMES = 5
LOADS = {"end of the programme": ("at", "full"), f"{LARGE:,} enterprises": ("base", LARGE)}
Span = ReportBook.Span


@pytest.mark.parametrize("span", [Span.ANNUAL, Span.FINAL])
@pytest.mark.parametrize("load", LOADS)
def test_the_nations_report(load, span, take, request):
    with joined_to(load, request):
        book = taken(span)
        with CaptureQueriesContext(connection) as captured:
            taken(span)
        built = build(book)
        reading = median(timed(partial(taken, span))() for _ in range(TIMES))
        writing = median(timed(partial(build, book))() for _ in range(TIMES))
    name = f"{span} report, {load}"
    sizes = ", ".join(f"{ending} {len(raw) / 1024:.0f} kB" for ending, raw in built.files.items())
    take(
        Figure(f"{name}: its files", milliseconds(writing), sizes, goal_text=f"< {FILES:g} s", met=writing < FILES),
        Figure(
            f"{name}: whole", milliseconds(reading + writing),
            f"read by {len(captured)} queries: {milliseconds(reading)}", goal_text=f"< {WHOLE:g} s",
            met=reading + writing < WHOLE,
        ),
    )  # fmt: skip


@contextmanager
def joined_to(load: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    fixture, size = LOADS[load]
    with request.getfixturevalue(fixture)(size) as year:
        yield year


def taken(span: str) -> Manuscript:
    """Of the last closed year: in the words of the demonstration; of many years by the outline."""
    book = ReportBook.objects.get()
    asked = asked_of(span, book.year, None, timezone.now())
    facts = take_facts(asked)
    return replace(manuscript_of(book), facts=facts) if span == Span.ANNUAL else unwritten(asked, facts)


def test_everybody_tells_the_same_figures(at, take, settings):
    """Of all closed years, indicators, units and both views: reports, pages, API and files."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (1_000_000, 60))
    with at("full"):
        found, held = disagreements(signed_in(OFFICER), list(FULL.closed), timezone.now())
    name, wrong = f"figures held to each other, {len(FULL.closed)} years", "; ".join(found[:3])
    take(Figure(name, f"{held:,}", f"{len(found)} differ {wrong}", goal_text="all agree", met=not found))
