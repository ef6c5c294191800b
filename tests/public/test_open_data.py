"""Open data: every table in every form says what the page says, at an address that stays."""

import csv
import io
import json

import pytest
from jsonstat_validator import validate_jsonstat
from lxml import etree, html
from openpyxl import load_workbook

from apps.progress.services import recompute
from apps.public.open_files import forms_of
from apps.public.open_tables import TABLES
from apps.targets.publishing import withdraw_publication
from tests.conftest import LAM_DONG
from tests.factories.closings import close, publish
from tests.public.conftest import DAY, HA_NOI

ALL = [(table.name, form) for table in TABLES.values() for form in forms_of(table)]


def file_of(client, publication, table: str, form: str) -> bytes:
    answer = client.get(f"/open-data/{publication.pk}/{table}.{form}")
    assert answer.status_code == 200, answer.content
    return answer.content


def rows_of(client, publication, table: str) -> list[dict[str, str]]:
    text = file_of(client, publication, table, "csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_figures_are_those_of_the_page_and_of_the_api(published, client):
    found = {(one["indicator"], one["unit"]): one for one in rows_of(client, published, "figures")}
    assert (found["MT5", "VN"]["value"], found["MT5", HA_NOI]["value"]) == ("16", "8")
    assert (found["MT5", LAM_DONG]["value"], found["MT5", LAM_DONG]["reason"]) == ("", "few")
    address = f"/api/v1/public/publications/{published.pk}/values/"
    for one in client.get(address, {"page_size": "200"}).json()["results"]:
        own = found[one["indicator"], one["unit"] or "VN"]
        assert (own["value"], own["reason"]) == (one["value"] or "", one["reason"])


def test_every_form_of_a_table_has_the_same_rows(published, client):
    for table in TABLES:
        rows = rows_of(client, published, table)
        told = json.loads(file_of(client, published, table, "json"))
        book = load_workbook(io.BytesIO(file_of(client, published, table, "xlsx")), read_only=True)
        head, *lines = book.worksheets[1].iter_rows(values_only=True)
        assert len(rows) == len(told) == len(lines) > 0, table
        assert list(rows[0]) == list(told[0]) == list(head) == [one.name for one in TABLES[table].columns]
        for csv_row, json_row in zip(rows, told, strict=True):
            for column in TABLES[table].columns:
                if column.kind == "number" and json_row[column.name] is not None:
                    assert float(csv_row[column.name]) == json_row[column.name]


@pytest.mark.parametrize("table", ["figures", "figures-as-reported"])
def test_a_cube_is_json_stat(published, client, table):
    told = json.loads(file_of(client, published, table, "json-stat"))
    validate_jsonstat(told)
    assert 16 in told["value"]


def test_the_data_package_names_every_column_of_every_file(published, client):
    package = client.get(f"/open-data/{published.pk}/datapackage.json").json()
    assert [one["name"] for one in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        rows = rows_of(client, published, resource["name"])
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert list(rows[0]) == names
        keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(keys) == len(set(keys))
        assert all(all(key) for key in keys)
    assert package["licenses"][0]["path"]


def test_the_catalogue_and_the_feed_lead_to_what_there_is(published, client, settings):
    told = json.loads(client.get("/open-data/catalog.jsonld").content)
    [dataset] = told["dcat:dataset"]
    documented = html.fromstring(client.get("/open-data/").content).xpath("//a[contains(@href, 'api/docs')]/@href")
    assert {client.get(one).status_code for one in documented} == {200}
    files = [one["dcat:downloadURL"]["@id"].removeprefix(settings.SITE_URL) for one in dataset["dcat:distribution"]]
    assert len(files) == len(ALL)
    assert {client.get(one).status_code for one in files} == {200}
    feed = etree.fromstring(client.get("/open-data/feed.atom").content)
    [entry] = feed.findall("{*}entry")
    assert client.get(entry.findtext("{*}id").removeprefix(settings.SITE_URL)).status_code == 200


def test_an_old_edition_says_the_same_for_good(published, event, client):
    before = {one: file_of(client, published, *one) for one in ALL if one[1] != "xlsx"}
    event(DAY, HA_NOI)
    recompute()
    close(2025)
    later = publish(2025)
    assert {one: file_of(client, published, *one) for one in before} == before
    assert rows_of(client, later, "targets")[-1]["value"] == "17"


def test_what_was_taken_back_is_gone_and_says_where_to_read_why(published, client, leader):
    withdraw_publication(published, "Sai số liệu", by=leader)
    for table, form in ALL:
        answer = client.get(f"/open-data/{published.pk}/{table}.{form}")
        assert (answer.status_code, "rút khỏi công bố" in answer.content.decode()) == (410, True)
    assert client.get(f"/open-data/{published.pk}/datapackage.json").status_code == 410
    assert client.get("/open-data/catalog.jsonld").json()["dcat:dataset"] == []
    assert "đã rút công bố" in client.get("/open-data/feed.atom").content.decode()


@pytest.mark.parametrize("path", ["figures.ods", "secrets.csv", "targets.json-stat", "units.json-stat"])
def test_there_is_no_other_file(published, client, path):
    assert client.get(f"/open-data/{published.pk}/{path}").status_code == 404
