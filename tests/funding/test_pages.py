"""Page 14, the list behind it, a task's grid, and the API: what they say, to whom, and how often they ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.exchange.models import ImportBatch
from apps.funding.models import VarianceExplanation
from apps.organisations.fields import unit_names
from apps.tasks.models import BudgetLine
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.funding import MILLION, give
from tests.factories.tasks import PlanTaskFactory

YEAR = timezone.localdate().year
LAST = YEAR - 1


@pytest.fixture
def task(so):
    return PlanTaskFactory(state="in_progress", lead_unit_id=so.pk)


@pytest.fixture
def some(task):
    """Of three units: whole, with a part missing, with nothing told."""
    give(task, LAST, planned=100, allocated=80, disbursed=60, settled=60)
    give(PlanTaskFactory(state="closed", lead_unit_id=LAM_DONG), LAST, planned=50, allocated=50)
    give(PlanTaskFactory(state="closed", lead_unit_id="BCT"), LAST, "central_recurrent", planned=50, disbursed=50)
    give(PlanTaskFactory(state="closed", lead_unit_id=BAC_GIANG), LAST, planned=7, allocated=7, disbursed=7)


def text_of(client, url):
    return " ".join(client.get(url).content.decode().split())


def test_the_page_answers_first_and_says_what_is_missing(people, some, signed_in):
    page = text_of(signed_in(people.leader), f"/funding/?year={LAST}")
    assert f"Năm {LAST} giải ngân <b>ít nhất 117 trong 207 triệu đồng (≥ 56,5%)</b>; 1 đơn vị chưa đủ số." in page
    assert "1 nhiệm vụ đã phê duyệt còn thiếu 20 triệu đồng" in page
    assert "Chênh lệch trên 10% phải giải trình: còn 1 khoản" in page
    assert "chưa có số giải ngân" in page
    assert f"/funding/lines/?units=current&amp;unit=BCT&amp;year={LAST}" in page


def test_the_switch_of_units_carries_money_to_todays_units(people, some, signed_in):
    client = signed_in(people.leader)
    current = text_of(client, f"/funding/?year={LAST}&all=1")
    reported = text_of(client, f"/funding/?year={LAST}&all=1&units=as-reported")
    assert f"unit={BAC_GIANG}" not in current
    assert f"year={LAST}&amp;unit={BAC_GIANG}" in reported or f"unit={BAC_GIANG}&amp;year={LAST}" in reported


def test_people_of_a_unit_see_no_money_of_others(people, some, signed_in):
    page = text_of(signed_in(people.editor_of_province), f"/funding/?year={LAST}")
    assert "Trong phạm vi đơn vị của bạn" in page
    assert f"Năm {LAST} giải ngân <b>67 trong 107 triệu đồng (62,6%)</b>." in page
    assert "Lâm Đồng" not in page.split("theo-don-vi")[1].split("</section>")[0]
    listed = text_of(signed_in(people.neighbour), f"/funding/lines/?year={LAST}")
    assert "1 khoản" in listed


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 4), ("source=local", 3), ("stage=disbursed", 3), (f"unit={BAC_NINH}", 2), ("what=gap", 1),
        (f"unit={BAC_NINH}&units=as-reported", 1), (f"unit={BAC_GIANG}&units=as-reported", 1), ("group=4", 4),
        ("group=1", 0), ("what=no_allocated", 1), ("what=no_disbursed", 1), ("what=no_settled", 3),
        ("what=variance", 1), ("what=unexplained", 1), (f"year={YEAR}", 0),
    ],
)  # fmt: skip
def test_every_sum_opens_to_its_parts(people, some, signed_in, asked, count):
    year = "" if "year=" in asked else f"year={LAST}&"
    assert f"{count} khoản" in text_of(signed_in(people.auditor), f"/funding/lines/?{year}{asked}")


def test_amounts_are_written_on_the_grid(people, task, signed_in):
    give(task, LAST, planned=100, allocated=1234.5)
    client, address = signed_in(people.officer_of_so), f"/funding/{task.code}/"
    page = text_of(client, address)
    assert f'name="allocated-{LAST}-local" value="1234,5"' in page
    assert f"planned-{LAST}-local" not in page  # the plan stands
    field = f"allocated-{LAST}-local"
    sent = {field: "1.235,5", f"was-{field}": "1234500000", f"settled-{LAST}-local": "0"}
    assert client.post(address, sent).status_code == 302
    assert dict(task.budget.values_list("stage", "amount")) == {
        "planned": 100 * MILLION, "allocated": 1_235_500_000, "settled": 0,
    }  # fmt: skip
    stale = client.post(address, {field: "5", f"was-{field}": "1234500000"})
    assert stale.status_code == 409
    assert "vừa được" in stale.content.decode()
    seen = {f"was-{field}": "1235500000"}
    blank = client.post(address, {field: "", **seen})
    assert blank.status_code == 422
    assert "Xóa số đã có ở các ô để trống" in blank.content.decode()
    assert client.post(address, {field: "", "remove": "on", **seen}).status_code == 302
    assert not task.budget.filter(stage="allocated").exists()
    wrong = client.post(address, {field: "một triệu"})
    assert (wrong.status_code, "Không phải là số" in wrong.content.decode()) == (422, True)
    for amount, told in (("1,234", "1.234 triệu đồng hoặc 1.234.000 đồng"), ("50000000", "nếu đang ghi theo đồng")):
        wrong = client.post(address, {field: amount})
        assert (wrong.status_code, told in wrong.content.decode()) == (422, True)
    give(task, LAST, "enterprise", settled=1.234)  # as it is shown it is sent again
    assert f'name="settled-{LAST}-enterprise" value="1,2340"' in text_of(client, address)
    assert signed_in(people.reader_of_province).post(address, {}).status_code == 403
    assert signed_in(people.neighbour).get(address).status_code == 404


def test_more_spent_than_given_is_kept_and_pointed_out_with_who_explains(people, task, so, signed_in):
    client, address = signed_in(people.officer_of_so), f"/funding/{task.code}/"
    sent = {f"allocated-{YEAR}-local": "80", f"disbursed-{YEAR}-local": "90,5"}
    page = client.post(address, sent, follow=True).content.decode()
    told = f"Giải ngân vượt số được giao 10,5 triệu đồng: {unit_names()[so.pk]} kiểm tra số liệu hoặc giải trình."
    assert told in page
    assert task.budget.count() == 2
    client.post(address, {f"disbursed-{YEAR}-local": "80", f"was-disbursed-{YEAR}-local": "90500000"})
    assert "vượt số được giao" not in client.get(address).content.decode()


def test_a_variance_is_explained_and_accepted_on_the_page(people, task, signed_in):
    give(task, LAST, planned=100, disbursed=20)
    writer, approver = signed_in(people.officer_of_so), signed_in(people.editor_of_province)
    address = f"/funding/{task.code}/"
    writer.post(f"{address}explanations/", {"year": LAST, "source": "local", "text": ""})
    assert "Nhập lý do chênh lệch." in text_of(writer, address)
    writer.post(f"{address}explanations/", {"year": LAST, "source": "local", "text": "Thiết bị giao chậm"})
    said = VarianceExplanation.objects.get()
    assert "Thiết bị giao chậm" in text_of(approver, f"/funding/?year={LAST}")
    assert writer.post(f"/funding/explanations/{said.pk}/accept/").status_code == 403
    approver.post(f"/funding/explanations/{said.pk}/accept/")
    said.refresh_from_db()
    assert said.accepted_by == people.editor_of_province
    assert "Đã chấp nhận" in text_of(writer, address)


def test_the_api_tells_sums_with_numerators_and_what_is_missing(people, some, signed_in):
    client = signed_in(people.auditor)
    told = client.get(f"/api/v1/funding/?year={LAST}&stage=disbursed").json()
    whole = next(one for one in told["results"] if one["source"] is None and one["unit"] is None)
    assert whole == {
        "source": None, "unit": None, "stage": "disbursed", "amount": 117 * MILLION, "missing_units": 1,
        "of_planned": [117 * MILLION, 207 * MILLION],
    }  # fmt: skip
    by_unit = {one["unit"]: one["amount"] for one in told["results"] if one["unit"]}
    assert by_unit == {BAC_NINH: 67 * MILLION, LAM_DONG: None, "BCT": 50 * MILLION}
    narrow = client.get(f"/api/v1/funding/?year={LAST}&source=local&unit={BAC_NINH}&stage=planned").json()["results"]
    assert [(one["unit"], one["amount"]) for one in narrow] == [(None, 107 * MILLION), (BAC_NINH, 107 * MILLION)]
    assert client.get("/api/v1/funding/?yeer=2025").status_code == 400
    assert client.get("/api/v1/funding/?unit=KHONG-CO").status_code == 400
    assert client.get("/api/v1/funding/lines/?year=2025.5").status_code == 400
    own = signed_in(people.neighbour).get(f"/api/v1/funding/lines/?year={LAST}").json()["results"]
    assert [(one["lead_unit"], one["planned"], one["disbursed"]) for one in own] == [(LAM_DONG, 50 * MILLION, None)]


def test_the_api_writes_by_the_same_gate(people, task, signed_in):
    give(task, LAST, allocated=1)
    client, address = signed_in(people.officer_of_so), f"/api/v1/funding/tasks/{task.code}/"
    one = {"year": LAST, "source": "local", "stage": "allocated", "amount": 5}
    assert client.put(address, {"amounts": [one | {"seen": 1}]}, content_type="application/json").status_code == 409
    answer = client.put(address, {"amounts": [one | {"seen": MILLION}]}, content_type="application/json")
    assert answer.json() == {"amounts": [{"year": LAST, "source": "local", "stage": "allocated", "amount": 5}]}
    for user, status in ((people.neighbour, 404), (people.reader_of_province, 403), (people.officer, 403)):
        assert signed_in(user).put(address, {"amounts": [one]}, content_type="application/json").status_code == status
    twice = client.put(address, {"amounts": [one | {"seen": 5}, one | {"amount": 6}]}, content_type="application/json")
    assert (twice.status_code, set(twice.json()["errors"])) == (400, {"amounts"})
    assert BudgetLine.objects.get().amount == 5


PAGES = ("/funding/?year={year}", "/funding/?year={year}&units=as-reported&all=1", "/funding/lines/?year={year}")


def test_pages_of_money_ask_the_same_of_few_tasks_and_of_many(people, some, signed_in):
    client = signed_in(people.officer)
    client.get("/funding/")
    pages = [page.format(year=LAST) for page in PAGES]

    def asked():
        found = {}
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found[page] = len(captured)
        return found

    counts = [asked()]
    for size in (5, 30):
        for number in range(size):
            lead = (BAC_NINH, LAM_DONG, "BCT", "VN-01-2025", "VN-79-2025")[number % 5]
            give(PlanTaskFactory(state="closed", lead_unit_id=lead), LAST, planned=9, allocated=5, disbursed=2 + number)
        counts.append(asked())
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0].values()) <= 18
    assert ImportBatch.objects.count() == 0
