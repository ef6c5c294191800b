"""Each night the seals are computed anew; the log's page tells what came of it, and a failure waits for somebody."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import Error, transaction

from apps.audit import jobs, sealed
from apps.audit.models import AuditCheck, AuditSeal
from apps.audit.services import check_seals, seal_days
from apps.notifications.waiting import waiting_count
from program996.celery import app
from tests.conftest import TDC

DAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 13, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def row(at):
    """A row of a sealed day."""
    with patch("django.utils.timezone.now", return_value=NOW):
        row = at(NOW - timedelta(days=1), reason="dòng đã niêm phong")
        seal_days()
        yield row


@pytest.fixture
def broken(row, tampering):
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditevent SET reason = 'khác' WHERE id = %s", [row.pk])
    return row


@pytest.fixture
def administrator(member):
    return member("Programme Administrator", "programme_administrator", TDC)


def test_a_good_check_is_told_on_the_page(row, auditor_client):
    assert "chưa kiểm tra lần nào" in auditor_client.get("/audit/").content.decode()
    jobs.check_seals()
    page = auditor_client.get("/audit/").content.decode()
    assert "Dấu niêm: kiểm tra lần cuối 13/03/2026 08:00, 1 ngày, 1 dòng, kết quả" in page
    assert "nguyên vẹn." in page
    assert f'12/03/2026 <span class="code">{AuditSeal.objects.get().hash}</span>' in page


def test_a_failed_check_waits_until_a_good_one(broken, administrator, auditor, auditor_client, signed_in):
    check = check_seals()
    assert check.wrong == 1
    assert check.findings == [
        {"day": "12/03/2026", "words": "nội dung dòng hoặc niêm phong đã bị sửa", "rows": f"{broken.pk}–{broken.pk}"}
    ]
    check_seals()
    assert waiting_count(administrator) == 1  # once, however often it is found again
    assert waiting_count(auditor) == 0
    inbox = signed_in(administrator).get("/inbox/").content.decode()
    assert "Nhật ký không khớp dấu niêm: 1 điểm sai" in inbox
    page = auditor_client.get("/audit/").content.decode()
    assert "không khớp: 1 điểm sai." in page
    AuditCheck(days=1, rows=1, wrong=0).save()
    assert waiting_count(administrator) == 0
    check_seals()
    assert waiting_count(administrator) == 1


def test_a_check_stays_as_it_was_kept(row):
    check = check_seals()
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        AuditCheck.objects.filter(pk=check.pk).update(wrong=1)


def test_beat_rings_for_it_each_night():
    assert "audit.check_seals" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_a_download_tells_of_each_row_its_number_and_its_seal(row, auditor_client):
    body = b"".join(auditor_client.get("/audit/", {"export": "csv"})).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(body), delimiter=";"))
    told = {line["Mã dòng"]: line["Niêm phong của ngày"] for line in lines}
    assert told[str(row.pk)] == f"Đã niêm phong: {AuditSeal.objects.get().hash}"
    assert sealed.SealedDays().state_of(NOW) == "Chưa niêm phong"


def test_a_day_that_was_found_wrong_says_so(broken):
    check_seals()
    assert "Không khớp" in sealed.SealedDays().state_of(broken.at)
