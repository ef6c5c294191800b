"""What anybody may say of the portal: without sign-in, script or cookie, and without a trace of who said it."""

import pytest
from django.conf import settings as project
from django.db import models
from django.test import Client
from lxml import html

from apps.audit.models import AuditEvent
from apps.feedback import services
from apps.feedback.models import Feedback
from apps.feedback.pages import KEYS, OF_PEOPLE, page_of
from tests.conftest import TDC
from tests.feedback.conftest import SAID
from tests.walk import matrix

pytestmark = pytest.mark.django_db


def form_of(answer) -> html.HtmlElement:
    [form] = html.fromstring(answer.content).xpath("//main//form[@method='post']")
    return form


def test_what_a_stranger_says_is_kept_with_its_page(send):
    answer = send(incident="6319-a4d6")
    assert (answer.status_code, answer["Location"]) == (302, "/feedback/sent/")
    [row] = Feedback.objects.all()
    assert (row.kind, row.text, row.page, row.incident) == ("unclear", SAID["text"], "/tasks/", "6319-A4D6")
    assert row.state == "open"


def test_the_page_of_thanks_is_open_and_says_that_nobody_answers(client, reference):
    page = client.get("/feedback/sent/")
    assert page.status_code == 200
    assert "Đã nhận góp ý" in page.text
    assert not page.cookies


def test_the_form_takes_page_and_code_from_the_address_and_checks_them(client, reference):
    form = form_of(client.get("/feedback/?page=/tasks/%3Fq%3DNguyen&incident=6319-A4D6"))
    assert form.xpath(".//input[@name='page']/@value") == ["/tasks/"]
    assert form.xpath(".//input[@name='incident']/@value") == ["6319-A4D6"]
    form = form_of(client.get("/feedback/?page=/khong-co/&incident=<b>"))
    assert form.xpath(".//input[@name='page']/@value") == []
    assert form.xpath(".//input[@name='incident']/@value") == []


def test_a_cookie_that_comes_along_has_no_effect(own_counts, officer, signed_in):
    """That is why no token against forgery is asked for: who is signed in sends as anybody does."""
    person = signed_in(officer)
    person.get("/dashboard/")
    before, session = AuditEvent.objects.count(), person.cookies[project.SESSION_COOKIE_NAME].value
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = person.cookies
    answer = strict.post("/feedback/", SAID, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 302
    assert not answer.cookies
    assert strict.cookies[project.SESSION_COOKIE_NAME].value == session
    assert AuditEvent.objects.count() == before
    [row] = Feedback.objects.all()
    words = " ".join(str(value) for value in row.__dict__.values())
    assert officer.email not in words
    assert row.handled_by is None
    assert officer.full_name not in strict.get("/feedback/").text


def test_nothing_that_is_kept_could_tell_who_sent_it():
    """Of people only who handled it; of moments only when that was."""
    fields = Feedback._meta.concrete_fields
    people = [field.name for field in fields if field.is_relation]
    moments = [field.name for field in fields if isinstance(field, models.DateTimeField)]
    addresses = [field.name for field in fields if isinstance(field, models.GenericIPAddressField)]
    assert (people, moments, addresses) == (["handled_by"], ["handled_at"], [])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": ""}, "Chọn một loại."),
        ({"kind": "praise"}, "Chọn một loại."),
        ({"text": " "}, "Viết vài chữ về điều bạn gặp."),
        ({"text": "dài " * 300}, "nhiều nhất 1000"),
        ({"incident": "7F3A20B"}, "Mã sự cố gồm 8 chữ số hoặc chữ cái từ A đến F"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(send, given, told):
    answer = send(**({"text": "Chữ đã gõ ở đây"} | given))
    assert answer.status_code == 422
    [name] = given
    form = form_of(answer)
    [field] = form.xpath(f".//*[@name='{name}'][1]/ancestor::div[contains(@class, 'field')]")
    assert told in field.text_content()
    assert "text" in given or "Chữ đã gõ ở đây" in form.xpath(".//textarea")[0].text
    assert form.xpath(".//input[@name='page']/@value") == ["/tasks/"]
    assert not Feedback.objects.exists()
    assert html.fromstring(answer.content).xpath("string(//title)").startswith("Lỗi:")


def test_a_thousand_signs_have_room_whatever_breaks_their_lines(send):
    assert send(text="\r\n".join(["Chữ số ba!"] * 90)).status_code == 302  # 989 signs; with \r more than a thousand


def test_addresses_and_long_numbers_are_masked(send):
    told = "0912 345 678 hoặc (024) 3791.1606, thư an.nguyen@bacninh.gov.vn, CCCD 001099012345, lúc 20/11/2026 09:42"
    send(text=told)
    text = Feedback.objects.get().text
    for told in ("0912", "345 678", "3791", "bacninh", "001099012345", "@"):
        assert told not in text
    assert "20/11/2026 09:42" in text


def test_codes_and_figures_stay_readable(send):
    words = "Nhiệm vụ NV-2026-0147, ô 5.1 ghi 1.234.567 đồng, ngày 20-11-2026, Quyết định 996/QĐ-TTg"
    send(text=words)
    assert Feedback.objects.get().text == words


def test_a_program_that_fills_in_everything_is_thanked_and_not_heard(send):
    answer = send(homepage="https://mua-ngay.example")
    assert (answer.status_code, answer["Location"]) == (302, "/feedback/sent/")
    assert not Feedback.objects.exists()


def test_nobody_sees_the_field_for_programs(client, reference):
    [field] = form_of(client.get("/feedback/")).xpath(".//input[@name='homepage']")
    assert field.xpath("ancestor::*[@hidden]")
    assert field.get("tabindex") == "-1"


def test_one_address_has_its_share_and_keeps_what_it_typed(send, settings):
    settings.LIMITS = settings.LIMITS | {"feedback": (2, 1_000_000_000)}
    assert [send().status_code for _time in range(3)] == [302, 302, 429]
    answer = send(text="Chữ đã gõ ở đây")
    assert int(answer["Retry-After"]) > 0
    assert "Có quá nhiều góp ý từ mạng này" in answer.text
    assert "Chữ đã gõ ở đây" in form_of(answer).xpath(".//textarea")[0].text
    assert Feedback.objects.count() == 2


def test_a_form_with_errors_costs_nothing_of_the_share(send, settings):
    settings.LIMITS = settings.LIMITS | {"feedback": (1, 1_000_000_000)}
    assert [send(text="").status_code, send(text="").status_code, send().status_code] == [422, 422, 302]


def test_more_than_anybody_reads_is_not_kept(send, monkeypatch):
    monkeypatch.setattr(services, "MOST_OPEN", 2)
    assert [send().status_code for _time in range(3)] == [302, 302, 503]
    assert "tạm ngừng nhận" in send().text
    Feedback.objects.filter(pk=Feedback.objects.first().pk).delete()
    assert send().status_code == 302


def test_nothing_typed_is_left_in_a_cache(send, client):
    assert client.get("/feedback/?page=/tasks/")["Cache-Control"] == "no-store"
    assert send(text="")["Cache-Control"] == "no-store"


def test_in_english_it_leads_to_the_english_page(client, own_counts, reference):
    form = form_of(client.get("/en/feedback/?page=/en/about/"))
    assert form.get("action") == "/en/feedback/"
    assert form.xpath(".//input[@name='page']/@value") == ["/en/about/"]
    assert client.post("/en/feedback/", SAID)["Location"] == "/en/feedback/sent/"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/tasks/NV-2026-0147/?tab=all#x", "/tasks/NV-2026-0147/"),
        ("/enterprises/khong-co/", ""),
        ("https://elsewhere.example/tasks/", ""),
        ("//elsewhere.example/tasks/", ""),
        ("/tasks/\n", ""),
        ("/tasks/" + "a" * 300 + "/", ""),
        ("/users/4711/", "/users/0/"),  # of people an address says no more than which page it is
        ("/calendar/khoa-bi-mat.ics", "/calendar/0.ics"),
        ("/en/provinces/", "/en/provinces/"),
        ("/en/tasks/", ""),
    ],
)
def test_of_an_address_only_the_page_is_kept(address, kept):
    assert page_of(address) == kept
    assert page_of(kept) == kept


def test_links_that_let_in_lose_their_key(client, reference):
    for path in ("/accounts/invitation/bi-mat-123/", "/accounts/password/reset/3a-bi-mat-456/"):
        form = html.tostring(form_of(client.get("/feedback/", {"page": path}))).decode()
        assert "bi-mat" not in form
        assert page_of(path)


def test_every_address_that_is_a_key_by_itself_is_known():
    opening = {rule.key: set(rule.args) for rule in matrix.read().routes.values() if rule.opens and rule.args}
    assert opening
    assert [key for key, names in opening.items() if not names & KEYS and not key.startswith(OF_PEOPLE)] == []


def test_the_office_alone_is_told(member):
    assert member("mot", "programme_officer", TDC).has_perm("feedback.view_feedback")
    assert not member("hai", "programme_leader", TDC).has_perm("feedback.view_feedback")
