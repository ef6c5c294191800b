"""Processes die at any moment; nothing that the portal accepted is lost, and nothing happens twice."""

from collections import Counter

from apps.jobs.models import Job
from apps.progress.figures import figures
from apps.targets.models import Indicator, RecomputeRequest
from tests.conftest import BAC_NINH, LAM_DONG
from tests.soak.killing import Killer
from tests.soak.portal import Portal
from tests.soak.uploads import Senders, SmallFile, misses, small_files
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do

SEED, YEAR = 996, 2026
KEEPERS = [("register_keeper", BAC_NINH), ("register_keeper", BAC_NINH), ("register_keeper", LAM_DONG)]
PROCESSES = ("worker", "relay", "beat", "redis", "web", "worker child", "web child")
KINDS = ("exchange.check", "exchange.write", "progress.recompute")  # one of each for every file
BY_THE_CLOCK = {"notifications.mail"}  # the digest of a working day begins at half past an hour


def national() -> dict[int, int]:
    return {figure.year: int(figure.value) for figure in figures(Indicator.objects.get(code="MT5"), national=True)}


def files_of(count: int, prefixes: tuple[str, str]) -> dict[str, list[SmallFile]]:
    """Two files of Bắc Ninh for one of Lâm Đồng, as there are people to send them."""
    third = count // 3
    return {
        BAC_NINH: small_files(count - third, "Bắc Ninh", prefixes[0]),
        LAM_DONG: small_files(third, "Lâm Đồng", prefixes[1]),
    }


def upload_while_dying(portal: Portal, count: int, prefixes: tuple[str, str], dying: tuple[str, ...]) -> str:
    """Send the files, wait until the portal rests, and hold all that is there against them; returns words."""
    by_unit = files_of(count, prefixes)
    files = [file for own in by_unit.values() for file in own]
    before, earlier = national(), set(Job.objects.values_list("pk", flat=True))
    senders = Senders(portal, KEEPERS)
    with Killer(portal, dying, SEED) as killer:
        senders.send(by_unit)
    assert eventually(nothing_to_do, 180), Job.objects.exclude(state="done").values("kind", "state", "attempts")
    jobs = [job for job in Job.objects.exclude(kind__in=BY_THE_CLOCK) if job.pk not in earlier]
    assert failed_jobs() == []
    assert misses(files) == []
    assert Counter(job.kind for job in jobs) == dict.fromkeys(KINDS, count)
    assert RecomputeRequest.objects.count() == 0
    assert portal.manage("check_figures").stdout == "0 số lệch\n"
    assert national()[YEAR] - before[YEAR] == sum(len(file.facts) for file in files)
    again = [job.attempts for job in jobs if job.attempts > 1]
    return (
        f"{count} uploads, each confirmed and written exactly once; killed with -9: {killer}; "
        f"{len(jobs)} jobs, {len(again)} of them tried again (at most {max(again, default=1)} attempts)"
    )


def test_200_uploads_while_processes_are_killed(portal, say):
    say(upload_while_dying(portal, 200, ("91", "92"), PROCESSES))


def test_uploads_while_the_database_is_killed_too(portal, say):
    """What was acknowledged stands; what was not has been sent again, and stands once."""
    say(upload_while_dying(portal, 60, ("93", "94"), ("postgres", "postgres", *PROCESSES)))
