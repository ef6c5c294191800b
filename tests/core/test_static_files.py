"""What a browser is given: the manifest, the joined sheet and script, typefaces; and nothing that no page uses."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.staticfiles.finders import get_finders

from apps.core.bundles import JOINED, join, parts_of
from apps.core.staticfiles import SHIPPED

STATIC = Path(project.BASE_DIR, "static")
SHEETS = sorted(STATIC.rglob("*.css"))
SOURCES = [
    path
    for folder in ("templates", "apps", "program996", "static/js")
    for path in Path(project.BASE_DIR, folder).rglob("*")
    if path.suffix in {".html", ".py", ".js"}
]
# Classes that code puts together: the fifths of the map, the verdict of a drawing, the letters of a status.
COMPOSED = {*(f"q{part}" for part in range(1, 6)), *(f"to-{letter}" for letter in "gwb")}
OF_LIBRARIES = {"htmx-request", "htmx-indicator"}


def words_of_sources() -> set[str]:
    return {word for path in SOURCES for word in re.findall(r"[\w-]+", path.read_text(encoding="utf-8"))}


def test_what_is_collected_is_what_the_manifest_says():
    found = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            prefix = getattr(storage, "prefix", None)
            found.append(f"{prefix}/{path}" if prefix else path)
    assert sorted(found) == sorted(SHIPPED)


def test_templates_ask_for_nothing_else():
    asked = {
        name
        for path in Path(project.BASE_DIR, "templates").rglob("*.html")
        for name in re.findall(r'{% static "([^"]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked <= set(SHIPPED)


@pytest.mark.parametrize("kind", ["css", "js"])
def test_every_part_is_named(kind):
    joined = [STATIC / name for name in JOINED if name.endswith(kind)]
    named = {part for path in joined for part in parts_of(STATIC, str(path.relative_to(STATIC)))}
    assert named == set((STATIC / kind).rglob(f"*.{kind}")) - set(joined), "a part that nobody names"


@pytest.mark.parametrize("name", JOINED)
def test_joined_file_holds_all_its_parts_and_asks_for_none(name):
    parts = parts_of(STATIC, name)
    assert all(part.is_file() for part in parts), "a name without its part"
    text = join(STATIC, name)
    assert not re.search(r"^\s*(@?import|export)\b", text, re.MULTILINE)
    assert text.count("{") == text.count("}")
    assert len(text) > sum(path.stat().st_size for path in parts) / 2


def test_layers_and_media_survive_joining():
    text = join(STATIC, "css/portal.css")
    order = re.search(r"@layer ([\w, ]+);", text)
    assert order
    assert order[1].split(", ") == ["reboot", "tokens", "base", "layout", "components", "print"]
    assert "@media print {\n@layer print {" in text


def test_collected_sheet_is_as_new_as_its_newest_part():
    for finder in get_finders():
        for path, storage in finder.list([]):
            if path in JOINED:
                newest = max(part.stat().st_mtime for part in parts_of(STATIC, path))
                assert storage.get_modified_time(path).timestamp() == pytest.approx(newest)


def letters(face: str) -> set[int]:
    found = set()
    for start, end in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face):
        found |= set(range(int(start, 16), int(end or start, 16) + 1))
    return found


def test_typefaces_of_one_family_and_weight_do_not_overlap():
    """Of two that hold a letter the browser fetches the later one: latin-ext cost 85 kB for ă, đ, ơ and ư."""
    faces: dict[tuple[str, str], list[set[int]]] = {}
    for face in re.findall(r"@font-face {(.*?)}", (STATIC / "css/fonts.css").read_text(), re.DOTALL):
        family, weight = re.search(r'family: "([^"]+)"', face)[1], re.search(r"weight: ([^;]+)", face)[1]
        faces.setdefault((family, weight), []).append(letters(face))
    assert len(faces) == 3
    for subsets in faces.values():
        assert not [one & other for one, other in combinations(subsets, 2) if one & other]
        assert {ord(char) for char in "aAđĐăâêôơưạệ"} <= set.union(*subsets)


def test_no_rule_is_for_a_class_that_nothing_has():
    text = re.sub(r"/\*.*?\*/", "", "\n".join(path.read_text() for path in SHEETS), flags=re.DOTALL)
    selectors = re.sub(r"{[^{}]*}", "{}", text)
    classes = set(re.findall(r"\.([A-Za-z][\w-]*)", re.sub(r'@import[^;]*;|"[^"]*"', "", selectors)))
    assert classes - words_of_sources() - COMPOSED - OF_LIBRARIES == set()


def test_no_drawing_of_the_sprite_is_unused():
    names = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img/icons.svg").read_text()))
    quoted = {
        word for path in SOURCES for word in re.findall(r"""["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert names - quoted == set()
