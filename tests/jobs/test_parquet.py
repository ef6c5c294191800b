"""Whole lists as Parquet say what their lines say, with kinds. Only where pyarrow is, which `make test` brings."""

import io
import json
from datetime import date, datetime
from decimal import Decimal

import pytest

import apps.core.parquet
from tests.api import asked
from tests.api.test_export import LISTS, household, people, sent
from tests.conftest import BAC_NINH
from tests.factories.registers import make
from tests.jobs.test_lists import STANDARDS, ask, fetched, job_of, own_folder

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
__all__ = ["own_folder", "people"]
pytestmark = pytest.mark.django_db
AS_PARQUET = STANDARDS | {"output": "parquet"}


def test_every_list_as_parquet_says_what_its_lines_say(people, signed_in):
    asked.rows(people[asked.ANYBODY], people["unit_editor", BAC_NINH])
    household()
    clients = {who: signed_in(one) for who, one in people.items()}
    for address, who in LISTS.items():
        client, resource = clients[who], address.rstrip("/")
        lines = [json.loads(line) for line in sent(client, f"{address}export/?output=ndjson").splitlines()]
        file = parquet.read_table(
            io.BytesIO(fetched(client, job_of(ask(client, {"resource": resource, "output": "parquet"}))))
        )
        assert file.num_rows == len(lines) > 0, address
        assert file.column_names == list(lines[0]), address
        kinds = {one.name: one.type for one in file.schema}
        told = [{name: meant(value, kinds[name]) for name, value in line.items()} for line in lines]
        assert file.to_pylist() == told, address


def meant(value, kind):
    """What a line says, as the kind of its column has it; parts are text."""
    if value is None:
        return None
    if pyarrow.types.is_decimal(kind):
        return Decimal(value)
    if pyarrow.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    if pyarrow.types.is_date(kind):
        return date.fromisoformat(value)
    if pyarrow.types.is_string(kind) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def test_columns_have_their_kinds(people, signed_in):
    make("standards", recognised_on=date(2021, 5, 4))
    client = signed_in(people["register_keeper", BAC_NINH])
    asked_for = AS_PARQUET | {"fields": ["id", "code", "recognised_on", "updated_at"]}
    kinds = parquet.read_schema(io.BytesIO(fetched(client, job_of(ask(client, asked_for)))))
    assert [(one.name, one.type) for one in kinds] == [
        ("id", pyarrow.int64()), ("code", pyarrow.string()), ("recognised_on", pyarrow.date32()),
        ("updated_at", pyarrow.timestamp("us", tz="UTC")),
    ]  # fmt: skip
    figures = {"resource": "figures", "output": "parquet", "fields": ["value", "covers_predecessors"]}
    kinds = parquet.read_schema(io.BytesIO(fetched(client, job_of(ask(client, figures)))))
    assert [one.type for one in kinds] == [pyarrow.decimal128(20, 4), pyarrow.bool_()]


def test_a_long_list_is_written_in_groups(people, signed_in, monkeypatch):
    monkeypatch.setattr(apps.core.parquet, "GROUP", 2)
    [make("standards") for _ in range(3)]
    client = signed_in(people["register_keeper", BAC_NINH])
    file = parquet.ParquetFile(io.BytesIO(fetched(client, job_of(ask(client, AS_PARQUET)))))
    assert (file.num_row_groups, file.metadata.num_rows) == (2, 3)
