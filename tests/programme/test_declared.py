"""What a folder of facts may say of counting, and what stops the start; whether the second catalogue says enough."""

import gettext
import json
import re

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.core.programme import programme
from apps.core.reference import Facts
from apps.progress.counting import First, Held, Ratio, Stock
from apps.progress.declared import counting_of
from apps.progress.sources import SOURCES
from tests.programme.test_second import FACTS

EVENTS, PLANS, UNITS = "enterprises.programme_event", "plans.unit_plan", "organisations.reporting_unit"
NAMED = re.compile(r"(?<!p)996")


def test_a_way_its_source_and_its_conditions():
    count = counting_of({"first": EVENTS, "of": {"form": "served"}, "where": {"ownership": ["state"]}}, SOURCES)
    assert isinstance(count, First)
    assert count.source is SOURCES[EVENTS]
    assert count.asked == "form IN ('served') AND ownership IN ('state')"


def test_one_in_percent_of_another():
    count = counting_of({"held": PLANS, "in_percent_of": {"stock": UNITS}}, SOURCES)
    assert isinstance(count, Ratio)
    assert [type(part) for part in count.parts] == [Held, Stock]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"last": EVENTS},
        {"first": "enterprises.nothing"},
        {"first": EVENTS, "when": "today"},
        {"stock": EVENTS, "of": {"form": "served"}},
        {"first": EVENTS, "where": {"ownership": ["state') OR true --"]}},
        {"first": EVENTS, "where": {"ownership) OR (true": ["state"]}},
        {"first": EVENTS, "of": {"form": "a b"}},
        {"held": PLANS, "in_percent_of": {"stock": UNITS, "in_percent_of": {"stock": UNITS}}},
    ],
)
def test_anything_else_stops_the_start(told):
    with pytest.raises(ImproperlyConfigured):
        counting_of(told, SOURCES)


EMPTY = {"slug": "", "headline": "", "plan_decision": "", "not_in_passwords": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"slug": "x"}',
        json.dumps(EMPTY | {"indicators": {"A'B": {}}}),
        json.dumps(EMPTY | {"indicators": {"A1": {"count": {}}}}),
    ],
)
def test_a_file_that_says_less_or_more_is_named(text, tmp_path, settings):
    settings.FACTS = tmp_path
    (tmp_path / "programme.json").write_text(text)
    programme.cache_clear()
    try:
        with pytest.raises(ImproperlyConfigured, match=r"programme\.json"):
            programme()
    finally:
        programme.cache_clear()


def test_a_folder_lies_over_the_portals_own():
    facts = Facts(FACTS)
    assert [row["code"] for row in facts.table("targets")] == ["CT1", "CT2", "CT3"]
    assert len(facts.table("provinces")) == len(Facts(settings.OWN_FACTS).table("provinces"))


def test_the_second_catalogue_says_every_text_that_names_the_programme():
    ours, theirs = words(settings.BASE_DIR / "program996/locale/en"), words(FACTS / "locale/vi")
    named = {text for text in ours if NAMED.search(text)}
    assert len(named) > 20
    assert sorted(named - theirs.keys()) == []
    assert [text for text in named if NAMED.search(theirs[text])] == []


def words(folder) -> dict[str, str]:
    with (folder / "LC_MESSAGES/django.mo").open("rb") as stream:
        return {key: text for key, text in gettext.GNUTranslations(stream)._catalog.items() if isinstance(key, str)}
