"""docs/words.md holds: no second word for one thing in what people read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
VIETNAMESE = re.compile(r"[À-ỹ]")
NEW_STYLE = re.compile(r"\b\w*(?:oá|oà|oả|oã|oạ|oé|oè|oẻ|oẽ|oẹ|(?<!q)u[ýỳỷỹỵ])\b", re.IGNORECASE)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)


def rules() -> list[tuple[str, list[str]]]:
    """Every forbidden word with what may contain it all the same."""
    rows = [line.split("|")[1:-1] for line in (ROOT / "docs" / "words.md").read_text().splitlines() if line[:2] == "| "]
    table = [[cell.strip() for cell in row] for row in rows[2:]]
    return [(word, _words(but)) for _say, no, but, _for in table for word in _words(no)]


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Strings of a module that people may read: with Vietnamese letters, and no docstrings."""
    tree = ast.parse(path.read_text())
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def shown() -> list[tuple[str, str]]:
    """Everything people read, with its place."""
    found = []
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]:
        text = COMMENT.sub("", path.read_text())
        found += [(f"{path.relative_to(ROOT)}", piece) for piece in re.split(r"[\"{}%<>\n]", text)]
    for path in [*(ROOT / "apps").rglob("*.py"), *(ROOT / "program996").rglob("*.py")]:
        if "migrations" not in path.parts and path.name not in ALIASES:
            found += [(f"{path.relative_to(ROOT)}:{line}", text) for line, text in _strings(path)]
    return [(place, " ".join(text.split())) for place, text in found if VIETNAMESE.search(text)]


# Modules that list what people type, other spellings among it.
ALIASES = {"matching.py", "rules.py", "names.py", "naming.py", "slips.py", "old_fonts.py"}


def is_broken(text: str, word: str, allowed: list[str]) -> bool:
    if word.startswith('"'):
        return text == word.strip('"')
    text = text.lower()
    for one in allowed:
        text = "" if one.startswith('"') and text == one.strip('"').lower() else text.replace(one.lower(), "")
    return re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) is not None


def test_the_table_is_read():
    words = {word for word, _but in rules()}
    assert {"dữ kiện", '"Việc"', "tình trạng"} <= words
    assert len(shown()) > 1000


@pytest.mark.parametrize(("text", "broken"), [("Định nghĩa chỉ tiêu thành phần", False), ("cách tính chỉ tiêu", True)])
def test_what_may_stay_is_left_alone(text, broken):
    assert is_broken(text, "chỉ tiêu", ["chỉ tiêu thành phần", "định nghĩa chỉ tiêu"]) == broken


def test_no_second_word_for_one_thing():
    everything = shown()
    broken = [
        f"{place}: “{word}” in “{text}”"
        for word, allowed in rules()
        for place, text in everything
        if is_broken(text, word, allowed)
    ]
    assert broken == []


def test_tone_marks_are_those_of_legal_texts():
    assert [f"{place}: {text}" for place, text in shown() if NEW_STYLE.search(text)] == []


def test_quotation_marks_are_vietnamese():
    assert [f"{place}: {text}" for place, text in shown() if "«" in text or "»" in text] == []


def test_mails_address_people_as_letters_do():
    mails = sorted((ROOT / "templates" / "emails").glob("*.txt"))
    assert mails
    for path in mails:
        assert not re.search(r"\bbạn\b", path.read_text(), re.IGNORECASE), path.name
    assert "Kính gửi: Ông/Bà" in (ROOT / "templates" / "emails" / "base.txt").read_text()
