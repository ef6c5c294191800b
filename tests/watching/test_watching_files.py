"""docs/watching: what its rules and panels ask for is told, in the words used, and everything told is asked for."""

import json
import re
from itertools import chain

import promql_parser
import pytest
import yaml

from apps.core import measuring
from program996.management.processes import BASE_DIR
from tests.watching.promql import grouped_by, selectors

FOLDER = BASE_DIR / "docs/watching"
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
PANELS = [one for one in json.loads((FOLDER / "grafana.json").read_text())["panels"] if one["type"] != "row"]
TARGETS = [(panel, target) for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [target["expr"] for _panel, target in TARGETS]
ADDED = {"job", "instance"}  # by Prometheus, to whatever it reads


def known() -> dict[str, set[str]]:
    """Every name that may be asked for, with its labels."""
    names = {"up": set(ADDED)}
    for family in [measuring.ANSWERS, *chain(*(source.families for source in measuring._known.values()))]:
        names[f"{family.name}_total" if family.kind == "counter" else family.name] = {*family.labels, *ADDED}
    names["program996_requests_total"] = {"route", "method", "status", *ADDED}
    for part in ("bucket", "sum", "count"):
        names[f"program996_request_seconds_{part}"] = {"route", *ADDED} | ({"le"} if part == "bucket" else set())
    return names


def test_families_have_names_of_their_own_in_the_words_of_openmetrics():
    families = list(chain(*(source.families for source in measuring._known.values())))
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert re.fullmatch(r"program996_[a-z0-9_]+", family.name)
        assert not family.name.endswith(("_total", "_count", "_sum", "_bucket", "_created", "_info"))
        assert family.told.endswith(".")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_told(expression):
    tree, names = promql_parser.parse(expression), known()
    asked = list(selectors(tree))
    assert asked
    for one in asked:
        assert one.name in names, one.name
        assert {matcher.name for matcher in one.matchers.matchers} <= names[one.name]
    for inner, kept in grouped_by(tree):
        for one in selectors(inner):
            assert set(kept) <= names[one.name]


@pytest.mark.parametrize("panel, target", TARGETS, ids=lambda one: one.get("title", "") if "title" in one else "")
def test_a_panel_names_its_lines_by_labels_that_are_kept(panel, target):
    kept = set(chain(*(labels for _inner, labels in grouped_by(promql_parser.parse(target["expr"])))))
    assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= kept
    assert panel["datasource"] == {"type": "prometheus", "uid": "${nguon}"}


def test_everything_that_is_told_is_shown_or_watched():
    asked = {one.name for expression in EXPRESSIONS for one in selectors(promql_parser.parse(expression))}
    assert set(known()) == asked


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_what_is_wrong_and_what_to_do(rule):
    told = rule["annotations"]
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert set(told) == {"summary", "action"}
    assert len(told["action"]) > 40
    kept = set(chain(*(labels for _inner, labels in grouped_by(promql_parser.parse(rule["expr"])))))
    named = set(re.findall(r"\$labels\.(\w+)", told["summary"] + told["action"]))
    assert named <= kept | ({"instance", "source"} if not kept else set())
