"""One migration per app, and tables of an earlier version refused before anything is changed."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from program996.management.commands.migrate import made_earlier
from program996.management.old_tables import OLD_TABLES

pytestmark = pytest.mark.django_db
OF_OLD = ("organisations", "0011_notes_beside_the_acts")


def as_of_old() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied(*OF_OLD)
    recorder.record_unapplied("people", "0001_initial")


def test_tables_of_today_are_taken():
    assert not made_earlier(connection)
    call_command("migrate", verbosity=0)


def test_tables_of_an_earlier_version_are_refused(monkeypatch):
    monkeypatch.delenv("DATA", raising=False)
    as_of_old()
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0)
    assert refused.value.returncode == OLD_TABLES
    assert f"Cơ sở dữ liệu {connection.settings_dict['NAME']} do một phiên bản cũ" in str(refused.value)
    assert ("people", "0001_initial") not in MigrationRecorder(connection).applied_migrations()


def test_the_data_folder_is_named_where_the_database_is_its_own(monkeypatch, tmp_path):
    (tmp_path / "pg18").mkdir()
    monkeypatch.setenv("DATA", str(tmp_path))
    monkeypatch.setitem(connection.settings_dict, "HOST", "/run/p996/pg")
    as_of_old()
    with pytest.raises(CommandError, match=f"Thư mục dữ liệu {tmp_path} .* make run DATA=..., hoặc xóa thư mục đó"):
        call_command("migrate", verbosity=0)


def test_an_older_version_put_back_before_newer_tables_is_not_refused():
    """What a newer version added is not undone, and nothing is left to do."""
    MigrationRecorder(connection).record_applied("people", "0996_of_tomorrow")
    assert not made_earlier(connection)


def test_migrations_of_others_are_no_matter():
    """A library may put several of its own together."""
    MigrationRecorder(connection).record_applied("axes", "0996_gone")
    MigrationRecorder(connection).record_unapplied("people", "0001_initial")
    assert not made_earlier(connection)


def test_every_app_begins_with_its_first():
    for folder in Path("apps").glob("*/migrations"):
        assert (folder / "0001_initial.py").exists(), folder
