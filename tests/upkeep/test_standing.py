"""That backups, archive and drills are too old is told to whoever keeps the portal, and takes it from nobody."""

from datetime import datetime, timedelta

import pytest

from apps.core import clock
from apps.notifications.waiting import waiting_count, waiting_keys
from apps.upkeep import services
from apps.upkeep.models import Run
from apps.upkeep.selectors import standing
from program996 import cleaning

pytestmark = pytest.mark.django_db


@pytest.fixture
def backups_on(settings):
    settings.BACKUPS_ON, settings.BACKUP_IDENTITY = True, ""


def ran(kind: str, ago: timedelta, outcome: str = "good") -> Run:
    at = clock.machine_now() - ago
    ended = at if outcome in {"good", "bad"} else None
    return Run.objects.create(kind=kind, started_at=at, finished_at=ended, outcome=outcome)


def told(user) -> list[str]:
    keys = [key.pk for key in waiting_keys(user) if key.source == "upkeep"]
    return sorted(Run.objects.filter(pk__in=keys).values_list("kind", flat=True))


def test_readyz_warns_and_stays_ready(client, backups_on):
    """It asks by a connection of its own, which sees no row of a test."""
    check = client.get("/readyz").json()["checks"]["backup"]
    assert check["ok"]
    assert check["warning"]
    assert check["too_old"] == ["backup", "archive", "drill"]


def test_the_age_of_the_last_good_one_is_told(backups_on):
    ran("backup", timedelta(hours=40))
    services.note_archive("000000010000000000000003")
    check = standing()
    assert check["warning"]
    assert check["too_old"] == ["backup", "drill"]
    assert check["backup_age_seconds"] == pytest.approx(40 * 3600, abs=60)
    assert check["drill_age_seconds"] is None
    ran("backup", timedelta(hours=1))
    ran("drill", timedelta(days=20))
    assert standing()["warning"] is False


def test_where_there_are_no_backups_nothing_is_told(client, central, settings):
    settings.BACKUPS_ON = False
    ran("backup", timedelta(days=400))
    assert "backup" not in client.get("/readyz").json()["checks"]
    assert told(central) == []


def test_the_inbox_tells_what_is_too_old_and_what_never_came(central, keeper, backups_on):
    for kind in Run.Kind.values:
        services.expect(kind)
        services.expect(kind)
    assert Run.objects.count() == 3
    assert told(central) == []
    Run.objects.update(started_at=clock.machine_now() - timedelta(days=36))
    assert told(central) == ["archive", "backup", "drill"]
    assert told(keeper) == []
    ran("backup", timedelta(hours=37))
    ran("backup", timedelta(hours=1), "bad")
    ran("drill", timedelta(days=4))
    services.note_archive("000000010000000000000003")
    assert told(central) == ["backup"], "a bad one later is no good one"
    ran("backup", timedelta(hours=2))
    assert told(central) == []


def test_a_drill_that_runs_by_itself_is_missed_sooner(central, backups_on, settings):
    ran("drill", timedelta(days=4))
    assert told(central) == []
    settings.BACKUP_IDENTITY = "/somewhere/key"
    assert told(central) == ["drill"]


def test_the_page_of_the_inbox_says_it(central_client, central, backups_on):
    ran("backup", timedelta(days=3))
    assert waiting_count(central) == 1
    page = central_client.get("/inbox/").content.decode()
    assert "Bản sao lưu đạt gần nhất đã quá cũ" in page
    assert 'href="/upkeep/"' in page


def test_the_awaited_row_becomes_the_first_that_runs(backups_on):
    services.expect("drill")
    run = services.begin("drill")
    assert Run.objects.get() == run
    services.end(run, trouble="Số liệu: lệch")
    assert [one.outcome for one in Run.objects.all()] == ["bad"]


def test_a_run_that_broke_off_is_said_to_have(backups_on):
    first = services.begin("backup")
    second = services.begin("backup")
    first.refresh_from_db()
    assert (first.outcome, first.trouble) == ("bad", "Dừng giữa chừng.")
    services.end(second, name="20261203T201500Z", facts={"bytes": 1})
    assert Run.objects.good().get().name == "20261203T201500Z"


def test_the_archive_is_one_row(backups_on):
    services.note_archive("000000010000000000000003")
    services.note_archive("")
    row = Run.objects.get()
    assert row.name == "000000010000000000000003"
    assert isinstance(row.finished_at, datetime)


def test_old_rows_go_where_newer_good_ones_stand(backups_on):
    ran("backup", timedelta(days=500), "bad")
    last = ran("backup", timedelta(days=450))
    cleaning.clean()
    assert list(Run.objects.all()) == [last]
