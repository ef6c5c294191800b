"""Page 02 and an item's page: the tree, whose tasks are counted, filters, files and the number of queries."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from apps.framework.models import FrameworkItem
from apps.tasks.models import Participation, TaskProgress
from apps.tasks.selectors.plan import tasks_of_plan, work_by_item
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.tasks import PlanTaskFactory

pytestmark = pytest.mark.django_db
PLAN = "/plan/"
TODAY = date(2026, 11, 20)


def make(item: str = "B.6", unit: str = BAC_NINH, **given):
    return PlanTaskFactory(framework_item_id=item, lead_unit_id=unit, **given)


@pytest.fixture
def shown(signed_in):
    """shown(person, "list=B"): what the table shows: of each item its code, the words beside it, its status."""

    def rows_of(person, query: str = "") -> dict[str, str]:
        answer = signed_in(person).get(f"{PLAN}?{query}")
        assert answer.status_code == 200
        body = answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        return {
            words(row).split()[0]: words(row)
            for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
            if 'scope="row"' in row
        }

    return rows_of


def words(html: str) -> str:
    html = re.sub(r'<div class="tl" role="img" aria-label="([^"]*)">', r"[\1] ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_two_lists_have_their_items_under_their_headings(officer, shown, signed_in):
    assert len(shown(officer, "list=A")) == 30
    assert list(shown(officer, "list=B")) == [str(number) for number in range(1, 8)]
    assert len(shown(officer, "list=all")) == len(shown(officer, "list=all&by=aim")) == 37
    parents = dict(FrameworkItem.objects.items().values_list("code", "parent"))
    assert parents["A.2.2.1.a"] == "A.2.2.1"
    assert parents["A.2.4.1"] == "A.2.4"
    assert {code: parent for code, parent in parents.items() if code[0] == "B" and parent} == {}
    html = signed_in(officer).get(f"{PLAN}?list=A").content.decode()
    assert 'data-under="A.2 A.2.2 A.2.2.1"' in html
    assert "30 hạng mục do Bộ KH&amp;CN chủ trì, 7 hạng mục do bộ, ngành, địa phương chủ trì" in html
    assert "Quyết định 82/QĐ-BKHCN" in html


def test_headings_of_groups_and_aims(officer, signed_in):
    html = signed_in(officer).get(f"{PLAN}?list=all&by=group").content.decode()
    heads = [words(row) for row in re.findall(r'<tr class="g1".*?</tr>', html, re.DOTALL)]
    assert [head.split()[0] for head in heads] == ["1", "2", "3", "4", "5", "6", "Nội"]
    html = signed_in(officer).get(f"{PLAN}?list=all&by=aim").content.decode()
    heads = [words(row) for row in re.findall(r'<tr class="g1".*?</tr>', html, re.DOTALL)]
    assert [head.split()[0] for head in heads] == ["a)", "b)", "c)", "d)", "đ)", "Nội"]


def test_counts_are_of_the_tasks_in_sight(people, shown, signed_in):
    make(state="in_progress")
    make(unit="SO-BAC-NINH")
    make(unit=LAM_DONG)
    shared = make("A.2.4.1", "VMI", state="approved")
    make("A.2.4.1", "VMI")
    Participation.objects.create(task=shared, unit_id=BAC_NINH)
    assert "3 nhiệm vụ" in shown(people.officer, "list=B")["6"]
    assert "2 nhiệm vụ" in shown(people.editor_of_province, "list=B")["6"]
    assert "1 nhiệm vụ" in shown(people.neighbour, "list=B")["6"]
    assert "2 nhiệm vụ" in shown(people.officer)["2.4.1"]
    assert "1 nhiệm vụ" in shown(people.editor_of_province)["2.4.1"]
    row = shown(people.neighbour)["2.4.1"]
    assert "0 nhiệm vụ" in row
    assert "Chưa có nhiệm vụ" in row
    pages = [signed_in(one).get(PLAN).text for one in (people.editor_of_province, people.neighbour)]
    links = ["?framework_item=A.2.4.1" in page for page in pages]
    assert links == [True, False], "a count leads to what it counts, none leads nowhere"


def test_who_sees_all_units_looks_at_those_of_some(people, shown, signed_in):
    make(state="in_progress")
    make(unit="SO-BAC-NINH")
    make(unit=LAM_DONG)
    assert "2 nhiệm vụ" in shown(people.officer, f"list=B&unit={BAC_NINH}")["6"]  # with its sub-unit
    assert "3 nhiệm vụ" in shown(people.officer, f"list=B&unit={BAC_NINH}&unit={LAM_DONG}")["6"]
    # The filter is no way around sight: who sees one unit has none.
    assert "1 nhiệm vụ" in shown(people.neighbour, f"list=B&unit={BAC_NINH}")["6"]
    assert 'name="unit"' not in signed_in(people.neighbour).get(PLAN).content.decode()


def test_timeline_of_years_and_of_a_span(officer, shown):
    this_year = timezone.localdate().year
    for year in (2019, 2020, 2021):
        make("A.2.4.1", "VMI", year=year, due_on=date(year, 12, 31), state="closed")
    make("A.2.4.1", "VMI", year=2020, due_on=date(2020, 12, 31), state="in_progress")
    make("A.2.4.1", "VMI", year=2022, due_on=date(2022, 12, 31), state="approved")
    make("A.2.4.1", "VMI", year=this_year, state="approved")
    told = shown(officer)["2.4.1"]
    assert "2019 đạt; 2020 đạt một phần; 2021 đạt; 2022 không thực hiện; 2023 chưa có nhiệm vụ" in told
    assert f"{this_year} đang thực hiện; {this_year + 1} theo kế hoạch" in told
    done, half = make("B.2", state="closed", year=2019), make("B.2", state="in_progress", year=2020)
    TaskProgress.objects.create(task=half, percent=90, told_on=date(2020, 5, 1))
    TaskProgress.objects.create(task=half, percent=60, told_on=date(2020, 6, 1))
    assert done.year == 2019
    assert "2019–2030, tiến độ 13%" in shown(officer, "list=B")["2"]  # (100 + 60) / 12


def test_today_stands_on_the_timeline_of_the_programmes_years_alone(officer, signed_in, monkeypatch):
    for day, stands in ((date(2030, 12, 31), True), (date(2031, 1, 1), False)):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *given, day=day: day)
        html = signed_in(officer).get(f"{PLAN}?list=B").content.decode()
        assert ('class="today"' in html, 'class="flag"' in html) == (stands, stands)


def test_counting_by_one_statement(officer):
    on = date(2026, 11, 30)
    make(state="in_progress", due_on=date(2026, 12, 31))
    make(state="approved", due_on=date(2027, 2, 1), starts_on=date(2026, 11, 1))
    make(state="in_progress", due_on=date(2026, 11, 1))
    make(state="closed")
    make(state="terminated")
    make(state="draft")
    make(state="rejected")
    long = make(state="suspended", term="medium", year=2025, due_on=date(2027, 6, 30))
    TaskProgress.objects.create(task=long, percent=50, told_on=date(2026, 1, 1))
    with CaptureQueriesContext(connection) as sent:
        work = work_by_item(tasks_of_plan(officer), on)["B.6"]
    assert len(sent) <= 2  # one of them asks for the person's rights
    now = work[2026]
    told = (now.total, now.done, now.open, now.terminated, now.started, now.overdue, now.lagging)
    assert told == (7, 1, 3, 1, 2, 1, 2)
    assert (now.due_this_quarter, now.due_next_quarter, now.last_reported) == (2, 1, date(2026, 6, 30))
    assert (now.covering, now.progress) == (5, 150)  # with the one of medium term
    assert (work[2025].total, work[2025].progress, work[2027].total, work[2027].progress) == (1, 50, 0, 50)


def test_filters_take_several_values(officer, shown):
    make("A.2.4.1", "VMI", state="in_progress", due_on=timezone.localdate() - timedelta(days=1))
    assert list(shown(officer, "list=all&status=overdue")) == ["A.2.4.1"]
    assert len(shown(officer, "list=all&status=overdue&status=no_task&status=lapsed")) == 37
    assert list(shown(officer, "lead=KHTC&lead=NASATI")) == ["2.4.3", "3.2"]
    assert list(shown(officer, "list=B&coordinating=CNC")) == ["1", "3", "4"]
    assert list(shown(officer, "list=all&indicator=MT5&indicator=MT3")) == ["A.2.2.5", "A.2.4.1", "B.4", "B.6"]
    assert list(shown(officer, "q=2.2.1")) == ["2.2.1.a", "2.2.1.b", "2.2.1.c"]
    assert list(shown(officer, "q=to chuc dien dan")) == ["2.6.1"]
    assert shown(officer, "q=khong-co-gi") == {}


def test_tabs_count_what_they_lead_to(officer, shown, signed_in):
    day = timezone.localdate()
    make("A.2.4.1", "VMI", state="in_progress", due_on=day - timedelta(days=1))
    make("A.2.5.1", "VMI", state="approved", due_on=day + timedelta(days=92), year=day.year + 1)
    html = signed_in(officer).get(PLAN).content.decode()
    tabs = re.findall(r'<a href="\?([^"]*)"[^>]*>\s*([^<]*?)\s*<span class="ct[^"]*">(\d+)', html)
    assert [count for _query, _label, count in tabs] == [
        "30",
        "7",
        "1",
        "0",
        str(len(shown(officer, "list=all&due=next"))),
    ]
    for query, _label, count in tabs:
        assert len(shown(officer, unescape(query))) == int(count)


def test_files_have_the_rows_of_the_filter(officer, signed_in):
    client = signed_in(officer)
    make("A.2.4.1", "VMI", state="closed", year=2019, due_on=date(2019, 12, 31))
    answer = client.get(f"{PLAN}?list=all&indicator=MT5&export=xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="ke-hoach-trien-khai.xlsx"'
    head, *rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert [row[1] for row in rows] == ["2.4.1", "6"]
    told = dict(zip(head, rows[0], strict=True))
    assert told["Đơn vị chủ trì (theo kế hoạch)"] == "Tổng cục TĐC"
    assert told["Đơn vị chủ trì hiện nay"] == "Ủy ban TĐC"
    assert (told["Số nhiệm vụ"], told["Đã hoàn thành"], told[2019], told[2020]) == (1, 1, "đạt", "chưa có nhiệm vụ")
    lines = b"".join(client.get(f"{PLAN}?list=B&export=csv")).decode("utf-8-sig").splitlines()
    assert len(lines) == 8


def test_fragment_of_a_filter_is_the_table_alone(officer, signed_in):
    html = signed_in(officer).get(f"{PLAN}?list=B", headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith("<section")
    assert "7 hạng mục" in html


def test_page_of_an_item(people, signed_in):
    for number in range(25):
        make("A.2.4.1", "VMI", code=f"NV-{number}", state="approved")
    html = signed_in(people.officer).get("/plan/A/2.4.1/").content.decode()
    told = words(html)
    assert "“Hàng năm” Được hiểu là: Hằng năm, 2019–2030" in told
    assert "Tổng cục TĐC nay là Ủy ban TĐC" in told
    assert "MT5. " in told
    assert "Nhiệm vụ (25)" in told
    assert html.count('href="/tasks/NV-') == 20
    assert "/tasks/?framework_item=A.2.4.1" in html
    assert "page=2" in html
    told = words(signed_in(people.neighbour).get("/plan/A/2.4.1/").content.decode())
    assert "Chưa có nhiệm vụ nào thuộc hạng mục" in told
    assert "NV-1" not in told


def test_who_may_propose_finds_the_button(people, signed_in):
    link = "/tasks/new/?framework_item=B.6"
    assert link in signed_in(people.editor_of_province).get("/plan/B/6/").content.decode()
    assert link not in signed_in(people.reader_of_province).get("/plan/B/6/").content.decode()


def test_an_item_whose_time_is_over_says_so_where_nothing_was_done_for_it(people, shown, signed_in):
    assert "Quá kỳ, chưa có nhiệm vụ" in shown(people.officer)["2.1.1"]  # of the year 2019
    assert "Quá kỳ" not in shown(people.officer)["2.4.1"]
    assert "1 quá kỳ, chưa có nhiệm vụ" in words(signed_in(people.officer).get(PLAN).content.decode())
    assert "Quá kỳ, chưa có nhiệm vụ" in words(signed_in(people.officer).get("/plan/A/2.1.1/").content.decode())
    # Who sees some tasks only, or asked for some, does not know that there is none.
    assert "Quá kỳ" not in shown(people.neighbour)["2.1.1"]
    assert "Quá kỳ" not in shown(people.officer, f"unit={BAC_NINH}")["2.1.1"]
    make("A.2.1.1", "VMI", state="approved")
    assert "Quá hạn" in shown(people.officer)["2.1.1"]


def test_page_of_a_heading_lists_what_is_below(officer, signed_in):
    told = words(signed_in(officer).get("/plan/A/2.2/").content.decode())
    assert "2.2.1. Xây dựng, phát triển hạ tầng" in told
    day = timezone.localdate()
    make("A.2.2.1.a", "VMI", state="in_progress", due_on=day - timedelta(days=1))
    make("A.2.2.4", "VMI", state="closed")
    html = signed_in(officer).get("/plan/A/2.2/").content.decode()
    assert re.search(r"2\.2\.1\. Xây dựng, .* 1 3 hạng mục · 1 quá hạn", words(html))
    assert re.search(r"2\.2\.4\. .* 1 Đang thực hiện", words(html))
    address = "/tasks/?framework_item=A.2.2.1"
    assert f'href="{address}">1</a>' in html
    assert signed_in(officer).get(address).context["table"].paginator.count == 1
    assert "Nhiệm vụ (" not in told
    assert signed_in(officer).get("/plan/A/9.9/").status_code == 404


@pytest.mark.parametrize("path", ["/plan/?list=A", "/plan/?list=all&by=aim", "/plan/B/6/"])
def test_number_of_queries_does_not_grow_with_tasks(keeper, signed_in, path):
    client = signed_in(keeper)
    counts = []
    for count in (1, 3):
        for _ in range(count):
            make(state="in_progress")
            make("A.2.4.1", "VMI", state="in_progress")
        client.get(path)
        with CaptureQueriesContext(connection) as sent:
            client.get(path)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 18
