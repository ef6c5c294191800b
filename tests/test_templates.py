"""Templates can be read and compared line by line: short lines, short files."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_LINE = 160
MOST_LINES = 150
OPEN = re.compile(r"\{#(?!.*#\})")


def templates() -> Iterator[tuple[str, list[str]]]:
    """Every page and part of one, with its lines."""
    for root in ("templates", "apps"):
        for path in sorted((ROOT / root).rglob("*.html")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8").splitlines()


def test_no_line_is_too_long_to_be_read():
    """What would be longer is broken one tag a line; where no blank may come between tags it is a part of its own."""
    long = [
        f"{name}:{number} has {len(line)} characters"
        for name, lines in templates()
        for number, line in enumerate(lines, start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_a_remark_ends_on_its_line():
    """Of more lines Django makes no remark: readers would see it."""
    open_ended = [f"{name}:{n}" for name, lines in templates() for n, line in enumerate(lines, 1) if OPEN.search(line)]
    assert open_ended == []


def test_no_template_is_too_long_to_be_read():
    assert [name for name, lines in templates() if len(lines) > MOST_LINES] == []


def test_there_are_templates_to_look_at():
    """Without this a moved folder would pass everything above."""
    names = {name for name, _lines in templates()}
    assert len(names) > 150
    assert {"templates/base.html", "templates/dashboard/dashboard.html"} <= names
