"""A fact of a closed year is written; preview, forms and the command say that the accepted figure stays as it is."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.enterprises.models import AssuranceProgramme, Enterprise
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.progress.figures import figures
from apps.progress.services import recompute
from apps.registers.closed_periods import closed_note, closed_until
from apps.targets.models import Indicator
from tests.conftest import BAC_NINH
from tests.exchange import enterprise_files as files
from tests.factories.closings import close
from tests.factories.enterprises import EnterpriseFactory, tax_code

CASE = Path(__file__).parents[1] / "cases" / "event-in-closed-year-2025.xlsx"
KNOWN, KNOWN_NAME = tax_code(77), "Công ty TNHH Đã Biết"


@pytest.fixture
def closed(event_of):
    """2024 and 2025 are closed; one enterprise is in force since 2024."""
    event_of(EnterpriseFactory(tax_code=KNOWN, name=KNOWN_NAME), "applied", date(2024, 3, 12))
    recompute()
    close(2024, 2025)


@pytest.fixture
def run(keeper, tmp_path):
    def call(content: bytes, *options: str) -> dict:
        path, out = tmp_path / "ky-da-chot.xlsx", io.StringIO()
        path.write_bytes(content)
        asked = ["enterprises", str(path), "--unit", BAC_NINH, "--by", keeper.email, *options]
        with pytest.raises(SystemExit):
            call_command("import_file", *asked, stdout=out)
        return json.loads(out.getvalue())

    return call


def rows_of(*days: str, **given: str) -> bytes:
    lines = files.rows(len(days))
    for line, day in zip(lines, days, strict=True):
        files.put(line, "Ngày", day)
        for header, value in given.items():
            files.put(line, header, value)
    return files.workbook(lines)


def nation(year: int):
    [found] = figures(Indicator.objects.get(code="MT5"), national=True, year=year)
    return found.value, found.adjustment


def test_the_case_of_the_closed_year(closed, run):
    content = CASE.read_bytes()
    assert run(content, "--accept-warnings", "thử")["closed"] == [{"period": "2025", "rows": 1, "adjustments": 1}]
    answer = run(content, "--accept-warnings", "thử", "--confirm")
    assert (answer["written"], answer["closed"]) == (1, [{"period": "2025", "rows": 1, "adjustments": 1}])
    recompute()
    assert nation(2025) == (1, 1)
    assert nation(2024) == (1, 0)
    assert nation(2026) == (2, None)


def test_rows_of_closed_periods_are_counted_apart_by_what_they_do(closed, run):
    lines = files.rows(5)
    days = ["14/12/2025", "15/12/2025", "12/11/2024", "01/06/2025", "02/06/2025"]
    for line, day in zip(lines, days, strict=True):
        files.put(line, "Ngày", day)
        files.put(line, "Hình thức tham gia", str(AssuranceProgramme.Form.SERVED.label))
    files.put(lines[2], "Giai đoạn", "Tiếp cận")  # counts nowhere
    files.put(lines[3], "Mã số thuế", KNOWN)  # counts since 2024
    files.put(lines[3], "Tên doanh nghiệp", KNOWN_NAME)
    files.put(lines[4], "Mã số thuế", lines[0][0])  # twice in the file: one adjustment
    found = run(files.workbook(lines))["closed"]
    assert found == [{"period": "2025", "rows": 3, "adjustments": 1}, {"period": "2024", "rows": 1, "adjustments": 0}]


def test_each_row_of_a_closed_period_is_shown_with_what_it_does(closed, run, keeper, signed_in, monkeypatch):
    lines = files.rows(60)
    for line in lines:
        files.put(line, "Ngày", "14/12/2025")
    files.put(lines[1], "Giai đoạn", "Tiếp cận")
    files.put(lines[2], "Mã số thuế", lines[0][0])
    files.put(lines[2], "Giai đoạn", "Duy trì")
    files.put(lines[3], "Ngày", "15/12/2025")  # the first day of the open period
    run(files.workbook(lines))
    batch, client = ImportBatch.objects.get(), signed_in(keeper)
    page = client.get(batch.get_absolute_url(), {"tab": "closed"})
    shown = {row["row"].number: row["row"].told for row in page.context["board"].closed_rows}
    assert len(shown) == 50
    assert shown[2] == "Hiện ở “điều chỉnh sau khi chốt” của kỳ 2025"
    assert shown[3] == "Không làm thay đổi số liệu: giai đoạn này không được tính"
    assert shown[4] == "Không làm thay đổi số liệu: doanh nghiệp đã được tính từ trước, hoặc ở dòng khác của tệp"
    assert 5 not in shown
    text = page.content.decode()
    assert lines[0][1] in text
    assert "1–50 trong 59" in text
    page = client.get(batch.get_absolute_url(), {"tab": "closed", "page": "2"})
    assert [row["row"].number for row in page.context["board"].closed_rows] == list(range(53, 62))
    monkeypatch.setattr("apps.exchange.page.PER_PAGE", 20)
    page = client.get(batch.get_absolute_url(), {"tab": "closed", "page": "2"})
    assert [row["row"].number for row in page.context["board"].closed_rows] == list(range(23, 43))


def test_the_preview_says_it_before_anything_is_written(closed, run, keeper, signed_in):
    run(rows_of("14/12/2025", "13/12/2025"))
    page = signed_in(keeper).get(ImportBatch.objects.get().get_absolute_url()).content.decode()
    assert "2 dòng thuộc kỳ đã chốt (2025: 2)." in page
    assert "2 dòng hiện ở “điều chỉnh sau khi chốt” cho đến lần chốt sau" in " ".join(page.split())


def test_a_file_of_open_periods_says_nothing(closed, run, keeper, signed_in):
    assert run(rows_of("15/12/2025"))["closed"] == []
    assert "data-closed" not in signed_in(keeper).get(ImportBatch.objects.get().get_absolute_url()).content.decode()


def test_undoing_takes_the_adjustment_back(closed, run, keeper):
    run(rows_of("14/12/2025"), "--confirm")
    recompute()
    assert nation(2025) == (1, 1)
    batch = ImportBatch.objects.get()
    services.request_undo(batch, "Nhầm tệp", by=keeper)
    services.undo(batch.pk)
    recompute()
    assert nation(2025) == (1, 0)


def test_forms_say_until_when_days_are_closed_and_what_a_change_did(closed, signed_in, keeper):
    enterprise = Enterprise.objects.get()
    address = f"/registers/enterprises/{enterprise.pk}/events/new/"
    client = signed_in(keeper)
    assert "Ngày đến 14/12/2025 thuộc kỳ đã chốt" in client.get(address).content.decode()
    sent = {"key": "k", "form": "written", "stage": "applied", "occurred_on": "01/09/2025", "unit": BAC_NINH}
    answer = client.post(address, sent, follow=True).content.decode()
    assert "Kỳ 2025 đã chốt: số đã chấp nhận giữ nguyên" in answer


def test_where_nothing_is_closed_nothing_is_said(db):
    assert closed_until() == ""
    assert closed_note([date(2025, 3, 1)]) == ""
