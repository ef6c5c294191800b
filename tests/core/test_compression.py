"""Text goes out compressed, with a random few bytes more each time; what is compressed already goes as it is."""

import gzip

import pytest

from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
LIST = "/registers/enterprises/"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def client(signed_in, keeper):
    EnterpriseFactory.create_batch(3)
    return signed_in(keeper)


def test_page_is_a_third_of_its_size_at_most(client):
    plain, packed = client.get(LIST), client.get(LIST, headers=GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed.content).startswith(b"<!doctype html>")
    assert len(packed.content) < len(plain.content) / 3


def test_length_tells_nothing_of_a_token(client):
    assert len({len(client.get("/accounts/password/change/", headers=GZIP).content) for _ in range(8)}) > 1


def test_rows_are_compressed_as_they_are_read(client):
    packed = client.get(f"{LIST}?export=csv", headers=GZIP)
    assert packed.streaming
    assert packed["Content-Encoding"] == "gzip"
    lines = gzip.decompress(packed.getvalue()).decode("utf-8-sig").splitlines()
    assert len(lines) == 4


def test_answer_of_the_api_is_compressed(client):
    packed = client.get("/api/v1/indicators/", headers=GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert b'"MT5"' in gzip.decompress(packed.content)


def test_workbook_goes_as_it_is(client):
    packed = client.get(f"{LIST}?export=xlsx", headers=GZIP)
    assert "Content-Encoding" not in packed
    assert packed.content.startswith(b"PK")
