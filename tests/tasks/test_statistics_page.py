"""The page of timeliness: the answer, links to what is behind each figure, files, and what changed between two days."""

import io
import re
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from openpyxl import load_workbook

from apps.tasks.models import TaskProgress
from tests.alike import assert_files_say_the_same
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import person

pytestmark = pytest.mark.django_db
PAGE = "/tasks/statistics/"
AT = f"{PAGE}?on=20/11/2026"


@pytest.fixture
def client(officer, signed_in):
    for code, lead, state, due, item in [
        ("a", BAC_NINH, "accepted", date(2026, 6, 30), "B.6"),
        ("b", BAC_NINH, "accepted", date(2026, 6, 29), "B.5"),
        ("c", BAC_NINH, "in_progress", date(2026, 11, 22), "B.6"),
        ("d", LAM_DONG, "in_progress", date(2026, 11, 19), "B.6"),
        ("e", "VMI", "in_progress", date(2026, 12, 31), "A.3.1"),
    ]:
        PlanTaskFactory(code=code, title=f"Nhiệm vụ {code}", lead_unit_id=lead, state=state, due_on=due,
                        framework_item_id=item)  # fmt: skip
    return signed_in(officer)


def links(page: str, text: str) -> list[list[tuple[str, str]]]:
    """What the links of this text to the list behind a figure ask for."""
    found = re.findall(rf'href="(/tasks/statistics/tasks/\?[^"]*)">{text}</a>', page)
    return [parse_qsl(urlsplit(one.replace("&amp;", "&")).query) for one in found]


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_answer_comes_first_with_both_rates(client):
    words = words_of(client.get(AT).content.decode())
    assert "Đến ngày 20/11/2026, 2/3 nhiệm vụ đến hạn đã hoàn thành (66,67%) , 1/3 nhiệm vụ quá hạn chưa" in words
    assert "Trong đó sắp đến hạn: 1".lower() in words.lower()


def test_every_table_says_which_tasks_it_counts_as_of_when_and_by_which_due_date(client):
    page = client.get(f"{AT}&due=first&year=2026&unit={LAM_DONG}").content.decode()
    captions = [words_of(one) for one in re.findall(r"<caption[^>]*>(.*?)</caption>", page, re.DOTALL)]
    basis = "1 nhiệm vụ (năm kế hoạch 2026, Lâm Đồng), tính đến ngày 20/11/2026, theo hạn đặt ban đầu"
    assert len(captions) == 2
    assert all(basis in caption for caption in captions)
    assert "tử số là nhiệm vụ đã hoàn thành, mẫu số là nhiệm vụ đến hạn" in captions[1]
    whole = words_of(client.get(AT).content.decode())
    assert "5 nhiệm vụ (mọi năm kế hoạch, mọi đơn vị trong phạm vi được xem), tính đến ngày 20/11/2026" in whole
    assert "1/3 nhiệm vụ đến hạn (33,33%)" in whole


@pytest.mark.parametrize(
    "page",
    [
        AT,
        f"{AT}&by=group&due=first&before=30/06/2026",
        f"{AT}&by=list&year=2026",
        f"{AT}&unit=SO-BAC-NINH",
        f"{AT}&unit={BAC_GIANG}&by=year",
        f"{AT}&units=as-reported",
        f"{AT}&units=as-reported&unit={BAC_NINH}&by=year",
        f"{PAGE}?on=21/06/2026&by=route",  # a day gone by
        PAGE,
        "/plan/?list=all",
        f"/plan/?list=B&unit={BAC_NINH}",
        "/plan/B/6/",
    ],
)
def test_each_figure_leads_to_the_tasks_behind_it(client, so, page):
    more = {"code": "g", "lead_unit_id": so.pk, "first_due_on": date(2026, 6, 22), "due_on": date(2026, 12, 1)}
    PlanTaskFactory(**more, state="in_progress")
    PlanTaskFactory(code="h", lead_unit_id=BAC_GIANG, year=2024, due_on=date(2024, 12, 1), state="closed",
                    reported_on=date(2024, 12, 2))  # fmt: skip
    for code, state in (("i", "draft"), ("j", "terminated"), ("k", "suspended")):
        PlanTaskFactory(code=code, lead_unit_id=BAC_NINH, state=state)
    html = client.get(page).content.decode()
    found = set(re.findall(r'href="(/tasks/(?:statistics/tasks/)?\?[^"]*)">(\d+)(?: nhiệm vụ)?</a>', html))
    assert found
    for address, count in found:
        listed = client.get(address.replace("&amp;", "&")).context["table"].paginator.count
        assert listed == int(count), address


@pytest.mark.parametrize("by", ["unit", "group", "list", "year", "route"])
def test_groups_with_their_bars(client, by):
    page = client.get(f"{AT}&by={by}").content.decode()
    assert 'class="s5" style="width:' in page
    names = {
        "unit": "Bắc Ninh",
        "group": "Các nội dung khác",
        "list": "Danh mục B",
        "year": "2026",
        "route": "Địa phương",
    }
    assert names[by] in words_of(page)


def test_what_changed_between_two_days(client):
    address = f"{AT}&before=30/06/2026"
    page = client.get(address).content.decode()
    assert "Thay đổi từ 30/06/2026 đến 20/11/2026" in page
    [went] = [asked for asked in links(page, "1") if ("timeliness", "open_overdue") in asked and "was" in dict(asked)]
    assert went == [
        ("on", "20/11/2026"), ("before", "30/06/2026"), ("was", "open_in_time"), ("timeliness", "open_overdue"),
    ]  # fmt: skip


def test_files_hold_every_group(client):
    book = load_workbook(io.BytesIO(client.get(f"{AT}&export=xlsx").content))
    assert book.sheetnames == ["Giải thích", "Số liệu"]
    rows = [list(row) for row in book["Số liệu"].iter_rows(values_only=True)]
    assert rows[1][:10] == ["Tổng số", None, None, 5, 1, 1, 2, 1, 1, 2]
    assert {row[0] for row in rows[2:]} == {
        "Đơn vị chủ trì",
        "Nhóm giải pháp",
        "Danh mục",
        "Năm kế hoạch",
        "Cấp phê duyệt",
    }
    text = b"".join(client.get(f"{AT}&export=csv").streaming_content).decode()
    assert '"Danh mục";"B";"Danh mục B";"4"' in text
    assert_files_say_the_same(client, "/tasks/statistics/tasks/?on=20/11/2026", rows=5)


def test_what_is_wrong_is_told_and_left_aside(client):
    page = client.get(f"{PAGE}?on=40/11/2026&year=1999&unit=nowhere&by=person")
    assert page.status_code == 200
    assert page.content.decode().count('class="note d" role="alert"') == 3
    assert "5 nhiệm vụ theo tiến độ" in words_of(page.content.decode())
    assert "text/html" in client.get(f"{PAGE}?on=40/11/2026&export=csv")["Content-Type"]


def test_a_unit_sees_its_own_and_may_be_empty(client, signed_in):
    own = signed_in(person("Lê Thị Hoa", "reader", LAM_DONG)).get(AT).content.decode()
    assert "1 nhiệm vụ theo tiến độ" in words_of(own)
    assert "Bắc Ninh" not in words_of(own)
    none = signed_in(person("Trần Văn An", "reader", "BCT")).get(AT).content.decode()
    assert "không có nhiệm vụ nào trong phạm vi này" in none


@pytest.mark.parametrize("count", [1, 4])
def test_query_count(client, count, django_assert_num_queries):
    for _ in range(count):
        PlanTaskFactory(lead_unit_id=["BCT", "BYT", LAM_DONG, "VMI"][_], state="in_progress")
    client.get(AT)
    with django_assert_num_queries(8):
        client.get(AT)


def test_whoever_is_most_behind_stands_first_where_that_is_asked(client):
    for ask in ("behind", "overdue"):
        lines = client.get(f"{AT}&sort={ask}").context["lines"]
        assert lines[0].name == "Lâm Đồng"
    assert client.get(f"{AT}&sort=name; DROP").context["lines"][0].name == "Bắc Ninh"


OVERDUE = "/tasks/statistics/tasks/?timeliness=open_overdue&on=20/11/2026"


def test_overdue_tasks_say_by_how_much_with_whom_they_are_and_what_is_in_the_way(client):
    son_la = PlanTaskFactory(code="s", lead_unit_id="VN-14-2008", state="in_progress", due_on=date(2026, 11, 10))
    late = {"due_on": date(2026, 11, 1), "reported_on": date(2026, 11, 5)}
    PlanTaskFactory(code="g", lead_unit_id=BAC_GIANG, state="completion_reported", **late)
    TaskProgress.objects.create(task=son_la, percent=10, told_on=date(2026, 10, 1), risk="high", text="Thiếu kinh phí")
    TaskProgress.objects.create(task=son_la, percent=20, told_on=date(2026, 11, 1), risk="some")
    words = words_of(client.get(OVERDUE).content.decode())
    assert "Sơn La (đến 30/06/2025) 10/11/2026 10 Sơn La Có vướng mắc, tự giải quyết: chưa ghi nội dung" in words
    assert "19 UBND thành phố Bắc Ninh (kế thừa UBND tỉnh Bắc Giang) –" in words
    assert "Lâm Đồng 19/11/2026 1 Lâm Đồng –" in words
    assert "Thiếu kinh phí" not in words
    assert_files_say_the_same(client, OVERDUE, rows=3)


def test_without_that_question_the_list_tells_the_class(client):
    words = words_of(client.get("/tasks/statistics/tasks/?on=20/11/2026").content.decode())
    assert "Chủ trì Tiến độ Hạn" in words
    assert "Số ngày quá hạn" not in words


@pytest.mark.parametrize("count", [1, 3])
def test_overdue_list_query_count(client, count, django_assert_num_queries):
    for lead in ("VN-14-2008", BAC_GIANG, LAM_DONG)[:count]:
        task = PlanTaskFactory(lead_unit_id=lead, state="in_progress", due_on=date(2026, 11, 1))
        TaskProgress.objects.create(task=task, percent=10, told_on=date(2026, 10, 1), risk="high", text="Thiếu vốn")
    client.get(OVERDUE)
    with django_assert_num_queries(9):
        client.get(OVERDUE)
