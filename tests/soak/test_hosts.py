"""The portal on eleven hosts, any of which is killed or cut off: nothing that anybody was told is lost or doubled.

HOSTS_MINUTES and HOSTS_ACTS say how long and how much, HOSTS_SEED which.
"""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.targets.models import RecomputeRequest
from apps.tasks.models import PlanTask
from tests.soak.hosts import acts, lan
from tests.soak.hosts.people import Crowd, Gaps, unfinished
from tests.soak.hosts.portal import Portals
from tests.soak.portal import joined
from tests.soak.test_proxy import nginx  # noqa: F401
from tests.soak.test_upgrade import KEEPER
from tests.soak.uploads import misses
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do
from tests.upgrades.samples_of_releases import samples

MINUTES = float(os.environ.get("HOSTS_MINUTES", "20"))
ACTS = int(os.environ.get("HOSTS_ACTS", "30"))
SEED = int(os.environ.get("HOSTS_SEED", "996"))
SCOPES = ("tasks:read", "tasks:write", "indicators:read", "jobs:read", "jobs:write")
BACK_WITHIN = 30.0  # seconds, of pages
OF_THE_STANDBY = "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = 'program996'"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where PostgreSQL's account passes through, though root's own folders are closed to it."""
    made = Path(tempfile.mkdtemp(prefix="p996-hosts-"))
    made.chmod(0o755)
    yield made
    if kept := os.environ.get("HOSTS_LOGS"):
        Path(kept).mkdir(parents=True, exist_ok=True)
        for log in made.glob("*.log"):
            shutil.copy(log, kept)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def portals(folder, nginx) -> Iterator[Portals]:  # noqa: F811
    if why := lan.trouble():
        pytest.skip(f"no hosts here: {why}")
    with lan.Lan(folder) as network:
        yield Portals(network, folder, nginx)


@pytest.mark.timeout(3600 + 120 * MINUTES)
def test_hosts_are_killed_and_cut_off(portals, django_db_blocker, say):
    portals.begin(samples()[-1])
    token = portals.manage("issue_token", KEEPER, "--label", "máy", "--scopes", *SCOPES, "--days", "1")
    gaps, dice = Gaps(), random.Random(SEED)
    fate = acts.Fate(portals, gaps, dice)
    with joined(portals.portal), django_db_blocker.unblock():
        with Crowd(portals.portal, token, gaps) as crowd:
            portals.rest(10)
            began = time.monotonic()
            for number, (what, how) in enumerate(acts.drawn(dice, ACTS)):
                portals.rest(max(0.0, began + 60 * MINUTES * number / ACTS - time.monotonic()))
                say(f"  {fate.act(what, how)}: nothing answered for {gaps.of(gaps.act)}")
            gaps.act = "calm"
            portals.rest(5)
            crowd.ended.set()
            portals.wait(lambda: not any(one.is_alive() for one in crowd.threads), 300, "people to end")
            took = (time.monotonic() - began) / 60
        portals.wait(lambda: eventually(nothing_to_do, 1), 300, "the jobs")
        hold(crowd, portals, say, took, fate)
        read = portals.databases.ask(portals.databases.standby, OF_THE_STANDBY)
        longest = ", ".join(f"{kind} {gap:.1f} s ({act})" for kind, (gap, act) in sorted(gaps.longest.items()))
        say(f"  longest without an answer: {longest}; the standby answered {read} transactions since its last start")
        assert int(read) > 0
        assert max(gaps.longest[kind][0] for kind in ("pages", "API reads")) < BACK_WITHIN


def hold(crowd: Crowd, portals: Portals, say, took: float, fate: acts.Fate) -> None:
    rows = list(PlanTask.objects.filter(title__in=crowd.made).values_list("title", "code"))
    lost = sorted({title for title, code in crowd.made.items() if (title, code) not in set(rows)})
    promoted = [done.promoted_in for done in fate.done if done.promoted_in]
    say(
        f"{len(fate.done)} acts on hosts in {took:.1f} min (seed {SEED}): {len(crowd.made)} tasks acknowledged, "
        f"{len(lost)} lost, {len(rows) - len(crowd.made)} doubled; {len(crowd.sent)} files uploaded, confirmed and "
        f"written once; {len(crowd.exports)} lists written; {sum(crowd.asked.values())} requests of the API, "
        f"{sum(crowd.failed.values())} failed; {len(promoted)} failovers, each command {max(promoted, default=0):.1f} s"
    )
    assert crowd.strange == []
    assert (lost, len(rows)) == ([], len(crowd.made))
    assert misses(crowd.sent) == []
    assert unfinished(crowd.exports) == []
    assert [one for one in failed_jobs() if not one.startswith("documents.")] == [], "a sample keeps no files"
    assert RecomputeRequest.objects.count() == 0
    assert portals.manage("check_figures") == "0 số lệch"
