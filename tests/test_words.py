"""docs/words.md holds: no second word for one thing in what people read."""

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.xdist_group("words")  # read by one worker for all that ask
ROOT = Path(settings.BASE_DIR)
VIETNAMESE = re.compile(r"[À-ỹ]")
NEW_STYLE = re.compile(r"\b\w*(?:oá|oà|oả|oã|oạ|oé|oè|oẻ|oẽ|oẹ|(?<!q)u[ýỳỷỹỵ])\b", re.IGNORECASE)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)
JS_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
MARKED = re.compile(r'translate "([^"]+)"|_\("([^"]+)"\)')
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}

# Tables of what people type or once typed, other spellings among it: by the name that holds them.
ALIASES = {"ALIASES", "FORMER_WORDS", "MEANT", "_NEGATING", "_TONES", "_TCVN3"}
# Names of industries are those of their act.
AS_ISSUED = {"vsic.csv", "plan_tasks.csv", "50_framework.json"}
Piece = tuple[str, str]


def rules() -> list[tuple[str, list[str]]]:
    """Every forbidden word with what may contain it all the same."""
    rows = [line.split("|")[1:-1] for line in (ROOT / "docs" / "words.md").read_text().splitlines() if line[:2] == "| "]
    table = [[cell.strip() for cell in row] for row in rows[2:]]
    return [(word, _words(but)) for _say, no, but, _for in table for word in _words(no)]


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]


def of_template(text: str) -> Iterator[str]:
    """Texts between tags and within quotation marks. A sentence goes on over the end of a line."""
    text = COMMENT.sub("", text)
    yield from (piece for piece in re.split(r"[\"{}%<>]", text) if VIETNAMESE.search(piece))
    yield from (first or second for first, second in MARKED.findall(text))


def of_script(text: str) -> Iterator[str]:
    yield from (piece for piece in re.split(r"[\"'`{}\n]", JS_COMMENT.sub("", text)) if VIETNAMESE.search(piece))


def of_module(text: str, *, docstrings: bool = False) -> Iterator[tuple[int, str]]:
    """Strings that people may read: with Vietnamese letters or marked for translation; the API tells docstrings too."""
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    aliases = {id(part) for node in tree.body if _named(node) & ALIASES for part in ast.walk(node)}
    marked = {id(part) for node in nodes if _is_marked(node) for part in ast.walk(node)}
    for node in nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in aliases:
            continue
        if (id(node) in marked or VIETNAMESE.search(node.value)) and (docstrings or id(node) not in told):
            yield node.lineno, node.value


def _named(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_marked(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT


def of_help(text: str) -> Iterator[str]:
    """A text of the help by its paragraphs, cells of tables and words in bold: such a word may stand there alone."""
    told = re.sub(r"\]\([^)]*\)|\{\{.*?\}\}", " ", text)
    yield from (piece.strip(" #-.:\n0123456789") for piece in re.split(r"\n\s*\n|\||\*\*", told))


def of_facts(path: Path) -> Iterator[str]:
    """Names, notes and definitions of the reference data, as pages show them."""
    text = path.read_text()
    if path.suffix == ".csv":
        yield from (value for row in csv.DictReader(text.splitlines()) for value in row.values() if value)
    else:
        rows = json.loads(text)
        if isinstance(rows, list):  # what is no list says by codes which facts count: nobody reads it
            yield from (value for row in rows for value in row["fields"].values() if isinstance(value, str))


def shown() -> list[Piece]:
    """Everything people read, with its place."""
    found: list[Piece] = []
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]:
        found += [(_place(path), piece) for piece in of_template(path.read_text())]
    for path in [*(ROOT / "apps").rglob("*.py"), *(ROOT / "program996").rglob("*.py")]:
        if "migrations" not in path.parts:
            strings = of_module(path.read_text(), docstrings=path.name == "api.py")
            found += [(f"{_place(path)}:{line}", text) for line, text in strings]
    for path in (ROOT / "static" / "js").glob("*.js"):
        found += [(_place(path), piece) for piece in of_script(path.read_text())]
    for path in (ROOT / "program996" / "locale" / "vi").rglob("*.po"):
        found += [(_place(path), text) for text in re.findall(r'^msgstr.*?"(.*)"$', path.read_text(), re.MULTILINE)]
    for path in (ROOT / "docs" / "help" / "vi").glob("*.md"):
        found += [(_place(path), piece) for piece in of_help(path.read_text())]
    for path in (ROOT / "fixtures").iterdir():  # boundaries have no words of their own
        if path.suffix in {".csv", ".json"} and path.name not in AS_ISSUED:
            found += [(_place(path), text) for text in of_facts(path)]
    return [(place, " ".join(text.split())) for place, text in found]


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def everything() -> list[Piece]:
    return shown()


def is_broken(text: str, word: str, allowed: list[str]) -> bool:
    if word.startswith('"'):
        return text == word.strip('"')
    text = text.lower()
    for one in allowed:
        text = "" if one.startswith('"') and text == one.strip('"').lower() else text.replace(one.lower(), "")
    return re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) is not None


def test_the_table_is_read(everything):
    words = {word for word, _but in rules()}
    assert {"dữ kiện", '"Việc"', "tình trạng"} <= words
    places = {place.partition(":")[0] for place, _text in everything}
    kinds = {"templates/403.html", "templates/emails/base.txt", "fixtures/30_indicators.json"}
    assert {*kinds, "apps/enterprises/rules.py", "apps/targets/api.py"} <= places
    assert any(place.endswith(".po") for place in places)


@pytest.mark.parametrize(("text", "broken"), [("Định nghĩa chỉ tiêu thành phần", False), ("cách tính chỉ tiêu", True)])
def test_what_may_stay_is_left_alone(text, broken):
    assert is_broken(text, "chỉ tiêu", ["chỉ tiêu thành phần", "định nghĩa chỉ tiêu"]) == broken


@pytest.mark.parametrize(
    "pieces",
    [
        lambda: of_template('<h2>{% translate "Tình trạng" %}</h2>'),
        lambda: of_template('<td data-l="Tình trạng của hồ sơ">'),
        lambda: of_template("<p>{% blocktranslate %}Tình\n    trạng {{ name }}{% endblocktranslate %}</p>"),
        lambda: of_template('{% include "a.html" with title=_("Tình trạng") only %}'),
        lambda: (text for _line, text in of_module('x = _("Tình trạng")')),
        lambda: (text for _line, text in of_module('x = f"Tình trạng {y}"')),
        lambda: (text for _line, text in of_module('x = {"a": "Đổi tình"\n    " trạng"}')),
        lambda: (text for _line, text in of_module('class A:\n    """Tình trạng"""', docstrings=True)),
        lambda: of_script('say("Tình trạng"); // nothing\n'),
        lambda: of_script("const words = `tình trạng ${left}`;"),
    ],
)
def test_a_second_word_is_found_wherever_it_stands(pieces):
    assert any(is_broken(" ".join(text.split()), "tình trạng", []) for text in pieces())


def test_what_nobody_reads_is_passed_over():
    module = '"""Tình trạng."""\n# tình trạng\nMEANT: dict[str, str] = {"tình trạng": "state"}\n'
    assert list(of_module(module)) == []
    assert list(of_script("// tình trạng\n/* tình trạng */")) == []
    assert list(of_template("{% comment %}tình trạng{% endcomment %}")) == []


@pytest.mark.parametrize(("text", "told"), [('_("Upload")', ["Upload"]), ('{% translate "Upload" %}', ["Upload"])])
def test_marked_words_are_read_without_vietnamese_letters_too(text, told):
    assert list(of_template(text)) == told
    assert [word for _line, word in of_module(text)] == told if text.startswith("_") else True


def test_no_second_word_for_one_thing(everything):
    broken = [
        f"{place}: “{word}” in “{text}”"
        for word, allowed in rules()
        for place, text in everything
        if is_broken(text, word, allowed)
    ]
    assert broken == []


def test_tone_marks_are_those_of_legal_texts(everything):
    assert [f"{place}: {text}" for place, text in everything if NEW_STYLE.search(text)] == []


def test_quotation_marks_are_vietnamese(everything):
    assert [f"{place}: {text}" for place, text in everything if "«" in text or "»" in text] == []


def test_mails_address_people_as_letters_do():
    mails = sorted((ROOT / "templates" / "emails").glob("*.txt"))
    assert mails
    for path in mails:
        assert not re.search(r"\bbạn\b", path.read_text(), re.IGNORECASE), path.name
    assert "Kính gửi: Ông/Bà" in (ROOT / "templates" / "emails" / "base.txt").read_text()
