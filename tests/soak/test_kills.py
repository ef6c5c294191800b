"""Processes die at any moment; nothing that the portal accepted is lost, and nothing happens twice."""

from apps.exchange.models import ImportBatch
from apps.jobs.models import Job
from apps.progress.figures import figures
from apps.targets.models import Indicator, RecomputeRequest
from tests.conftest import BAC_NINH, LAM_DONG
from tests.soak.killing import Killer
from tests.soak.portal import Portal
from tests.soak.uploads import Senders, SmallFile, misses, small_files
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do

SEED = 996
KEEPERS = [("register_keeper", BAC_NINH), ("register_keeper", BAC_NINH), ("register_keeper", LAM_DONG)]
PROCESSES = ("worker", "relay", "beat", "redis", "web", "worker child", "web child")


def national() -> dict[int, int]:
    return {figure.year: int(figure.value) for figure in figures(Indicator.objects.get(code="MT5"), national=True)}


def files_of(count: int, prefixes: tuple[str, str]) -> dict[str, list[SmallFile]]:
    """Two files of Bắc Ninh for one of Lâm Đồng, as there are people to send them."""
    third = count // 3
    return {
        BAC_NINH: small_files(count - third, "Bắc Ninh", prefixes[0]),
        LAM_DONG: small_files(third, "Lâm Đồng", prefixes[1]),
    }


def beat_and_check(portal: Portal, count: int, prefixes: tuple[str, str], targets: tuple[str, ...], say) -> None:
    by_unit = files_of(count, prefixes)
    files = [file for own in by_unit.values() for file in own]
    before, jobs = national(), Job.objects.count()
    senders = Senders(portal, KEEPERS)
    with Killer(portal, targets, SEED) as killer:
        senders.send(by_unit)
    assert eventually(nothing_to_do, 180), Job.objects.exclude(state="done").values("kind", "state", "attempts")
    new = Job.objects.order_by("created_at")[jobs:]
    again = [job.attempts for job in new if job.attempts > 1]
    written = ImportBatch.objects.filter(state="written", pk__in=[file.batch for file in files]).count()
    say(
        f"{sum(file.confirmed for file in files)} of {count} uploads confirmed, {written} written; "
        f"killed: {killer}; {len(new)} jobs, {len(again)} tried again (at most {max(again, default=1)} attempts)"
    )
    assert failed_jobs() == []
    assert misses(files) == []
    assert RecomputeRequest.objects.count() == 0
    assert portal.manage("check_figures").stdout.strip().endswith("0 số lệch")
    enterprises = sum(len(file.facts) for file in files)
    assert national()[max(before)] - before[max(before)] == enterprises
    kinds = [job.kind for job in new]
    assert {kind: kinds.count(kind) for kind in ("exchange.check", "exchange.write", "progress.recompute")} == {
        "exchange.check": count,
        "exchange.write": count,
        "progress.recompute": count,
    }


def test_200_uploads_while_processes_are_killed(portal, say):
    beat_and_check(portal, 200, ("91", "92"), PROCESSES, say)


def test_uploads_while_the_database_is_killed_too(portal, say):
    """What was acknowledged stands; what was not has been sent again, and stands once."""
    beat_and_check(portal, 60, ("93", "94"), ("postgres", "postgres", *PROCESSES), say)
