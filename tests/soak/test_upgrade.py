"""A former release's portal is upgraded while people write, and goes back: nothing acknowledged is lost or doubled."""

import os
import time

import pytest
from django.conf import settings

from apps.tasks.models import PlanTask
from program996.management.processes import BASE_DIR
from tests.soak.portal import joined
from tests.soak.upgrading import FREELY, Code, People, Webs, former_code, made_ready, servers_of
from tests.soak.waiting import eventually, failed_jobs, nothing_to_do
from tests.upgrades.samples_of_releases import Sample, samples

ENOUGH = 90  # requests a phase
KEEPER = "chuyen-vien@bac-ninh.example"
SCOPES = ("tasks:write", "indicators:read")
AT_MOST = 0.01  # of the requests may fail


@pytest.mark.parametrize("sample", samples()[-2:], ids=lambda sample: sample.version)
def test_upgrade_and_back_while_people_write(sample: Sample, tmp_path_factory, django_db_blocker, say):
    folder = tmp_path_factory.mktemp("upgrade")
    with servers_of(sample, folder / "var") as portal, joined(portal), django_db_blocker.unblock():
        env = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **portal.env, **FREELY}
        former, today = former_code(sample, folder / "former", env), made_ready(BASE_DIR, env)
        former.manage("database_roles")
        token = former.manage("issue_token", KEEPER, "--label", "nâng cấp", "--scopes", *SCOPES, "--days", "1")
        with Webs(folder / "var/log") as webs:
            for number in (0, 1):
                webs.replace(number, former)
            webs.work_by(former)
            with People(webs.ports, token) as people:
                took = upgrade(people, webs, former, today)
            assert eventually(nothing_to_do, 180), failed_jobs()
        titles = list(PlanTask.objects.filter(title__in=people.made).values_list("title", "code"))
        lost = {title for title, code in people.made.items() if (title, code) not in set(titles)}
        told = ", ".join(f"{phase} {people.failed[phase]} of {asked}" for phase, asked in people.asked.items())
        say(
            f"from {sample.version} to {settings.VERSION} and back: {len(people.made)} tasks acknowledged, "
            f"{len(lost)} lost, {len(titles) - len(people.made)} doubled; "
            f"tables changed in {took:.1f} s; requests that failed: {told}"
        )
        assert (sorted(lost), len(titles)) == ([], len(people.made))
        assert people.share_failed() <= AT_MOST, people.trouble[:20]
        assert [one for one in failed_jobs() if not one.startswith("documents.")] == [], "a sample keeps no files"
        assert today.manage("check_figures") == "0 số lệch"


def upgrade(people: People, webs: Webs, former: Code, today: Code) -> float:
    """By the steps of the manual, and back; returns how long the tables took."""
    people.wait_for_more(ENOUGH)
    people.phase, began = "tables", time.monotonic()
    today.manage("migrate", "--noinput", "-v", "0")
    today.manage("database_roles")
    took = time.monotonic() - began
    people.wait_for_more(ENOUGH)
    people.phase = "process by process"
    for number in (0, 1):
        assert webs.replace(number, today)["version"] == settings.VERSION
        people.wait_for_more(ENOUGH // 3)
    webs.work_by(today)
    today.manage("load_reference")
    people.phase = "today's"
    people.wait_for_more(ENOUGH)
    people.phase = "back"
    webs.work_by(former)
    for number in (0, 1):
        webs.replace(number, former)
        people.wait_for_more(ENOUGH // 3)
    people.wait_for_more(ENOUGH)
    people.phase = "forward again"
    for number in (0, 1):
        webs.replace(number, today)
    webs.work_by(today)
    people.wait_for_more(ENOUGH)
    return took
