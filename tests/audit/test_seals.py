"""Every ended day is sealed once, and whoever touches a sealed day is found."""

import re
import threading
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from unittest.mock import patch

import pytest
import structlog
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from apps.audit import jobs, sealing
from apps.audit.models import AuditEvent, AuditSeal
from apps.audit.services import seal_days

DAYS = [date(2026, 3, day) for day in (9, 10, 11, 12)]
NOW = datetime(2026, 3, 13, 1, tzinfo=UTC)  # 08:00 in Hà Nội
pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


@pytest.fixture
def later():
    with patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def sealed(at, later) -> dict[date, list[AuditEvent]]:
    """Two rows on the 9th, none on the 10th, three on the 11th, one on the 12th; all sealed."""
    rows = {}
    for day, count in zip(DAYS, (2, 0, 3, 1), strict=True):
        rows[day] = [
            at(noon(day) + timedelta(minutes=minute), reason=f"lý do {day} {minute}", before={"a": 1, "b": "é"})
            for minute in range(count)
        ]
    assert [seal.day for seal in seal_days()] == DAYS
    return rows


def verify(*args: str) -> tuple[int, str]:
    """Exit code and all that was said."""
    out, err = StringIO(), StringIO()
    try:
        call_command("audit_verify", *args, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, f"{err.getvalue()}{error}"
    return 0, f"{out.getvalue()}{err.getvalue()}"


def test_each_day_has_its_seal_also_one_without_rows(sealed):
    seals = list(AuditSeal.objects.all())
    assert [(seal.day, seal.rows) for seal in seals] == list(zip(DAYS, (2, 0, 3, 1), strict=True))
    assert seals[0].previous_hash == sealing.GENESIS
    assert [seal.previous_hash for seal in seals[1:]] == [seal.hash for seal in seals[:-1]]
    assert len({seal.hash for seal in seals}) == 4
    third = seals[2]
    assert (third.first_id, third.last_id) == (sealed[DAYS[2]][0].pk, sealed[DAYS[2]][-1].pk)
    assert (seals[1].first_id, seals[1].last_id) == (None, None)
    assert verify() == (0, "Nhật ký nguyên vẹn: 4 ngày đã niêm phong, 6 dòng.\n")


def test_sealing_again_changes_nothing(sealed):
    before = list(AuditSeal.objects.values())
    assert seal_days() == []
    assert list(AuditSeal.objects.values()) == before


@pytest.mark.parametrize("minute, days", [(59, 0), (1, 1)])
def test_a_day_is_sealed_an_hour_after_its_end(at, minute, days):
    at(noon(DAYS[0]))
    hour = 17 if minute == 59 else 18  # the day ends at 17:00 UTC
    with patch("django.utils.timezone.now", return_value=datetime(2026, 3, 9, hour, minute, tzinfo=UTC)):
        assert len(seal_days()) == days


def test_until_holds_it_back(at, later):
    at(noon(DAYS[0]))
    assert [seal.day for seal in seal_days(until=DAYS[1])] == DAYS[:2]
    assert [seal.day for seal in seal_days()] == DAYS[2:]


def test_a_forged_seal_of_a_day_to_come_is_found_and_stops_no_sealing(at, later):
    for day in DAYS:
        at(noon(day))
    forged = DAYS[-1] + timedelta(days=20_000)
    AuditSeal.objects.create(day=forged, rows=0, previous_hash=sealing.GENESIS, hash=sealing.GENESIS)
    assert [seal.day for seal in seal_days()] == DAYS
    code, said = verify()
    assert code != 0
    assert f"{forged:%d/%m/%Y}" in said


def test_an_empty_audit_has_nothing_to_seal(later):
    assert seal_days() == []
    assert verify()[0] == 0


def test_hash_does_not_hang_on_the_session(sealed):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'America/New_York'")
        cursor.execute("SET LOCAL DateStyle = 'ISO, MDY'")
        cursor.execute("SET LOCAL extra_float_digits = 0")
        cursor.execute("SET LOCAL IntervalStyle = 'iso_8601'")
        assert verify()[0] == 0


def test_seal_is_neither_changed_nor_deleted(sealed):
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        AuditSeal.objects.filter(day=DAYS[0]).update(rows=1)
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        AuditSeal.objects.all().delete()


@pytest.mark.parametrize(
    "column, value",
    [
        ("action", "'other.done'"),
        ("reason", "'khác'"),
        ("actor", "'ai@example.vn'"),
        ("actor_id", "7"),
        ("address", "'203.0.113.9'"),
        ("unit", "'VN-68-2025'"),
        ("target_id", "'1'"),
        ("before", """'{"a": 2, "b": "é"}'"""),
        ("after", """'{"a": 1}'"""),
        ("data", """'{"a": null}'"""),
        ("request_id", "'AAAA-0000'"),
        ("unit_name", "'Lâm Đồng'"),
        ("at", "at + interval '1 microsecond'"),
    ],
)
def test_a_changed_row_is_found(sealed, tampering, column, value):
    pk = sealed[DAYS[2]][1].pk
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditevent SET {column} = {value} WHERE id = %s", [pk])
    code, said = verify()
    first, last = sealed[DAYS[2]][0].pk, sealed[DAYS[2]][-1].pk
    assert code == 1
    assert f"Ngày 11/03/2026, dòng {first}–{last}: nội dung dòng hoặc niêm phong đã bị sửa" in said
    assert "1 điểm sai" in said
    assert verify("--day", "11/03/2026")[0] == 1
    assert verify("--day", "2026-03-12")[0] == 0


def test_seals_from_before_names_were_kept_agree(sealed, monkeypatch):
    today = sealing.state_of(DAYS[0], sealing.GENESIS)
    kept = re.search(r" \|\| CASE .* END\n", sealing.DAY)
    monkeypatch.setattr(sealing, "DAY", sealing.DAY.replace(kept.group(), "\n"))
    assert sealing.state_of(DAYS[0], sealing.GENESIS) == today


def test_a_missing_row_is_found(sealed, tampering):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [sealed[DAYS[2]][2].pk])
    code, said = verify()
    assert code == 1
    assert f"Ngày 11/03/2026, dòng {sealed[DAYS[2]][0].pk}–{sealed[DAYS[2]][2].pk}: mất 1 dòng" in said


def test_an_added_row_is_found(sealed, at):
    row = at(noon(DAYS[1]))
    code, said = verify()
    assert code == 1
    assert f"Ngày 10/03/2026, dòng {row.pk}–{row.pk}: thêm 1 dòng sau khi niêm phong" in said


def test_an_added_row_before_the_first_day_is_found(sealed, at):
    row = at(noon(DAYS[0]) - timedelta(days=30))
    code, said = verify()
    assert code == 1
    assert f"dòng {row.pk}–{row.pk}: có dòng trước ngày niêm phong đầu tiên" in said


def test_a_row_moved_to_another_day_breaks_both(sealed, tampering):
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditevent SET at = at - interval '1 day' WHERE id = %s", [sealed[DAYS[2]][0].pk])
    code, said = verify()
    assert code == 1
    assert said.index("Ngày 10/03/2026") < said.index("Ngày 11/03/2026")


def test_a_row_put_in_anothers_place_is_found(sealed, tampering):
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditevent SET id = id + 1000 WHERE id = %s", [sealed[DAYS[3]][0].pk])
    code, said = verify()
    assert code == 1
    assert "có dòng bị thay bằng dòng khác" in said


@pytest.mark.parametrize(
    "day, words",
    [
        (DAYS[0], "các ngày đầu đã bị cắt"),
        (DAYS[1], "chuỗi bị cắt: thiếu niêm phong từ ngày 10/03/2026 đến ngày 10/03/2026"),
        (DAYS[3], "Ngày 12/03/2026: chuỗi bị cắt ở cuối"),
    ],
)
def test_a_cut_chain_is_found(sealed, tampering, day, words):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditseal WHERE day = %s", [day])
    code, said = verify()
    assert code == 1
    assert words in said


@pytest.mark.parametrize(
    "change",
    ["hash = repeat('a', 64)", "rows = rows + 1", "first_id = first_id - 1", "previous_hash = repeat('a', 64)"],
)
def test_a_changed_seal_is_found(sealed, tampering, change):
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditseal SET {change} WHERE day = %s", [DAYS[2]])
    assert verify()[0] == 1


def test_a_rewritten_chain_is_found_by_a_head_that_left_the_host(sealed, tampering):
    head = AuditSeal.objects.last().hash
    assert verify("--head", head)[0] == 0
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditevent SET reason = 'khác' WHERE id = %s", [sealed[DAYS[0]][0].pk])
        cursor.execute("DELETE FROM audit_auditseal")
    seal_days()
    assert verify()[0] == 0
    code, said = verify("--head", head)
    assert code == 1
    assert "chuỗi đã bị viết lại" in said


def test_head_is_said(sealed):
    code, said = verify("--head")
    assert code == 0
    assert f"Niêm phong mới nhất: 12/03/2026 {AuditSeal.objects.last().hash}" in said


def test_a_day_without_seal_is_said():
    code, said = verify("--day", "09/03/2026")
    assert code == 1
    assert "không có niêm phong" in said


def test_the_bell_seals_and_sends_the_head_into_the_log(at, later):
    at(noon(DAYS[0]))
    with structlog.testing.capture_logs() as lines:
        jobs.seal_days()
        jobs.seal_days()
    heads = [line for line in lines if line["event"] == "audit sealed"]
    assert [line["hash"] for line in heads] == [AuditSeal.objects.last().hash] * 2
    assert heads[0]["day"] == "2026-03-12"


@pytest.mark.django_db(transaction=True)
def test_two_runners_at_once_make_one_chain(at):
    for day in DAYS:
        at(noon(day))
    errors = []

    def run():
        try:
            seal_days(until=DAYS[-1])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    runners = [threading.Thread(target=run) for _ in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(30)
    assert errors == []
    seal_days(until=DAYS[-1])
    assert list(AuditSeal.objects.values_list("day", flat=True)) == DAYS
    assert AuditEvent.objects.count() == 4
    with patch("django.utils.timezone.now", return_value=NOW):
        assert verify()[0] == 0
