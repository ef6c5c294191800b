"""What is known comes first; what is missing is said with who brings it and by when, never by rows of dashes."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from apps.progress.selectors import progress_of, years_of
from apps.progress.services import recompute
from apps.targets.models import Indicator, Period, Target
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.progress.conftest import by, enterprise, event  # noqa: F401 - facts made by hand are the same here

pytestmark = pytest.mark.django_db


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.fixture
def counted(event):  # noqa: F811
    """MT5: two of Bắc Giang in 2024, one of Bắc Ninh and one of Lâm Đồng in 2026."""
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), BAC_GIANG)
    event(date(2026, 4, 1), BAC_NINH)
    event(date(2026, 4, 1), LAM_DONG)
    recompute()


def test_the_verdict_begins_with_how_many_targets_have_figures(counted, signed_in, officer):
    page = signed_in(officer).get("/dashboard/")
    assert "Mới có số liệu của 1/7 mục tiêu . Chưa kết luận được mục tiêu nào" in text_of(page)
    assert 'class="verdict"' not in page.content.decode(), "no 0/0/0/7"


def test_without_any_figure_nothing_is_judged(reference, signed_in, officer):
    page = text_of(signed_in(officer).get("/dashboard/"))
    assert "Mới có số liệu của 0/7 mục tiêu ." in page
    assert "khó đạt" not in page.lower().split("tiến độ so với")[0]


def test_a_target_without_figures_is_one_line_of_the_table(counted, signed_in, officer):
    content = signed_in(officer).get("/dashboard/").content.decode()
    row = re.search(r'<tr data-indicator="MT1">.*?</tr>', content, re.S)[0]
    said = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert "Chưa có số liệu. Mục tiêu 2025: 41. Mục tiêu 2030: 41." in said
    assert "Nguồn: Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia" in said
    assert "–" not in said


def test_a_target_with_figures_says_what_it_counts_since_when_and_when_2025_is_judged(counted, signed_in, officer):
    told = text_of(signed_in(officer).get("/targets/mt5/"))
    assert "lũy kế từ ngày 15/12/2018" in told
    assert "khu vực kinh tế tư nhân, có vốn đầu tư nước ngoài, hợp tác xã và hộ kinh doanh" in told
    assert "tính đến 14/12/2025" in told


def test_a_unit_without_targets_sees_its_own_figures_first(counted, signed_in, keeper):
    page = signed_in(keeper).get("/dashboard/")
    text = text_of(page)
    assert "Chưa giao chỉ tiêu đến năm 2030 cho đơn vị này: chỉ có số thực hiện, chưa có kết luận." in text
    assert "Doanh nghiệp triển khai Chương trình bảo đảm đo lường : 3" in text
    assert "thứ 1/2 theo số tuyệt đối" in text
    assert re.search(r"2026 3 \+1 tạm tính", text)
    [own] = page.context["own_figures"]
    assert [(one.year, int(one.value), one.gain) for one in own.trend] == [(2024, 2, None), (2025, 2, 0), (2026, 3, 1)]
    assert 'class="verdict"' not in page.content.decode()
    assert "Chưa có số liệu: MT1 Chuẩn quốc gia · MT2" in text
    until = page.context["period_now"].told_until
    assert f"tính đến {until:%d/%m/%Y}; đơn vị cung cấp" in text


@pytest.mark.parametrize(
    ("today", "until"),
    [(date(2026, 11, 30), "30/11/2026"), (date(2026, 12, 14), "14/12/2026"), (date(2027, 3, 1), "14/12/2026")],
)
def test_figures_tell_of_no_day_that_is_still_to_come(monkeypatch, today, until):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    period = Period(year=2026, starts_on=date(2025, 12, 15), ends_on=date(2026, 12, 14))
    missing = SimpleNamespace(missing=[Indicator(code="MT1", label="Chuẩn", provider="Ủy ban")])
    told = render_to_string("dashboard/missing.html", {"summary": missing, "period_now": period})
    assert f"Số liệu kỳ 2026 tính đến {until};" in told
    summary = SimpleNamespace(known=1, total=1, milestones_known=1, milestones_met=1)
    told = render_to_string("dashboard/verdict_sentence.html", {"summary": summary, "milestone_period": period})
    assert f"tính đến {until}." in told


def test_provinces_without_rows_have_nothing_and_the_sentence_says_so(counted, signed_in, officer):
    client = signed_in(officer)
    assert "Chỉ Bắc Ninh có kết quả (2)" in text_of(client.get("/targets/mt5/?year=2024&measure=count"))
    close(2024)
    close(2025)
    told = text_of(client.get("/targets/mt5/?year=2026&measure=count"))
    assert "Bắc Ninh đạt cao nhất (3); 32 tỉnh, thành phố chưa có kết quả" in told


def test_a_unit_with_a_target_is_judged_by_it(counted, signed_in, keeper):
    given = Target.objects.get(indicator__code="MT5", year=2030)
    Target.objects.create(
        indicator=given.indicator, year=2030, unit_id=BAC_NINH, value=900, legal_basis=given.legal_basis
    )
    page = signed_in(keeper).get("/dashboard/")
    assert page.context["own_figures"] == []
    assert "Mới có số liệu của 1/7 mục tiêu" in text_of(page)


def test_a_page_of_a_target_without_figures_says_what_is_missing(reference, signed_in, officer):
    page = signed_in(officer).get("/targets/mt1/")
    text = text_of(page)
    assert "Mục tiêu 2025 41 chuẩn (Quyết định 996/QĐ-TTg)" in text
    assert "Nguồn, đơn vị cung cấp Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia" in text
    assert "kỳ 2026, từ 15/12/2025 đến 14/12/2026" in text
    assert "Cách tính Số chuẩn đo lường quốc gia được công nhận" in text
    assert "63 → 34" not in text
    assert "Số đã chấp nhận" not in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mt1", "Quyết định 996/QĐ-TTg không nêu riêng mức năm 2030; giữ 41"),
        ("mt7", "Quyết định nêu định tính"),
    ],
)
def test_a_convention_is_told_wherever_its_target_stands(reference, signed_in, officer, code, words):
    client = signed_in(officer)
    for address in (f"/targets/{code}/", "/targets/", "/dashboard/"):
        assert words in text_of(client.get(address))
    targets = client.get(f"/api/v1/indicators/{code.upper()}/").json()["targets"]
    assert any(words in target["note"] for target in targets)


def test_a_baseline_was_accepted_by_nobody(reference):
    rows = years_of(progress_of("MT2")[0], [], []) + years_of(progress_of("MT5")[0], [], [])
    assert rows == [], "a baseline alone is no figure"
    item = replace(progress_of("MT5")[0], accepted={2018: Decimal(0)})
    page = render_to_string(
        "progress/series_table.html", {"years_table": years_of(item, [], []), "indicator": item.indicator}
    )
    assert "giá trị gốc (trước Đề án)" in page
    assert "đã chấp nhận" not in page.split("</thead>")[1].split("</tbody>")[0]


def test_provenance_says_that_it_is_partial(counted, signed_in, keeper, officer):
    told = "Chỉ hiển thị bản ghi thuộc phạm vi của bạn: 1 trong 2."
    address = "/targets/mt5/provenance/2026/"
    assert told in text_of(signed_in(keeper).get(address))
    assert "Chỉ hiển thị bản ghi" not in text_of(signed_in(officer).get(address))


def test_a_ministry_is_told_what_it_will_find_where(counted, signed_in, member, officer):
    client = signed_in(member("Editor BCT", "unit_editor", "BCT"))
    assert "Bộ Công Thương chưa có số liệu riêng" in text_of(client.get("/dashboard/"))
    page = text_of(client.get("/dashboard/?scope="))
    assert "Đang xem toàn quốc. Bộ Công Thương chưa có số liệu riêng" in page
    assert "MT7 (kế hoạch tổng thể đã ban hành)" in page
    assert "chưa có số liệu riêng" not in text_of(signed_in(officer).get("/dashboard/")), "TĐC came for the nation's"
    register = text_of(client.get("/registers/enterprises/"))
    assert "Không có doanh nghiệp nào trong phạm vi bạn được xem" in register
    assert "Thêm từng doanh nghiệp" not in register
    figures = client.get("/units/bo-cong-thuong/figures/")
    assert "Chưa có số liệu nào của đơn vị này" in text_of(figures)
    assert "units=as-reported" not in figures.content.decode()


def test_who_may_add_enterprises_is_told_how(signed_in, keeper):
    page = text_of(signed_in(keeper).get("/registers/enterprises/"))
    assert "Thêm từng doanh nghiệp hoặc nhập một tệp Excel." in page
