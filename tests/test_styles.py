"""One home for each class: a second file that defines it again is a clash that shows on some page only."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
# They say how what others define looks on paper, in forced colours, on small screens.
BESIDE = {"print.css", "forced.css", "visibility.css"}
BARE = re.compile(r"(\.[\w-]+)(?:::?[\w-]+(?:\([^()]*\))?)*")  # one class, with no more than a state of it


def selectors(text: str) -> Iterator[str]:
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for head in re.findall(r"([^{};]*)\{", plain):
        if not head.strip().startswith("@"):
            yield from (" ".join(one.split()) for one in re.split(r",(?![^()]*\))", head))


def sheets() -> Iterator[tuple[str, str]]:
    for path in sorted(CSS.rglob("*.css")):
        if path.name not in BESIDE:
            yield str(path.relative_to(CSS)), path.read_text()


def homes_of(wanted: re.Pattern[str], group: int) -> dict[str, set[str]]:
    """What is found at the beginning of selectors, and the files that it is found in, where they are several."""
    homes = defaultdict(set)
    for name, text in sheets():
        for selector in selectors(text):
            if found := wanted.fullmatch(selector):
                homes[found[group]].add(name)
    return {one: files for one, files in homes.items() if len(files) > 1}


def test_a_class_is_defined_by_one_file():
    assert homes_of(BARE, 1) == {}


def test_a_selector_stands_in_one_file():
    assert homes_of(re.compile(r"\..+"), 0) == {}


JOINED_SHEETS = ("portal.css", "public.css")


def test_every_sheet_is_taken_in_into_a_layer_that_is_named_first():
    anywhere = set()
    for sheet in JOINED_SHEETS:
        text = (CSS / sheet).read_text()
        order = re.search(r"@layer ([^;]+);", text)[1].split(", ")
        taken = dict(re.findall(r'@import url\("([^"]+)"\) layer\((\w+)\)', text))
        assert set(taken.values()) <= set(order)
        assert {layer for name, layer in taken.items() if name.startswith("components/")} == {"components"}
        anywhere |= set(taken)
    assert anywhere == {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")} - set(JOINED_SHEETS)


def test_no_width_hangs_on_the_font_that_comes_later():
    """`ch` is as wide as the nought of whatever font is there: lines would break anew, and all below them jump."""
    assert [name for name, text in sheets() if re.search(r"\d(?:ch|ex)\b", text)] == []
