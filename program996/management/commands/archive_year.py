"""A year of the audit into a sealed file; with `--drop` out of the database, once the file has been read back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format

from apps.audit import archives
from apps.audit.archives import Header
from apps.audit.partitions import Year, this_year
from program996.backup import BackupError
from program996.backup.sealing import identities_of, recipients_of
from program996.backup.years import opened_year, path_of, sha256_of, write_year

FOLDER = "audit"  # among the backups


class Command(BaseCommand):
    help = "Lưu trữ nhật ký của một năm vào tệp niêm phong; có --drop thì bỏ năm đó khỏi cơ sở dữ liệu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--to", type=Path, help="thư mục của tệp (mặc định: BACKUP_DIR/audit)")
        parser.add_argument("--identity", type=Path, help="tệp khóa riêng, để đọc lại tệp (BACKUP_IDENTITY)")
        parser.add_argument(
            "--drop", action="store_true", help="đọc lại tệp đã lập, đúng thì bỏ năm khỏi cơ sở dữ liệu"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.archive(**options)
        except (BackupError, ValidationError) as refusal:
            words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
            raise CommandError(words) from None

    def archive(self, *, to: Path | None, identity: Path | None, drop: bool, **options: Any) -> None:
        year = archives.year_of(options["year"])
        _refuse(year)
        path, header = path_of(year, _folder(to)), archives.describe(year)
        if not path.exists():
            write_year(year, header, path, _recipients())
        key = identity or settings.BACKUP_IDENTITY
        if not key:
            if drop:
                raise BackupError("Cần --identity: năm chỉ được bỏ khỏi cơ sở dữ liệu sau khi đọc lại tệp.")
            self.say(header, path, "Chưa đọc lại tệp: cần --identity.")
            return
        _prove(header, path, Path(key))
        if not drop:
            self.say(header, path, "Đã đọc lại: từng ngày khớp niêm phong, nối với chuỗi trong cơ sở dữ liệu.")
            return
        done = archives.put_away(year, header, file=path.name, sha256=sha256_of(path))
        kept = number_format(done.kept, 0)
        self.say(header, path, f"Đã bỏ khỏi cơ sở dữ liệu, để lại {kept} dòng mà cổng còn dùng.")

    def say(self, header: Header, path: Path, words: str) -> None:
        days = f"{header.first_day:%d/%m/%Y}–{header.last_day:%d/%m/%Y}"
        self.stdout.write(f"{path}: nhật ký {days}, {number_format(header.rows, 0)} dòng.")
        self.stdout.write(f"SHA-256 {sha256_of(path)}; niêm phong cuối {header.head}.")
        self.stdout.write(words)


def _refuse(year: Year) -> None:
    if archives.is_away(year):
        raise BackupError(f"Năm {year.last} đã ở kho lưu trữ.")
    may_go = this_year() - 1 - settings.AUDIT_YEARS_AT_HAND
    if year.last > may_go:
        kept = settings.AUDIT_YEARS_AT_HAND
        raise BackupError(
            f"Nhật ký năm {year.last} chưa được lưu trữ: năm nay và {kept} năm trước phải còn trong cơ sở dữ liệu "
            f"(AUDIT_YEARS_AT_HAND), tức chỉ từ năm {may_go} trở về trước."
        )


def _folder(to: Path | None) -> Path:
    if to is None and not settings.BACKUP_DIR:
        raise BackupError("Cần --to, hoặc BACKUP_DIR.")
    folder = to or Path(settings.BACKUP_DIR) / FOLDER
    folder.mkdir(mode=0o700, parents=to is None, exist_ok=True)
    return folder


def _recipients() -> list[Any]:
    if not settings.BACKUP_RECIPIENT:
        raise BackupError("Cần BACKUP_RECIPIENT: khóa công khai mà tệp được niêm phong cho.")
    return recipients_of(settings.BACKUP_RECIPIENT)


def _prove(header: Header, path: Path, key: Path) -> None:
    with opened_year(path, identities_of(key)) as (told, stream):
        if told != header:
            raise BackupError(f"Tệp {path} không phải của lần niêm phong này: chuyển tệp đi nơi khác rồi chạy lại.")
        findings = archives.check(told, stream)
    if findings:
        one = findings[0]
        raise BackupError(f"Tệp {path} không đúng, ngày {one.day:%d/%m/%Y}: {one.words}. Không bỏ gì.")
