"""What counts as a backup, what stays of them, and what is told of a broken one."""

import io
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from program996.backup import BackupError
from program996.backup.attachments import Copying, bring_back
from program996.backup.sealing import seal
from program996.backup.store import MANIFEST, Manifest, Store
from program996.backup.thinning import ZONE, kept

NIGHT = datetime(2026, 12, 3, 20, 15, tzinfo=UTC)


def made(store: Store, recipients, at: datetime, segment: int = 1) -> Manifest:
    folder = store.begin(at)
    part = seal(io.BytesIO(b"rows"), folder / "base.tar.gz.age", recipients)
    backup = Manifest(
        name=folder.name, finished_at=at + timedelta(minutes=5), version="1", server="18.6", database="program996",
        owner="program996", system="1", first_segment=f"{1:08X}{0:08X}{segment:08X}", migrations={}, tables={},
        attachments={"files": 0, "rotten": []}, parts={"base.tar.gz.age": part},
    )  # fmt: skip
    store.finish(backup)
    return backup


def archived(store: Store, recipients, *segments: int) -> None:
    for number in segments:
        place = store.place_of_segment(f"{1:08X}{0:08X}{number:08X}")
        place.parent.mkdir(exist_ok=True)
        seal(io.BytesIO(b"log"), place, recipients)


def test_a_manifest_is_read_as_it_was_written(store, recipients):
    backup = made(store, recipients, NIGHT)
    assert store.all() == [backup]
    assert backup.began_at == NIGHT
    store.verify(backup)


def test_a_folder_without_manifest_is_no_backup_and_goes_with_the_next_run(store, recipients):
    whole = made(store, recipients, NIGHT)
    cut = store.begin(NIGHT + timedelta(days=1))
    (cut / "base.tar.gz.age").write_bytes(b"half")
    (cut / f".{MANIFEST}.part").write_text("{")
    assert store.newest() == whole
    store.sweep()
    assert not cut.exists()
    assert store.all() == [whole]


def test_a_broken_or_missing_part_is_named(store, recipients):
    backup = made(store, recipients, NIGHT)
    part = store.folder_of(backup) / "base.tar.gz.age"
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    with pytest.raises(BackupError, match=r"base\.tar\.gz\.age của bản sao .* bị hỏng hoặc bị sửa"):
        store.verify(backup)
    part.unlink()
    with pytest.raises(BackupError, match=r"thiếu tệp base\.tar\.gz\.age"):
        store.verify(backup)
    (store.folder_of(backup) / MANIFEST).write_text('{"form": 1}')
    with pytest.raises(BackupError, match=r"kê khai .* bị hỏng"):
        store.all()


def test_the_newest_that_had_ended_by_then_is_taken(store, recipients):
    first, second = made(store, recipients, NIGHT), made(store, recipients, NIGHT + timedelta(days=1))
    assert store.newest() == second
    assert store.newest(until=second.finished_at) == second
    assert store.newest(until=second.finished_at - timedelta(seconds=1)) == first
    with pytest.raises(BackupError, match="không khôi phục sớm hơn"):
        store.newest(until=NIGHT)


def test_what_is_no_store_is_said(tmp_path):
    with pytest.raises(BackupError, match="gắn ổ đĩa"):
        Store(tmp_path / "not-mounted").open()
    with pytest.raises(BackupError, match="không phải là thư mục sao lưu"):
        Store(tmp_path).existing()
    with pytest.raises(BackupError, match="chưa có bản sao lưu nào"):
        Store(tmp_path).open().newest()


def test_one_backup_at_a_time(store):
    with store.alone(), pytest.raises(BackupError, match="đang chạy"), Store(store.root).alone():
        pass


def test_days_weeks_and_months_are_kept():
    nights = [NIGHT - timedelta(days=back) for back in range(800)]
    stay = kept(nights)
    assert stay.daily == set(nights[:7])
    assert 7 + 3 + 10 <= len(stay.whole) <= 7 + 5 + 12
    months = {(at.astimezone(ZONE).year, at.astimezone(ZONE).month) for at in stay.whole}
    assert len(months) >= 12
    assert min(stay.whole) > NIGHT - timedelta(days=366)
    assert kept([NIGHT, NIGHT + timedelta(hours=1)]).whole == {NIGHT + timedelta(hours=1)}, "the last of a day"


def test_thinning_takes_old_backups_and_the_log_that_none_of_a_week_needs(store, recipients):
    for back in range(10, 0, -1):
        made(store, recipients, NIGHT - timedelta(days=back), segment=100 - back)
    archived(store, recipients, 90, 92, 93, 94, 99)
    gone = store.thin()
    assert len(store.all()) == 10 - len(gone) < 10
    assert [int(path.name[16:24], 16) for path in store.segments()] == [93, 94, 99]


def test_a_file_is_copied_once_and_brought_back(store, recipients, key, tmp_path):
    root, sha256 = tmp_path / "files", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    (root / sha256[:2]).mkdir(parents=True)
    (root / sha256[:2] / sha256).write_bytes(b"hello")
    (root / "exports").mkdir()
    (root / "tmpabc").write_bytes(b"draft")
    copying = Copying(root, store, recipients)
    assert (copying.what_is_new().new, copying.what_is_new().files, copying.whole().new) == (1, 0, 0)
    other = tmp_path / "back"
    assert bring_back(store, [sha256], other, [key]) == []
    assert (other / sha256[:2] / sha256).read_bytes() == b"hello"
    shutil.rmtree(store.files)
    assert bring_back(store, [sha256], other, [key]) == [sha256]
    assert not (other / sha256[:2] / sha256).exists()


def test_a_file_that_is_not_what_its_name_says_is_told_and_not_kept(store, recipients, tmp_path):
    sha256 = "a" * 64
    (tmp_path / "files/aa").mkdir(parents=True)
    (tmp_path / "files/aa" / sha256).write_bytes(b"rotten")
    assert Copying(tmp_path / "files", store, recipients).whole().rotten == [sha256]
    assert not store.place_of_file(sha256).exists()
