"""Data packages of open data under Frictionless, by whose standard they are written: the package, and every file of it
against the columns that it declares. Datasets of JSON-stat under their own checker, in both languages.
"""

import json
from pathlib import Path

import pytest
from django.conf import settings
from frictionless import Checklist, Package, system
from jsonstat_validator import validate_jsonstat

from apps.public.open_tables import TABLES
from tests.factories.closings import publish
from tests.public.test_open_data import file_of


@pytest.fixture
def taken(published, client, tmp_path):
    """taken("/en"): the package and its files as somebody keeps them who has fetched all of it."""

    def take(language: str = "") -> Path:
        address = f"{language}/open-data/{published.pk}/"
        told = client.get(f"{address}datapackage.json").json()
        for one in told["resources"]:
            path = one["path"].removeprefix(settings.SITE_URL)
            assert path == f"{address}{one['name']}.csv"
            answer = client.get(path)
            assert answer["Content-Type"].partition(";")[0] == one["mediatype"]
            one["path"] = f"{one['name']}.csv"
            (tmp_path / one["path"]).write_bytes(answer.content)
        kept = tmp_path / "datapackage.json"
        kept.write_text(json.dumps(told), encoding="utf-8")
        return kept

    return take


def faults(kept: Path) -> list[str]:
    with system.use_context(trusted=True):
        report = Package(str(kept)).validate(Checklist())
    assert len(report.tasks) == len(TABLES)
    return [f"{one[0]} {one[1]}: {one[2]}" for one in report.flatten(["name", "rowNumber", "note"])]


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_package_and_its_files_are_what_they_declare(published, taken, language):
    publish(2024)
    assert faults(taken(language)) == []


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("figures", '"2025",', '"2025","1",'),
        ("targets", "true", "có"),
        ("indicators", '"MT2"', '"MT1"'),
        ("units", "2025-07-01", "01/07/2025"),
    ],
)
def test_the_checker_sees_what_is_wrong(taken, table, old, new):
    kept = taken()
    file = kept.parent / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert faults(kept) != []


@pytest.mark.parametrize("table", [name for name, one in TABLES.items() if one.has_dataset])
@pytest.mark.parametrize("language", ["", "/en"])
def test_each_dataset_is_one_of_json_stat(published, client, table, language):
    told = json.loads(client.get(f"{language}/open-data/{published.pk}/{table}.json-stat").content)
    validate_jsonstat(told)
    rows = json.loads(file_of(client, published, table, "json"))
    assert [one for one in told["value"] if one is not None].count(16) == [one["value"] for one in rows].count(16)
