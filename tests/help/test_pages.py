"""The pages of the help: for everybody, found by words, reached from every page of the portal."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from apps.core import open_pages
from apps.core.text import search_text
from apps.help.searching import found
from apps.help.texts import topics

STEPS = """## Các bước

1. Chọn **Nộp báo cáo**: số liệu được gửi đi.

## Nếu không được

Kỳ đã khóa sổ thì hỏi Ủy ban.
"""


def tree(client, url: str):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return html.fromstring(answer.content.decode())


def texts_of(nodes) -> list[str]:
    return [" ".join(one.text_content().split()) for one in nodes]


@pytest.fixture
def texts(put):
    put("nop-bao-cao", STEPS, title="Nộp báo cáo năm", roles="unit_editor", explains="reports:annualreport_list")
    put("nhiem-vu", "## Trạng thái\n\n{{ table:moves:tasks }}\n\n{{ contact }}\n", title="Nhiệm vụ", kind="reference")
    return put


@pytest.mark.parametrize("path", ["/help/", "/help/viec-dau-tien/", "/help/dung-tro-giup/", "/help/?q=dang+nhap"])
def test_pages_are_the_same_for_all_and_kept(reference, client, reader_client, path):
    client.cookies["sid"] = "x" * 32
    answer = client.get(path)
    assert answer["Cache-Control"] == open_pages.KEPT
    assert not answer.cookies
    assert b"<script" not in answer.content
    assert reader_client.get(path).content == answer.content
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    with CaptureQueriesContext(connection) as sent:
        client.get(path)
    assert len(sent) == 1  # the version of what it hangs on


def test_the_first_page_lists_the_texts_by_kind(reference, texts, client):
    page = tree(client, "/help/")
    cards = {one.get("aria-labelledby"): texts_of(one.xpath(".//li")) for one in page.xpath("//section")}
    assert cards["h-task"] == ["Nộp báo cáo năm"]
    assert cards["h-reference"] == ["Nhiệm vụ"]
    assert "h-role" not in cards


def test_a_text_is_a_page_with_whom_it_is_for_and_its_parts(reference, texts, client):
    page = tree(client, "/help/nop-bao-cao/")
    assert texts_of(page.xpath("//h1")) == ["Nộp báo cáo năm"]
    assert "Dành cho: Chuyên viên đơn vị" in page.text_content()
    assert page.xpath("//nav[@class='help-parts']//a/@href") == ["#cac-buoc", "#neu-khong-duoc"]
    assert page.xpath("//article//h2/@id") == ["cac-buoc", "neu-khong-duoc"]
    assert texts_of(page.xpath("//article//li//strong")) == ["Nộp báo cáo"]


def test_markup_in_a_text_is_text(reference, put, client):
    put("bai", "<script>alert(1)</script>\n\n[x](javascript:alert)\n", title="<b>Bài</b>")
    page = client.get("/help/bai/").content.decode()
    assert "<script" not in page
    assert "<b>Bài" not in page
    assert 'href="javascript' not in page


def test_a_table_is_drawn_from_the_moves_of_the_model(reference, texts, client):
    rows = [texts_of(row.xpath("./*")) for row in tree(client, "/help/nhiem-vu/").xpath("//article//tbody/tr")]
    [approve] = [row for row in rows if row[1] == "Phê duyệt nhiệm vụ"]
    assert (approve[0], approve[2], approve[3]) == ("Chờ phê duyệt", "Đã phê duyệt", "quyết định")
    assert "Lãnh đạo đơn vị" in approve[4]
    assert "Người tra cứu" not in approve[4]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("nop bao cao", "/help/nop-bao-cao/"),
        ("neu khong duoc", "/help/nop-bao-cao/#neu-khong-duoc"),
        ("đã khóa sổ", "/help/nop-bao-cao/#neu-khong-duoc"),
        ("sổ khóa", "/help/nop-bao-cao/#neu-khong-duoc"),
    ],
)
def test_words_are_found_with_and_without_marks(reference, texts, client, asked, first):
    found = tree(client, f"/help/?q={asked}").xpath("//section[@aria-labelledby='h-found']//li/a/@href")
    assert found[0] == first


def test_a_text_says_by_which_other_words_it_is_looked_for(reference, put, client):
    put("mot", "Chữ.\n", title="Ủy quyền phê duyệt", also="nghỉ phép, vắng mặt")
    put("hai", "Nghỉ phép là việc khác.\n", title="Việc khác", kind="role")
    found = tree(client, "/help/?q=nghi+phep").xpath("//section[@aria-labelledby='h-found']//li/a/@href")
    assert found == ["/help/mot/", "/help/hai/"]


def test_what_holds_most_of_the_words_stands_first(reference, texts, client):
    texts("chot", "Số liệu đến muộn.\n", title="Chốt kỳ")
    found = tree(client, "/help/?q=số+liệu+nào+gửi+rất+muộn").xpath("//section[@aria-labelledby='h-found']//li/a/@href")
    assert found == ["/help/chot/", "/help/nop-bao-cao/#cac-buoc"]
    assert "Chưa có bài nào về" in client.get("/help/?q=chim+bay+cò").content.decode()


@pytest.mark.parametrize(
    ("asked", "slug", "anchor"),
    [
        ("số liệu ghi muộn", "chot-so-lieu", ""),
        ("nghỉ phép", "nguoi-dung-va-vai-tro", ""),
        ("hợp nhất viện", "sap-xep-don-vi", ""),
        ("sáp nhập", "sap-xep-don-vi", ""),
        ("thêm văn bản", "van-ban-va-tep", ""),
        ("VSIC", "so-doanh-nghiep", ""),
        (
            "Không số nào khác phiên bản 1: chốt lại chỉ thêm một phiên bản với cùng số liệu.",
            "chot-so-lieu",
            "neu-khong",
        ),
        ("Mỗi lần ủy quyền dài nhất sáu tháng.", "nguoi-dung-va-vai-tro", "neu-khong"),
        ("Tổng tỷ lệ kế thừa phải đúng bằng 1 (100%), hiện là 0,9.", "sap-xep-don-vi", "neu-khong"),
        ("Kỳ 2026 chưa có số liệu nào nên chưa chốt được.", "chot-so-lieu", "neu-khong"),
        ("Chưa có văn bản “77/TB-TĐC” trong cổng: chọn văn bản đã có", "cong-bo-so-lieu", "neu-khong"),
    ],
)
def test_everyday_words_and_messages_find_the_text_of_the_task(asked, slug, anchor):
    first = found(asked, None)[0]
    assert (first.topic.slug, first.url.partition("#")[2][: len(anchor)]) == (slug, anchor)


def test_every_message_of_the_texts_finds_its_text():
    """As it stands on the screen, with something in the place of what changes; one of gaps alone says too little."""
    lost = []
    for topic in topics(None).values():
        for said in re.findall(r"^\| (?!Thông báo|---)([^|]{25,}?) \|", topic.body, re.MULTILINE):
            asked = search_text(said.replace("…", "17"))
            if said.count("…") < 3 and topic.slug not in [one.topic.slug for one in found(asked, None)[:3]]:
                lost.append((topic.slug, said))
    assert not lost


def test_each_text_has_the_search_and_leads_into_the_portal(reference, texts, client, reader_client):
    for reader in (client, reader_client):
        page = tree(reader, "/help/nop-bao-cao/")
        assert page.xpath("//form[@role='search']/@action") == ["/help/"]
        assert texts_of(page.xpath("//a[@href='/dashboard/']")) == ["Vào cổng"]
        assert not page.xpath("//a[@href='/accounts/login/']")
    assert client.get("/dashboard/")["Location"].startswith("/accounts/login/")


def test_what_is_not_found_is_said_and_written_back_escaped(reference, texts, client):
    page = client.get("/help/?q=<i>khong</i>").content.decode()
    assert "Chưa có bài nào về" in page
    assert "<i>khong" not in page


@pytest.mark.parametrize(
    ("route", "address"),
    [("reports:annualreport_list", "/help/nop-bao-cao/"), ("khong:co", "/help/"), ("tasks:plantask_list", "/help/")],
)
def test_a_page_leads_to_the_text_that_explains_it(reference, texts, client, route, address):
    answer = client.get(f"/help/for/{route}/")
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert client.get(f"/en/help/for/{route}/")["Location"] == f"/en{address}"


@pytest.mark.parametrize("path", ["/help/khong-co/", "/help/for/", "/en/help/khong-co/"])
def test_what_there_is_not_is_no_page(reference, client, path):
    assert client.get(path).status_code == 404


def test_an_english_page_shows_the_english_text_and_else_says_that_it_is_vietnamese(reference, texts, client):
    texts("nop-bao-cao", "## Steps\n\nChoose it.\n", "en", title="Sending the report")
    there = tree(client, "/en/help/nop-bao-cao/")
    assert texts_of(there.xpath("//h1")) == ["Sending the report"]
    assert there.xpath("//article/div/@lang") == ["en"]
    lacking = tree(client, "/en/help/nhiem-vu/")
    assert lacking.xpath("//article/div/@lang") == ["vi"]
    assert lacking.xpath("//h1/span/@lang") == ["vi"]


def test_the_support_desk_is_told_as_far_as_it_is_known(reference, texts, client, settings):
    assert "chưa được thiết lập" in client.get("/help/nhiem-vu/").content.decode()
    settings.SUPPORT_PHONE, settings.SUPPORT_HOURS = "024 0000 0000", "8 giờ đến 17 giờ"
    page = tree(client, "/help/nhiem-vu/")
    assert page.xpath("//article//a/@href") == ["tel:02400000000"]
    assert "8 giờ đến 17 giờ" in page.text_content()
    assert "chưa được thiết lập" not in page.text_content()


def test_every_page_leads_to_its_own_help(reference, reader_client, client):
    assert 'href="/help/for/dashboard:search/"' in reader_client.get("/search/").content.decode()
    assert 'href="/help/for/account_login/"' in client.get("/accounts/login/").content.decode()
    assert 'href="/help/"' in client.get("/about/").content.decode()


@pytest.mark.parametrize("path", ["/khong-co-trang-nay/", "/jobs/"])
def test_refusals_lead_to_the_help(reference, reader_client, path):
    answer = reader_client.get(path)
    assert answer.status_code in (403, 404)
    assert 'href="/help/"' in answer.content.decode()


def test_the_search_of_the_portal_finds_texts_after_everything_else(reference, texts, reader_client):
    page = tree(reader_client, "/search/?q=nop+bao+cao")
    heads = texts_of(page.xpath("//section//h2"))
    assert re.match(r"Trợ giúp 1", heads[-3] if heads[-1].startswith("Tìm") else heads[-1])
    assert page.xpath("//section[@aria-labelledby='h-help']//li/a/@href") == [
        reverse("help:topic", args=["nop-bao-cao"])
    ]
    # One word alone is looked for in titles and headings: a code stands in many texts.
    assert "h-help" not in reader_client.get("/search/?q=uy").content.decode()
