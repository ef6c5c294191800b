"""The list of parts is of today's locks, and a part with a known hole is named without asking the network."""

import json
import os
import zipfile

import pytest

from program996.management.processes import BASE_DIR
from program996.parts import bill
from program996.parts.__main__ import main
from program996.parts.advisories import holes, is_hit, known
from program996.parts.locks import NPM, PYPI, Part, all_parts, shipped_parts

KEPT = json.loads((BASE_DIR / bill.BILL).read_text())
DJANGO = next(part for part in shipped_parts() if part.name == "django")


def names(told: dict) -> list[tuple[str, str, str]]:
    return [(part["purl"], part["version"], part["scope"]) for part in told["components"]]


def test_the_list_of_parts_is_of_todays_locks():
    """`make sbom` writes it anew."""
    today = bill.bill()
    assert names(KEPT) == names(today)
    assert KEPT["serialNumber"] == today["serialNumber"]
    assert (BASE_DIR / bill.LIST).read_text() == bill.as_list(KEPT)


def test_every_part_has_its_licence():
    unknown = {part["name"] for part in KEPT["components"] if part["licenses"][0]["license"]["name"] == bill.UNKNOWN}
    assert unknown == set()


def test_parts_are_read_from_every_lock():
    parts = all_parts()
    assert {PYPI, NPM} == {part.ecosystem for part in parts}
    assert DJANGO in parts
    assert {"pytest", "schemathesis"} <= {part.name for part in parts if not part.is_shipped}
    assert DJANGO.purl == f"pkg:pypi/django@{DJANGO.version}"
    assert Part(NPM, "@tabler/icons", "3.51.0").purl == "pkg:npm/%40tabler/icons@3.51.0"


def advisory(*, name: str = "Django", ecosystem: str = PYPI, **affected) -> dict:
    package = {"ecosystem": ecosystem, "name": name}
    return {"id": "OSV-2026-1", "summary": "Người lạ\nđọc được", "affected": [{"package": package, **affected}]}


def span(**events: str) -> dict:
    return {"ranges": [{"type": "ECOSYSTEM", "events": [{kind: value} for kind, value in events.items()]}]}


@pytest.mark.parametrize(
    "version, affected, hit",
    [
        ("5.2.3", span(introduced="0"), True),
        ("5.2.3", span(introduced="0", fixed="5.2.3"), False),
        ("5.2.3", span(introduced="0", fixed="5.2.10"), True),
        ("5.2.3", span(introduced="5.2.4"), False),
        ("5.2.3", span(introduced="5.2.3"), True),
        ("5.2.3", span(introduced="0", last_affected="5.2.3"), True),
        ("5.2.4", span(introduced="0", last_affected="5.2.3"), False),
        ("5.2.3", {"versions": ["5.2.3"]}, True),
        ("5.2.3", {"versions": ["5.2.30"]}, False),
        ("5.2.3", {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
        ("of 2026", span(introduced="0", fixed="9"), True),
    ],
)
def test_which_versions_are_hit(version, affected, hit):
    assert is_hit(version, affected) is hit


def test_a_hole_that_was_fixed_and_came_back():
    events = [{"introduced": "1"}, {"fixed": "2"}, {"introduced": "3"}, {"fixed": "4"}]
    affected = {"ranges": [{"type": "ECOSYSTEM", "events": events}]}
    assert [is_hit(one, affected) for one in ("0.9", "1.5", "2", "3", "3.9", "4")] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_what_was_withdrawn_or_is_of_another_part_is_none():
    assert holes([DJANGO], [advisory(**span(introduced="0")) | {"withdrawn": "2026-01-01T00:00:00Z"}]) == []
    assert holes([DJANGO], [advisory(name="django-other", **span(introduced="0"))]) == []
    assert holes([DJANGO], [advisory(ecosystem=NPM, **span(introduced="0"))]) == []


def test_a_part_with_a_known_hole_is_named(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("OSV-2026-1.json", json.dumps(advisory(**span(introduced="0", fixed="99"))))
    assert main(["audit", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert f"django {DJANGO.version} (chạy trên máy chủ): OSV-2026-1 Người lạ đọc được | bản sửa: 99" in told


def test_without_a_hole_all_is_well(tmp_path, capsys):
    (tmp_path / "one.json").write_text(json.dumps([advisory(**span(introduced="99"))]))
    assert [one["id"] for one in known(tmp_path)] == ["OSV-2026-1"]
    assert main(["audit", str(tmp_path)]) == 0
    assert "0 lỗ hổng đã biết" in capsys.readouterr().out


def test_an_empty_or_an_old_folder_is_no_good_news(tmp_path):
    assert main(["audit", str(tmp_path)]) == 2
    (tmp_path / "one.json").write_text("[]")
    os.utime(tmp_path / "one.json", (0, 0))
    assert main(["audit", str(tmp_path)]) == 2
