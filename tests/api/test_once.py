"""The same request sent again makes nothing again, at whatever address."""

import json

import pytest

from apps.audit.models import AuditEvent
from apps.jobs.models import IdempotencyKey
from apps.labs.models import MeasurementStandard
from tests.at_once import at_once
from tests.conftest import BAC_NINH
from tests.factories.registers import StandardFactory

URL = "/api/v1/registers/standards/"
STANDARD = {
    "code": "CQG-900", "name": "Chuẩn độ dài", "area": "l", "quantity": "Độ dài", "unit": BAC_NINH,
    "holder": "Viện Đo lường", "recognised_on": "2021-05-04",
}  # fmt: skip
pytestmark = pytest.mark.django_db


def post(client, url, data, key="k-1", **headers):
    told = {"Idempotency-Key": key, **headers}
    return client.post(url, json.dumps(data), content_type="application/json", headers=told)


def test_a_row_is_made_once(reader_client, signed_in, outsider):
    first, second = (post(reader_client, URL, STANDARD) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (second["Idempotency-Replayed"], "Idempotency-Replayed" in first.headers) == ("true", False)
    assert MeasurementStandard.objects.count() == 1
    other = post(reader_client, URL, STANDARD | {"name": "Khác"})
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    elsewhere = post(reader_client, "/api/v1/registers/products/", STANDARD)
    assert elsewhere.json()["code"] == "key_reused"
    assert post(signed_in(outsider), URL, STANDARD | {"unit": "VN-68-2025", "code": "CQG-901"}).status_code == 201


def test_a_withdrawal_is_answered_again_though_the_row_is_gone(reader_client):
    row = StandardFactory()
    url = f"{URL}{row.pk}/withdraw/"
    tag = reader_client.get(f"{URL}{row.pk}/")["ETag"]
    for _ in range(2):
        answer = post(reader_client, url, {"reason": "Nhầm"}, **{"If-Match": tag})
        assert (answer.status_code, answer.content) == (204, b"")
    assert AuditEvent.objects.filter(action="register.withdrawn").count() == 1
    assert post(reader_client, url, {"reason": "Nhầm"}, key="k-2").status_code == 404


def test_what_is_refused_takes_no_key(reader_client, signed_in, stranger):
    assert post(reader_client, URL, STANDARD | {"area": "?"}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert post(reader_client, URL, STANDARD).status_code == 201
    assert post(signed_in(stranger), URL, STANDARD).status_code == 403


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "a\x07b"])
def test_a_key_that_is_none_is_refused(reader_client, key):
    assert post(reader_client, URL, STANDARD, key=key).json()["code"] == "bad_key"
    assert not MeasurementStandard.objects.exists()


def test_a_key_of_any_letters_is_kept(reader_client):
    for key in ("Khóa số 1: đợt ½", "x" * 100):
        answers = [post(reader_client, URL, STANDARD | {"code": key[:20]}, key=key) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 200]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one(signed_in, keeper):
    clients = [signed_in(keeper) for _ in range(20)]
    answers = at_once([lambda client=client: post(client, URL, STANDARD) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert MeasurementStandard.objects.count() == 1
