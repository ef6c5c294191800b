"""CMCs and the order of their statuses, developed products, planned standards: what is particular of each."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from apps.exchange import services
from apps.labs.models import CmcStatus, PlannedStandard
from apps.progress.services import find_differences, recompute
from apps.registers.services import add_row, change_row, withdraw_row
from apps.targets.models import Period
from tests.factories.closings import close
from tests.factories.registers import (
    CmcFactory,
    CmcStatusFactory,
    ComparisonFactory,
    PlannedStandardFactory,
    ProductFactory,
    StandardFactory,
)
from tests.registers.conftest import problems, states
from tests.registers.test_figures import BAC_NINH, LAM_DONG, behind, figures

pytestmark = pytest.mark.django_db
QUERIES = 10
PUBLISHED, SUSPENDED, REINSTATED, WITHDRAWN = CmcStatus.Status
LIFE = (
    (PUBLISHED, date(2016, 3, 1)),
    (SUSPENDED, date(2021, 12, 15)),  # the first day of the period 2022
    (REINSTATED, date(2024, 2, 1)),
    (WITHDRAWN, date(2026, 1, 5)),
)


def live(cmc, *life) -> list[CmcStatus]:
    return [CmcStatusFactory(cmc=cmc, status=status, happened_on=day) for status, day in life]


def test_a_cmc_counts_while_it_is_published(reference, reader_client):
    cmc, other = CmcFactory(area="t", name="Hiệu chuẩn nhiệt kế"), CmcFactory(unit_id=LAM_DONG)
    live(cmc, *LIFE)
    live(other, (PUBLISHED, date(2020, 5, 4)))
    CmcFactory()  # of which nobody said that it is published
    recompute()
    assert figures("MT2") == {2019: 1, 2020: 2, 2021: 2, 2022: 1, 2023: 1, 2024: 2, 2025: 2, 2026: 1}
    assert {year: figures("MT2", breakdown="area=t").get(year, 0) for year in (2021, 2022, 2024, 2026)} == {
        2021: 1, 2022: 0, 2024: 1, 2026: 0,
    }  # fmt: skip
    assert figures("MT2", BAC_NINH)[2025] == 1
    assert (behind("MT2", 2024), behind("MT2", 2026), find_differences()) == (2, 1, [])
    assert cmc.name in reader_client.get("/targets/mt2/provenance/2024/").content.decode()
    page = reader_client.get(cmc.get_absolute_url()).content.decode()
    for words in ("Công bố", "01/03/2016", "Tạm dừng", "15/12/2021", "Khôi phục", "Rút bỏ", "05/01/2026"):
        assert words in page
    assert "công bố: 0 · tạm dừng: 0 · đã rút bỏ: 1 · chưa ghi" in reader_client.get("/registers/cmc/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_says_what_each_cmc_is_today(reader_client, count, django_assert_num_queries):
    for until in (0, 1, 2, 3, 4):
        for _number in range(count):
            live(CmcFactory(name=f"Phép đo {until}"), *LIFE[:until])
    with django_assert_num_queries(QUERIES):
        page = reader_client.get("/registers/cmc/")
    rows = page.context["table"].rows
    assert {row.record.name: row.record.standing for row in rows} == {
        "Phép đo 0": "untold", "Phép đo 1": "published", "Phép đo 2": "suspended", "Phép đo 3": "published",
        "Phép đo 4": "withdrawn",
    }  # fmt: skip
    assert page.content.decode().count("Đang tạm dừng") == count + 1  # the filter offers it too
    found = reader_client.get("/registers/cmc/?standing=suspended&standing=withdrawn").context["table"].rows
    assert {row.record.name for row in found} == {"Phép đo 2", "Phép đo 4"}


def test_a_withdrawn_status_or_cmc_changes_the_figure(reference, keeper):
    published, suspended = live(CmcFactory(), *LIFE[:2])
    recompute()
    assert figures("MT2")[2023] == 0
    withdraw_row(suspended, "Nhầm CMC", by=keeper)
    recompute()
    assert figures("MT2")[2023] == 1
    with pytest.raises(ValidationError, match="Còn 1 trạng thái"):
        withdraw_row(published.cmc, "Nhầm", by=keeper)
    withdraw_row(published, "Nhầm", by=keeper)
    withdraw_row(published.cmc, "Nhầm", by=keeper)
    recompute()
    assert (figures("MT2"), find_differences()) == ({}, [])


@pytest.mark.parametrize(
    ("life", "status", "day", "words"),
    [
        ((), SUSPENDED, date(2020, 1, 1), "trạng thái đầu tiên của một CMC là “Công bố”"),
        (LIFE[:1], REINSTATED, date(2020, 1, 1), "không thể tiếp sau “Công bố” ngày 01/03/2016"),
        (LIFE[:1], PUBLISHED, date(2020, 1, 1), "không thể tiếp sau “Công bố”"),
        (LIFE[:1], SUSPENDED, date(2015, 1, 1), "trạng thái đầu tiên"),
        (LIFE[:3], WITHDRAWN, date(2023, 1, 1), "“Khôi phục” ngày 01/02/2024 không thể tiếp sau “Rút bỏ”"),
        (LIFE, REINSTATED, date(2026, 2, 1), "không thể tiếp sau “Rút bỏ” ngày 05/01/2026"),
    ],
)
def test_a_status_that_cannot_stand_there_is_refused(keeper, life, status, day, words):
    cmc = CmcFactory()
    live(cmc, *life)
    with pytest.raises(ValidationError) as refused:
        add_row(CmcStatus(cmc=cmc, status=status, happened_on=day, reason="Thông báo"), by=keeper)
    assert words in refused.value.message_dict["status"][0]
    assert CmcStatus.objects.count() == len(life)


def test_neither_a_change_nor_a_withdrawal_leaves_statuses_out_of_order(keeper):
    cmc, other = CmcFactory(), CmcFactory()
    published, suspended, reinstated, _withdrawn = live(cmc, *LIFE)
    with pytest.raises(ValidationError, match="Rút hoặc sửa trạng thái sau trước"):
        withdraw_row(suspended, "Nhầm", by=keeper)
    for row, changes in (
        (suspended, {"happened_on": date(2025, 1, 1)}),
        (suspended, {"status": WITHDRAWN}),
        (published, {"cmc": other}),
    ):
        with pytest.raises(ValidationError, match="“"):
            change_row(row, changes, "Sửa", by=keeper)
    change_row(reinstated, {"happened_on": date(2024, 3, 1)}, "Sai ngày", by=keeper)
    assert cmc.spans == [(date(2016, 3, 1), date(2021, 12, 15)), (date(2024, 3, 1), date(2026, 1, 5))]


def line(cmc, status, day: str, **more) -> dict:
    return {"cmc": cmc.code, "status": str(status.label), "happened_on": day, "reason": "Thông báo của BIPM"} | more


def test_a_file_brings_statuses_in_their_order(upload, write, undo):
    cmc, late, wrong, known = (CmcFactory() for _ in range(4))
    live(known, *LIFE[:1])
    rows = [
        line(cmc, SUSPENDED, "01/02/2022"),  # whatever their order in the file
        line(cmc, PUBLISHED, "01/02/2020"),
        line(late, PUBLISHED, "01/02/2020", reason=None),
        line(late, SUSPENDED, "01/02/2021"),
        line(wrong, PUBLISHED, "01/02/2020"),
        line(wrong, REINSTATED, "01/02/2021"),
        line(known, WITHDRAWN, "01/02/2021"),
    ]
    batch = upload("cmc-status", rows)
    assert states(batch) == ["new", "new", "error", "error", "error", "error", "new"]
    assert [row[:3] for row in problems(batch)] == [
        (4, "Nội dung, lý do", "blank"), (5, "Trạng thái", "sequence"), (6, "Trạng thái", "sequence"),
        (7, "Trạng thái", "sequence"),
    ]  # fmt: skip
    told = dict(batch.problems.filter(code="sequence").values_list("number", "message"))
    assert told[5].startswith("Trạng thái đầu tiên của một CMC là “Công bố”")
    assert told[6].startswith("Một dòng khác của CMC này trong tệp sai thứ tự")
    assert told[7].startswith("Không thể tiếp sau “Công bố” ngày 01/02/2020")
    write(batch)
    assert [CmcStatus.told_of(one.pk) for one in (late, wrong)] == [[], []]
    assert [status for _day, status in CmcStatus.told_of(cmc.pk)] == [PUBLISHED, SUSPENDED]
    assert states(upload("cmc-status", [rows[0], rows[1]])) == ["unchanged", "unchanged"]
    again = upload("cmc-status", [line(known, SUSPENDED, "01/02/2020"), line(cmc, WITHDRAWN, "01/02/2021")])
    assert states(again) == ["new", "error"]
    assert "CMC này có “Tạm dừng” ngày 01/02/2022" in again.problems.get().message
    live(cmc, (REINSTATED, date(2023, 1, 1)))
    undo(batch)
    assert [status for _day, status in CmcStatus.told_of(cmc.pk)] == [PUBLISHED, SUSPENDED, REINSTATED]
    assert [status for _day, status in CmcStatus.told_of(known.pk)] == [PUBLISHED]


def test_a_status_is_told_against_the_closed_periods_in_which_it_holds(reader_client, upload):
    cmc = CmcFactory(code="APMP-M-VN-900")
    live(cmc, LIFE[0], (WITHDRAWN, date(2025, 3, 1)))
    recompute()
    close(2023, 2024, 2025)
    given = {"cmc": cmc.code, "status": "suspended", "happened_on": "04/05/2024", "reason": "So sánh", "key": "k"}
    page = reader_client.post("/registers/cmc-status/new/", given, follow=True).content.decode()
    assert "Kỳ 2024 đã chốt" in page
    assert "Số liệu MT2 đang được tính lại." in page
    batch = upload("cmc-status", [line(cmc, REINSTATED, "01/06/2024"), line(cmc, SUSPENDED, "01/12/2024")])
    assert states(batch) == ["new", "new"]
    board = reader_client.get(batch.get_absolute_url(), {"tab": "closed"}).context["board"]
    assert [(one["row"].number, one["row"].periods) for one in board.closed_rows] == [(3, "2024")]
    services.cancel(batch, by=batch.uploaded_by)
    changed = {
        "code": cmc.code, "name": cmc.name, "area": "t", "quantity": cmc.quantity, "measuring_range": "1 kg",
        "uncertainty": "x", "unit": "Bắc Ninh", "holder": "Viện", "reason": "Sai", "seen": cmc.updated_at.isoformat(),
    }  # fmt: skip
    page = reader_client.post(f"{cmc.get_absolute_url()}edit/", changed, follow=True).content.decode()
    assert "Kỳ 2023 đã chốt: số đã chấp nhận giữ nguyên; nếu giá trị được tính thay đổi" in page
    file = upload("cmc", reader_client.get("/registers/cmc/?export=xlsx").getvalue())
    assert states(file) == ["unchanged"]


@pytest.mark.django_db(transaction=True)
def test_what_was_closed_opens_to_the_cmcs_of_then(reference, keeper):
    [published] = live(CmcFactory(), *LIFE[:1])
    recompute()
    close(2025)
    as_of = Period.objects.get(year=2025).closing.as_of
    withdraw_row(published, "Nhầm", by=keeper)
    assert (behind("MT2", 2025, as_of), behind("MT2", 2025)) == (1, 0)


def test_a_product_counts_once_when_it_was_accepted(reference, keeper):
    ProductFactory(accepted_on=date(2021, 5, 4), commercialised_on=date(2024, 1, 1), exported_on=date(2025, 1, 1))
    row = ProductFactory(accepted_on=date(2021, 5, 4), unit_id="VN-24-2008")
    ProductFactory(accepted_on=date(2024, 12, 15), kind="instrument", unit_id=LAM_DONG)
    recompute(["MT3"])
    assert {year: figures("MT3")[year] for year in (2021, 2024, 2025, 2026)} == {2021: 2, 2024: 2, 2025: 3, 2026: 3}
    assert figures("MT3", LAM_DONG) == {2025: 1, 2026: 1}
    assert figures("MT3", breakdown="kind=instrument") == {2025: 1, 2026: 1}
    assert figures("MT3", breakdown="commercialised=yes")[2026] == 1
    change_row(row, {"commercialised_on": date(2026, 1, 1)}, "Đã bán", by=keeper)
    recompute(["MT3"])
    assert figures("MT3", breakdown="commercialised=yes")[2026] == 2


def test_a_position_of_a_list_may_have_its_standard(reader_client, upload, write):
    standard, ended = StandardFactory(code="CQG-1"), StandardFactory(ended_on=date(2025, 1, 1))
    assert "Danh mục theo" not in reader_client.get("/registers/standards/").content.decode()
    given = {"act": "996/QĐ-TTg", "position": "1", "name": "Chuẩn độ dài", "area": "l", "unit": "Bắc Ninh", "key": "a"}
    assert reader_client.post("/registers/planned-standards/new/", given).status_code == 302
    row = PlannedStandard.objects.get()
    assert row.standard is None
    assert reader_client.get(row.get_absolute_url()).status_code == 200
    PlannedStandardFactory(position=2, standard=ended)
    told = "Danh mục theo Quyết định 996/QĐ-TTg: %s/2 vị trí trong sổ đã có chuẩn được công nhận."
    assert told % 0 in reader_client.get("/registers/standards/").content.decode()
    listed = upload("planned-standards", reader_client.get("/registers/planned-standards/?export=xlsx").getvalue())
    assert states(listed) == ["unchanged", "unchanged"]
    file = {
        "act": "996/QĐ-TTg", "position": 1, "name": "Chuẩn độ dài", "area": "Độ dài (L)", "unit": "Bắc Ninh",
        "standard": "CQG-1",
    }  # fmt: skip
    batch = write(upload("planned-standards", [file, file | {"position": 3, "standard": None}]))
    assert states(batch) == ["update", "new"]
    assert (told % 1).replace("/2", "/3") in reader_client.get("/registers/standards/").content.decode()
    assert "Chuẩn độ dài" in reader_client.get(standard.get_absolute_url()).content.decode()
    row.refresh_from_db()
    one = f"/api/v1/registers/planned-standards/{row.pk}/"
    change = {"standard": None, "reason": "Chưa công nhận", "updated_at": row.updated_at.isoformat()}
    answer = reader_client.patch(one, change, content_type="application/json")
    assert (answer.status_code, answer.json()["standard"]) == (200, None)


def test_the_second_use_of_a_number_of_a_list_is_refused(reader_client):
    PlannedStandardFactory(position=1)
    given = {"act": "996/QĐ-TTg", "position": "1", "name": "Chuẩn khác", "area": "l", "unit": "Bắc Ninh", "key": "a"}
    refused = reader_client.post("/registers/planned-standards/new/", given)
    assert "Số thứ tự này của danh mục đã có trong sổ." in refused.content.decode()
    assert PlannedStandard.objects.count() == 1


def test_a_page_costs_the_same_for_one_row_below_and_for_many(reader_client, django_assert_num_queries):
    standard = StandardFactory()
    PlannedStandardFactory(standard=standard)
    ComparisonFactory(standard=standard)
    reader_client.get(standard.get_absolute_url())
    with django_assert_num_queries(13):
        reader_client.get(standard.get_absolute_url())
    for _ in range(3):
        ComparisonFactory(standard=standard)
        PlannedStandardFactory(standard=standard)
    with django_assert_num_queries(13):
        reader_client.get(standard.get_absolute_url())
