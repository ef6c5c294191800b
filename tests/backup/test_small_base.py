"""A server of a few rows is copied, goes on, is lost, and comes back as it stood at a moment."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from program996.backup import BackupError, checking, restoring, taking
from program996.backup.attachments import Copying
from program996.backup.programs import output_of, program
from program996.backup.restoring import restore
from program996.backup.store import Store
from program996.backup.taking import Wanted, take
from program996.backup.wal import empty_spool, ensure_slot, is_received, start_receiver
from program996.management.processes import wait_for
from program996.management.servers import postgres_answers, postgres_child, socket_folder
from tests.test_stack import eventually

SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of «hello»
TABLES = f"""
    CREATE TABLE fact (id int PRIMARY KEY, said text);
    INSERT INTO fact SELECT n, 'dòng ' || n FROM generate_series(1, 1000) n;
    CREATE TABLE documents_storedfile (sha256 text);
    INSERT INTO documents_storedfile VALUES ('{SHA256}');
    CREATE TABLE django_migrations (app text, name text);
    INSERT INTO django_migrations VALUES ('of_a_library_long_gone', '0001_initial');
"""
CHEAP = ("fsync=off", "shared_buffers=16MB", "max_connections=150")


@dataclass
class Small:
    address: str
    store: Store
    wanted: Wanted
    spool: Path

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.address)) as line, line.cursor() as cursor:
            line.autocommit = True
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def archive(self) -> None:
        files = Copying(self.wanted.files, self.store, self.wanted.recipients)
        empty_spool(self.spool, self.store, files, self.wanted.recipients)


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """Where the tests run as root PostgreSQL's account passes through; pytest's own folders are closed to it."""
    with tempfile.TemporaryDirectory(prefix="p996-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def back(open_folder) -> Iterator[Path]:
    yield open_folder / "back"
    shutil.rmtree(open_folder / "back", ignore_errors=True)


@pytest.fixture(scope="module")
def small(open_folder, recipients) -> Iterator[Small]:
    data = open_folder / "small"
    data.mkdir(mode=0o711)
    for name in ("run", "store", "files"):
        (data / name).mkdir(mode=0o711)
    (data / "files" / SHA256[:2]).mkdir()
    (data / "files" / SHA256[:2] / SHA256).write_bytes(b"hello")
    log, sockets = data / "postgres.log", socket_folder(data)
    child = postgres_child(data, sockets, data, options=CHEAP, initdb_options=("--no-sync",), log=log)
    child.start()
    receiver = None
    try:
        wait_for(lambda: postgres_answers(child), [child], 60)
        address = f"postgresql://program996@/program996?host={sockets}/pg"
        keys = {"SECRET_KEY": "of-old", "SECRET_KEY_FALLBACKS": [], "CLOCK_DAYS_AHEAD": 0}
        wanted = Wanted(address, recipients, data / "files", keys)
        made = Small(address, Store(data / "store").open(), wanted, data / "spool")
        made.run(TABLES)
        assert ensure_slot(address)
        assert not ensure_slot(address)
        receiver = start_receiver(address, made.spool)
        yield made
    finally:
        if receiver is not None:
            receiver.terminate()
            receiver.wait()
        child.ask_to_stop()
        child.wait_until_stopped()


@pytest.fixture(scope="module")
def history(small) -> dict[str, Any]:
    """A backup, a change, a moment, and then the disaster."""
    backup = take(small.store, small.wanted)
    small.run("INSERT INTO fact VALUES (1001, 'sau bản sao')")
    time.sleep(1.1)
    moment = datetime.now(UTC).replace(microsecond=0)
    time.sleep(1.1)
    small.run("DELETE FROM fact")
    assert eventually(lambda: is_received(small.address))
    [(segment,)] = small.run("SELECT pg_walfile_name(pg_switch_wal())")
    assert eventually(lambda: (small.spool / segment).exists())
    small.archive()
    return {"backup": backup, "moment": moment}


@pytest.fixture
def without_the_portals_own_checks(monkeypatch):
    """Which need all of its tables."""
    monkeypatch.setattr(restoring, "check_after", lambda *asked: [])


def facts(data: Path, monkeypatch, say: list[str], small: Small, key: Any, to: datetime | None) -> tuple:
    seen: list[tuple] = []
    sql = "SELECT count(*), max(id) FROM fact"
    monkeypatch.setattr(restoring, "check_after", lambda server, *asked: seen.extend(server.ask(sql)) or [])
    restored = restore(small.store, [key], data, to, say.append)
    assert restored.findings == []
    return seen[0], restored


def test_comes_back_as_of_a_minute_before_the_disaster(small, history, key, back, monkeypatch):
    rows, restored = facts(back, monkeypatch, [], small, key, history["moment"])
    assert rows == (1001, 1001)
    assert restored.until < history["moment"]
    assert restored.files == 1
    assert (back / f"files/{SHA256[:2]}/{SHA256}").read_bytes() == b"hello"
    assert (back / "secret-key").read_text() == "of-old"
    assert (back / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (back / "done/first-start").read_text() == "restored"


def test_comes_back_to_the_end_where_the_log_ends_before_the_moment(small, history, key, back, monkeypatch):
    rows, restored = facts(back, monkeypatch, [], small, key, datetime(2100, 1, 1, tzinfo=UTC))
    assert rows == (0, None)
    assert restored.is_short


def test_a_copy_that_does_not_agree_with_its_counts_is_told(small, history, key):
    backup = history["backup"]
    assert backup.tables["fact"]["before"] == backup.tables["fact"]["after"]
    found = {name: list(told["before"]) for name, told in backup.tables.items()}
    assert checking.differences(found, backup) == []
    found["fact"][1] = "0"
    assert [finding.words for finding in checking.differences(found, backup)] == [
        "bảng fact: 1000 dòng, khi sao lưu 1000, khác nhau"
    ]
    del found["fact"]
    assert [finding.words for finding in checking.differences(found, backup)] == ["thiếu bảng fact"]


def test_a_backup_that_is_killed_leaves_nothing_that_counts(small, history, monkeypatch):
    before = small.store.all()

    def killed(*asked: Any) -> None:
        raise BackupError("Bị dừng")

    time.sleep(1.1)  # of another second, by which it is named
    monkeypatch.setattr(taking, "_base", killed)
    with pytest.raises(BackupError, match="Bị dừng"):
        take(small.store, small.wanted)
    assert small.store.all() == before
    assert len(list(small.store.backups.iterdir())) == len(before) + 1
    assert small.run("SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE '%base_backup%'") == [(0,)]
    monkeypatch.undo()
    time.sleep(1.1)
    take(small.store, small.wanted)
    assert len(list(small.store.backups.iterdir())) == len(small.store.all())


def test_a_program_that_fails_is_no_backup(small):
    command = [program("pg_dump"), "--table=none_such"]
    with pytest.raises(BackupError, match="pg_dump không thành công"), output_of(command, small.address) as out:
        out.read()


def test_refusals(small, history, key, tmp_path, monkeypatch, without_the_portals_own_checks):
    import pyrage

    def refused(words: str, identity: Any = key, data: Path = tmp_path / "new") -> None:
        with pytest.raises(BackupError, match=words):
            restore(small.store, [identity], data, None, lambda line: None)
        assert data == tmp_path or not data.exists() or not any(data.iterdir())

    (tmp_path / "something").touch()
    refused("không trống", data=tmp_path)
    refused("niêm phong cho khóa khác", identity=pyrage.x25519.Identity.generate())
    newest = small.store.newest()
    part = small.store.folder_of(newest) / "base.tar.gz.age"
    whole = part.read_bytes()
    part.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    refused("bị hỏng hoặc bị sửa")
    monkeypatch.setattr(Store, "verify", lambda *asked: None)
    refused("bị hỏng hoặc bị sửa")  # by the seal itself
    part.write_bytes(whole)
    manifest = small.store.folder_of(newest) / "manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"migrations": {"upkeep": ["9999_of_tomorrow"]}}))
    refused("mới hơn của cổng")
    manifest.write_text(json.dumps(told))
    assert os.listdir(tmp_path) == ["something"] or not any((tmp_path / "new").iterdir())
