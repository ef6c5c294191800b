"""One version, said in one place, and what is new in it."""

import re

from django.conf import settings

from program996.management.processes import BASE_DIR

CHANGES = (BASE_DIR / "docs/changelog.md").read_text()
RELEASES = re.findall(r"^## (\d+\.\d+\.\d+) – (\d{4}-\d\d-\d\d|not yet released)$", CHANGES, re.M)


def test_the_newest_note_is_of_todays_version():
    assert RELEASES[0][0] == settings.VERSION


def test_notes_are_in_order_and_only_the_newest_may_be_unreleased():
    numbers = [tuple(int(part) for part in version.split(".")) for version, _day in RELEASES]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(set(numbers)) == CHANGES.count("\n## ")
    assert all(day != "not yet released" for _version, day in RELEASES[1:])


def test_the_image_carries_the_file_that_says_it():
    assert "!pyproject.toml" in (BASE_DIR / ".dockerignore").read_text().splitlines()


def test_the_help_tells_the_version(client, reference):
    assert settings.VERSION in client.get("/help/").content.decode()
