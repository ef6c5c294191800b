"""A list as a file says of its rows what the list itself says, whoever puts it together."""

import csv
import io
import json
from datetime import datetime

import pytest

from apps.core.lines import guarded
from apps.registers.declaration import register_of
from apps.registers.serializers import told_in_sql
from tests.api import asked
from tests.conftest import LAM_DONG
from tests.factories.enterprises import EnterpriseFactory, ProgrammeEventFactory
from tests.factories.registers import FACTORIES, make

pytestmark = pytest.mark.django_db
KEEPER, LEADER = ("register_keeper", asked.BAC_NINH), ("programme_leader", asked.TDC)
LISTS = {
    **{f"registers/{slug}/": KEEPER for slug in (*FACTORIES, "enterprises", "enterprise-events")},
    **dict.fromkeys(
        ("units/", "documents/", "framework-items/", "closings/", "periods/", "targets/", "figures/", "tasks/"), LEADER
    ),
}
NUMBER = "079203012345"
BY_QUERY = ("registers/", "figures/")
MOMENTS = ("created_at", "updated_at", "known_from", "known_to")


@pytest.fixture
def people(member):
    return {
        who: member(f"{who[0]} {who[1]}", *who)
        for who in {*LISTS.values(), asked.ANYBODY, ("unit_editor", asked.BAC_NINH)}
    }


def sent(client, address):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def listed(client, address):
    """Page after page."""
    found, url = [], f"/api/v1/{address}?page_size=200&cursor="
    while url:
        page = client.get(url).json()
        found, url = found + page["results"], page["next"]
    return found


def ordered(rows):
    return sorted(map(told, rows), key=lambda row: str(row.get("id") or row.get("code") or row))


def told(row):
    """Without what is asked of one row only; a moment as such, whatever zeros it is written with."""
    row = {name: value for name, value in row.items() if name != "allowed_actions"}
    return row | {name: datetime.fromisoformat(row[name]) for name in MOMENTS if row.get(name)}


def household():
    """Of another province, whose notes are its own; with a stage in ours, and a person's number for a code."""
    elsewhere = EnterpriseFactory(tax_code=NUMBER, unit_id=LAM_DONG, note="Ghi chú riêng")
    ProgrammeEventFactory(programme__enterprise=elsewhere, note="Của ta")
    ProgrammeEventFactory(programme__enterprise=elsewhere, unit_id=LAM_DONG, note="Của người khác")


@pytest.mark.parametrize("output", ["csv", "ndjson"])
def test_no_file_has_a_persons_number_or_the_notes_of_others(people, signed_in, output):
    household()
    client = signed_in(people[KEEPER])
    text = sent(client, f"registers/enterprises/export/?output={output}")
    assert f"{'•' * 8}{NUMBER[-4:]}" in text
    assert NUMBER not in text
    assert "Ghi chú riêng" not in text
    events = sent(client, f"registers/enterprise-events/export/?output={output}")
    assert "Của ta" in events
    assert "Của người khác" not in events


def test_every_list_is_told_alike_row_by_row(people, signed_in):
    asked.rows(people[asked.ANYBODY], people["unit_editor", asked.BAC_NINH])
    household()
    clients = {who: signed_in(person) for who, person in people.items()}
    for address, who in LISTS.items():
        rows = listed(clients[who], address)
        lines = [json.loads(line) for line in sent(clients[who], f"{address}export/?output=ndjson").splitlines()]
        assert rows, f"{address}: nothing to compare"
        assert ordered(lines) == ordered(rows), address
        for row in rows[:3] if address.startswith(BY_QUERY) else ():  # where its own address asks a serializer
            assert clients[who].get(f"/api/v1/{address}{row['id']}/").json() == row, address


def test_as_csv_too(people, signed_in):
    row = make("standards", name='=Chuẩn "một"', holder="Viện\nĐo lường")
    client = signed_in(people[KEEPER])
    text = sent(client, "registers/standards/export/")
    assert text.startswith("\ufeffid,")
    [cells] = [
        one for one in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")) if one["id"] == str(row.pk)
    ]
    [shown] = [one for one in listed(client, "registers/standards/") if one["id"] == row.pk]
    assert cells["name"] == '\'=Chuẩn "một"'
    for name in set(cells) - {"name", *MOMENTS}:
        assert cells[name] == ("" if shown[name] is None else str(shown[name])), name


def test_it_has_the_filters_and_the_fields_of_the_list(people, signed_in):
    kept, _other = make("standards", area="m"), make("standards", area="t")
    client = signed_in(people[KEEPER])
    lines = sent(client, "registers/standards/export/?output=ndjson&area=m&fields=code,id").splitlines()
    assert [json.loads(line) for line in lines] == [{"id": kept.pk, "code": kept.code}]
    for query, name in (
        ("output=exe", "output"),
        ("fields=unit__basis", "fields"),
        ("khong_co=1", "khong_co"),
        ("page=2", "page"),
    ):
        answer = client.get(f"/api/v1/registers/standards/export/?{query}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_nobody_is_sent_what_is_out_of_sight(people, signed_in, outsider):
    row = make("labs")
    assert str(row.pk) in sent(signed_in(people[KEEPER]), "registers/labs/export/")
    assert sent(signed_in(outsider), "registers/labs/export/?output=ndjson") == ""
    assert signed_in(people["unit_editor", asked.BAC_NINH]).get(
        "/api/v1/registers/enterprises/export/"
    ).status_code in (200, 403)


def test_any_accepted_type_will_do(people, signed_in):
    client = signed_in(people[KEEPER])
    for accept in ("text/csv", "application/x-ndjson", "*/*"):
        answer = client.get("/api/v1/units/export/?output=csv", headers={"Accept": accept})
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert answer["Content-Disposition"] == 'attachment; filename="unit.csv"'


def test_long_lists_are_put_together_by_the_database(django_assert_num_queries, people, signed_in):
    """Which of them are is not left to chance: only those that keep back a part of a code are not."""
    slow = {slug for slug in FACTORIES if told_in_sql(register_of(slug)) is None}
    assert slow == {slug for slug in FACTORIES if any(one.is_hidden for one in register_of(slug).columns)}
    assert {"standards", "scope", "attendances"}.isdisjoint(slow)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-5.25", "-5.25"),
        ("-x", "'-x"),
        ("@a", "'@a"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("\tx", "'\tx"),
    ],
)
def test_no_cell_is_a_formula(cell, safe):
    assert guarded(cell) == safe
