"""The audit by years: each has its table, made ahead; an old one in a sealed file that proves itself and comes back."""

from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from unittest.mock import patch

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apps.audit import archives, jobs, partitions
from apps.audit.models import AuditArchive, AuditEvent
from apps.audit.services import check_seals, seal_days
from program996.backup.sealing import seal, unsealed
from program996.management.roles import ROLE
from tests.audit.test_seals import verify

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 3, 1, tzinfo=UTC)
FIRST, NEXT = "audit_auditevent_until_2026", "audit_auditevent_2027"
# Midnight in Viet Nam is five in the afternoon in UTC.
ROWS = {
    "register.changed": datetime(2026, 12, 30, 3, tzinfo=UTC),
    "session.began": datetime(2026, 12, 31, 16, 59, tzinfo=UTC),
    "session.ended": datetime(2026, 12, 31, 17, tzinfo=UTC),
    "export.made": datetime(2027, 1, 2, 3, tzinfo=UTC),
}


@pytest.fixture
def later():
    with patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def sealed(at, later) -> dict[str, AuditEvent]:
    """Two rows on either side of the new year, their days sealed."""
    rows = {action: at(moment, action, reason=f"lý do {action}") for action, moment in ROWS.items()}
    seal_days()
    return rows


@pytest.fixture
def key(settings, tmp_path) -> Path:
    """The private one; years are sealed for its twin."""
    identity = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENT, settings.BACKUP_IDENTITY, settings.AUDIT_YEARS_AT_HAND = identity.to_public(), "", 0
    settings.BACKUP_RECIPIENT = str(settings.BACKUP_RECIPIENT)
    (tmp_path / "key").write_text(f"{identity}\n")
    return tmp_path / "key"


@pytest.fixture
def archive(sealed, key, tmp_path):
    """archive("--drop"): what is said of the year 2026; its file."""

    def archive(*options: str, year: int = 2026) -> str:
        out = StringIO()
        call_command("archive_year", str(year), "--to", tmp_path, "--identity", key, *options, stdout=out)
        return out.getvalue()

    return archive


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "audit-until-2026.gz.age"


def table_of(row: AuditEvent) -> str:
    return run("SELECT tableoid::regclass::text FROM audit_auditevent WHERE id = %s", row.pk)[0][0]


def run(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def all_rows() -> list[dict]:
    return list(AuditEvent.objects.filter(at__lt=NOW - timedelta(hours=1)).order_by("id").values())


def restore(file: Path, key: Path) -> str:
    out = StringIO()
    call_command("restore_year", file, "--identity", key, stdout=out)
    return out.getvalue()


def with_a_fault(file: Path, key: Path) -> Path:
    """Another file, well sealed, in which one word is another."""
    plain = unsealed(file, [pyrage.x25519.Identity.from_str(key.read_text().strip())])
    assert plain.count("lý do session.began".encode()) == 1
    other = file.with_name("other.gz.age")
    wrong = plain.replace("lý do session.began".encode(), "lý do session.other".encode())
    seal(BytesIO(wrong), other, [pyrage.x25519.Identity.from_str(key.read_text().strip()).to_public()])
    return other


def test_rows_lie_in_their_years_by_the_days_of_viet_nam(sealed):
    tables = {action: table_of(row) for action, row in sealed.items()}
    assert tables == dict(zip(ROWS, (FIRST, FIRST, NEXT, NEXT), strict=True))
    assert len({row.pk for row in sealed.values()}) == 4
    assert partitions.rows_outside() == 0


def test_no_key_of_another_table_leads_to_the_audit():
    """A year could not go while one did; whoever speaks of a row keeps its number in text."""
    assert run("SELECT conrelid::regclass FROM pg_constraint WHERE confrelid = 'audit_auditevent'::regclass") == []


def test_every_year_gives_what_the_audit_gives():
    names = [year.table for year in partitions.years()] + [partitions.OUTSIDE]
    assert len(names) >= 4
    rights = "SELECT p FROM unnest(%s::text[]) p WHERE has_table_privilege(%s, %s::regclass, p)"
    for name in names:
        assert run(rights, ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"], ROLE, name) == [
            ("SELECT",),
            ("INSERT",),
        ]


def test_a_year_to_come_is_made_ahead_and_takes_what_came_before_it(at, later):
    early = at(datetime(2030, 6, 1, tzinfo=UTC), "session.began")
    assert (table_of(early), partitions.rows_outside()) == (partitions.OUTSIDE, 1)
    with patch("django.utils.timezone.now", return_value=datetime(2029, 3, 1, tzinfo=UTC)), transaction.atomic():
        run(f"SET LOCAL ROLE {ROLE}")
        jobs.make_years()
        jobs.make_years()
        new = at(datetime(2031, 6, 1, tzinfo=UTC), "session.began")
        assert partitions.years()[-1].last == 2031
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            run("DELETE FROM audit_auditevent_2031")
        run("SET LOCAL ROLE NONE")
    assert (table_of(early), table_of(new)) == ("audit_auditevent_2030", "audit_auditevent_2031")
    assert partitions.rows_outside() == 0
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        run("UPDATE audit_auditevent_2031 SET reason = 'khác'")
    test_every_year_gives_what_the_audit_gives()


def test_a_year_goes_into_a_file_and_comes_back(archive, file, key, auditor_client):
    before, told = all_rows(), verify()
    assert "Đã đọc lại: từng ngày khớp niêm phong" in archive()
    assert all_rows() == before
    assert "để lại 1 dòng mà cổng còn dùng" in archive("--drop")
    assert [row["action"] for row in all_rows()] == ["register.changed", "session.ended", "export.made"]

    code, said = verify()
    assert code == 0
    assert "Nhật ký nguyên vẹn: 2 ngày đã niêm phong, 2 dòng." in said
    assert f"Đến 31/12/2026 ở kho lưu trữ: --archive {file.name}" in said
    assert verify("--archive", str(file), "--identity", str(key)) == (
        0,
        "Tệp lưu trữ nguyên vẹn: 30/12/2026–31/12/2026, 2 ngày đã niêm phong, 2 dòng, "
        "nối với chuỗi trong cơ sở dữ liệu.\n",
    )
    assert (check_seals().rows, check_seals().wrong) == (2, 0)
    page = auditor_client.get("/audit/").content.decode()
    assert "Nhật ký từ 30/12/2026 đến 31/12/2026 ở kho lưu trữ:" in page
    assert file.name in page

    assert "đã trở lại: 2 dòng" in restore(file, key)
    assert all_rows() == before
    assert verify() == told
    assert {table_of(AuditEvent(pk=row["id"])) for row in before} == {FIRST, NEXT}
    test_every_year_gives_what_the_audit_gives()
    assert "ở kho lưu trữ:" not in auditor_client.get("/audit/").content.decode()
    with pytest.raises(CommandError, match="còn trong cơ sở dữ liệu"):
        restore(file, key)


def test_a_fault_in_the_file_is_found(archive, file, key):
    archive()
    code, said = verify("--archive", str(with_a_fault(file, key)), "--identity", str(key))
    assert code == 1
    assert "Ngày 31/12/2026" in said
    assert "dòng trong tệp không khớp niêm phong" in said
    archive("--drop")
    left = all_rows()
    with pytest.raises(CommandError, match="không đổi gì"):
        restore(with_a_fault(file, key), key)
    assert all_rows() == left


def test_only_what_reads_back_well_is_dropped(archive, file, key, tmp_path):
    archive()
    with_a_fault(file, key).replace(file)
    with pytest.raises(CommandError, match="Không bỏ gì"):
        archive("--drop")
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(CommandError, match="bị hỏng hoặc bị sửa"):
        archive("--drop")
    with pytest.raises(CommandError, match="sau khi đọc lại"):
        call_command("archive_year", "2026", "--to", tmp_path, "--drop")
    assert not AuditArchive.objects.exists()
    assert len(all_rows()) == 4


def test_whoever_touches_what_stayed_or_the_seals_is_found(archive, file, key, tampering):
    archive("--drop")
    of_the_file = ("--archive", str(file), "--identity", str(key))
    with transaction.atomic():
        with tampering() as cursor:
            cursor.execute("UPDATE audit_auditevent SET reason = 'khác' WHERE action = 'register.changed'")
        assert "dòng còn trong cơ sở dữ liệu khác dòng trong tệp" in verify(*of_the_file)[1]
        with tampering() as cursor:
            cursor.execute("DELETE FROM audit_auditevent WHERE action = 'register.changed'")
        assert "có 0 dòng của năm đã lưu trữ, khi lưu trữ để lại 1 dòng" in verify()[1]
        transaction.set_rollback(True)
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditseal SET hash = repeat('a', 64) WHERE day = '2026-12-31'")
    code, said = verify()
    assert code == 1
    assert "niêm phong không còn là của tệp lưu trữ" in said
    assert "niêm phong trong tệp khác niêm phong trong cơ sở dữ liệu" in verify(*of_the_file)[1]


def test_a_year_stays_while_it_may_not_go(archive, settings, tampering):
    with pytest.raises(CommandError, match="chỉ từ năm 2026 trở về trước"):
        archive(year=2027)
    settings.AUDIT_YEARS_AT_HAND = 5
    with pytest.raises(CommandError, match="chưa được lưu trữ"):
        archive()
    settings.AUDIT_YEARS_AT_HAND = 0
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditevent SET reason = 'khác' WHERE action = 'session.began'")
    with pytest.raises(CommandError, match="chạy audit_verify trước"):
        archive()
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditseal WHERE day >= '2026-12-31'")
    with pytest.raises(CommandError, match="chưa niêm phong đến ngày cuối cùng"):
        archive()


def test_a_file_of_something_else_is_refused(key, file):
    seal(BytesIO(b"{}\n1\t2\n"), file, [pyrage.x25519.Identity.from_str(key.read_text().strip()).to_public()])
    code, said = verify("--archive", str(file), "--identity", str(key))
    assert (code, "không phải là năm nhật ký" in said) == (1, True)


def test_what_the_portal_reads_of_the_audit_stays(at, later):
    """Patterns of every app that asks the audit before it acts."""
    staying = set(archives.registry.staying())
    assert {"demo.loaded", "unit.corrected", "register.%", "enterprise.%", "task.%"} <= staying
