"""Receivers on the pages of administrators, and the one sight of a secret."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.webhooks.models import Attempt, Delivery, Subscription
from tests.conftest import TDC
from tests.people.people import person

pytestmark = pytest.mark.django_db
NEW = "/webhooks/new/"
FACTS = {"key": "k", "label": "Nền tảng dữ liệu", "address": "https://nhan.example.vn/", "events": ["period.closed"]}


def secret_of(response) -> str:
    return re.search(r'value="(p996wh_[\w-]{43})"', response.content.decode())[1]


def test_secret_is_shown_once_and_a_copy_of_the_database_has_it_nowhere(central_client):
    response = central_client.post(NEW, FACTS)
    secret = secret_of(response)
    assert response["Cache-Control"] == "no-store"
    made = Subscription.objects.get()
    assert secret not in central_client.get(made.get_absolute_url()).content.decode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret[7:]}%"])
            assert cursor.fetchone()[0] == 0, table
    assert not any(secret in str(session.get_decoded()) for session in Session.objects.all())
    turned = secret_of(central_client.post(f"{made.get_absolute_url()}secret/"))
    assert turned != secret


def test_form_sent_twice_makes_one_and_shows_no_second_secret(central_client):
    central_client.post(NEW, FACTS)
    again = central_client.post(NEW, FACTS)
    assert (again.status_code, Subscription.objects.count()) == (302, 1)
    assert AuditEvent.objects.filter(action="webhook.created").count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"address": "https://127.0.0.1/"}, "Nhập địa chỉ dạng https://"),
        ({"address": "http://nhan.example.vn/"}, "Nhập địa chỉ dạng https://"),
        ({"events": []}, "Chọn ít nhất một sự kiện."),
        ({"events": ["jobs.export"]}, "jobs.export"),
        ({"label": ""}, "Nhập tên nơi nhận."),
        ({"owner": "1"}, "Chọn tài khoản trong danh sách."),
        ({"unit": "Tỉnh Không Có"}, "Tỉnh Không Có"),
    ],
)
def test_mistake_is_explained_at_its_field(central_client, wrong, words):
    text = central_client.post(NEW, FACTS | wrong).content.decode()
    assert words in text
    assert Subscription.objects.count() == 0


def test_two_receivers_of_one_name_are_refused_at_the_field(central_client):
    central_client.post(NEW, FACTS)
    text = central_client.post(NEW, FACTS | {"key": "other"}).content.decode()
    assert "Đã có nơi nhận với tên này." in text


def test_owner_is_oneself_or_a_program(central_client, central):
    program = person("Nền tảng", "service_account", TDC)
    central_client.post(NEW, FACTS)
    central_client.post(NEW, FACTS | {"key": "2", "label": "Hai", "owner": str(program.pk)})
    assert list(Subscription.objects.order_by("pk").values_list("owner", flat=True)) == [central.pk, program.pk]


@pytest.mark.parametrize("count", [1, 5])
def test_pages_ask_as_much_for_many_as_for_one(central_client, subscribe, count, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(count):
        made = subscribe(f"Nơi {number}")
    facts = {"subscription": made, "event": "period.closed", "data": {}, "occurred_at": now, "next_at": now}
    for row in Delivery.objects.bulk_create(Delivery(**facts) for _ in range(count)):
        Attempt.objects.create(delivery=row, milliseconds=1, failure="too_slow")
    central_client.get("/webhooks/")
    with django_assert_max_num_queries(14):
        central_client.get("/webhooks/")
    with django_assert_max_num_queries(14):
        text = central_client.get(made.get_absolute_url()).content.decode()
    assert text.count("Nơi nhận không trả lời trong 5 giây") == count
    assert central_client.get(f"{made.get_absolute_url()}?page=%00").status_code == 200


def test_label_events_and_unit_are_changed_and_nothing_else(central_client, subscribe):
    made = subscribe()
    url = f"{made.get_absolute_url()}edit/"
    page = central_client.get(url).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    facts = {"key": "k", "label": "Tên khác", "events": ["period.closed"], "unit": "VN-24-2025", "seen": seen}
    assert central_client.post(url, facts | {"address": "https://khac.example.vn/"}).url == made.get_absolute_url()
    changed = Subscription.objects.get()
    assert (changed.label, changed.events, changed.unit_id) == ("Tên khác", ["period.closed"], "VN-24-2025")
    assert (changed.address, changed.secret, changed.owner) == (made.address, made.secret, made.owner)
    assert central_client.post(url, facts | {"key": "2", "label": "Tên thứ ba"}).status_code == 409


def test_buttons_work_in_their_turn(central_client, subscribe):
    made = subscribe()
    central_client.post(f"{made.get_absolute_url()}pause/")
    central_client.post(f"{made.get_absolute_url()}test/")  # out of turn
    assert (Delivery.objects.count(), Subscription.objects.get().state) == (0, "paused")
    central_client.post(f"{made.get_absolute_url()}resume/")
    central_client.post(f"{made.get_absolute_url()}test/")
    assert Delivery.objects.get().event == "test"
    central_client.post(f"{made.get_absolute_url()}remove/")
    assert (Delivery.objects.get().state, Subscription.objects.get().state) == ("withheld", "removed")
    central_client.post(f"/webhooks/deliveries/{Delivery.objects.get().pk}/redeliver/")
    assert Delivery.objects.get().state == "withheld"
