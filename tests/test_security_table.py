"""docs/security.md: every line that applies is there, and its proof is where the table says."""

import ast
import re
from functools import cache

import pytest

from program996.management.processes import BASE_DIR

TEXT = (BASE_DIR / "docs/security.md").read_text()
PROTECTIONS, _APART, BESIDE = TEXT.partition("\n## What does not apply\n")
# Of the list that the portal was built by; H are lines of the programme's own.
EXPECTED = {
    *("1.1.1", "1.1.2", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.2.9", "1.2.10"),
    *("1.3.1", "1.3.4", "1.3.5", "1.3.6", "1.3.7", "1.3.11", "1.4.2", "1.5.1", "1.5.2"),
    *("2.1.1", "2.1.2", "2.2.1", "2.2.2", "2.2.3", "2.3.1", "2.3.3", "2.3.4", "2.4.1"),
    *("3.2.1", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.4.1", "3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6"),
    *("3.5.1", "3.5.2", "3.5.3", "3.5.4", "3.7.2", "4.1.1", "4.1.2", "4.1.3"),
    *("5.1.1", "5.2.1", "5.2.2", "5.2.3", "5.3.1", "5.3.2", "5.4.1", "5.4.2", "5.4.3"),
    *("6.1.1", "6.1.2", "6.1.3", "6.3.1", "6.3.2", "6.3.3", "6.3.4", "6.4.1", "6.4.3", "6.4.4"),
    *(f"6.2.{n}" for n in range(1, 13)),
    *(f"6.5.{n}" for n in range(1, 6)),
    *("7.1.1", "7.2.1", "7.2.2", "7.2.3", "7.2.4", "7.3.1", "7.3.2"),
    *("7.4.1", "7.4.2", "7.4.3", "7.4.4", "7.4.5", "7.5.1", "7.5.2"),
    *("8.1.1", "8.1.2", "8.2.1", "8.2.2", "8.2.3", "8.3.1", "8.4.1"),
    *("11.1.1", "11.1.2", "11.2.2", "11.4.1", "11.4.2", "11.5.1", "12.1", "12.2", "12.3"),
    *("13.2.2", "13.2.3", "13.2.4", "13.2.5", "13.3.1", "13.4.1", "13.4.2", "13.4.3", "13.4.4", "13.4.5"),
    *("14.1.1", "14.1.2", "14.2.1", "14.3.1", "14.3.2", "15.1", "15.2"),
    *("15.3.1", "15.3.2", "15.3.3", "15.3.4", "15.3.5", "15.3.7", "16.2", "16.3", "16.4", "16.5"),
    *("H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8"),
}
NOT_APPLICABLE = {"13.4.5"}
PROOF = re.compile(r"`([^`]+?\.[\w]+)(?:::(test_\w+))?`(?:: “([^”]+)”)?")


def rows() -> list[tuple[list[str], str, str]]:
    lines = [
        line for line in PROTECTIONS.splitlines() if line.startswith("| ") and not line.startswith(("| ASVS", "| -"))
    ]
    cut = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]
    return [(cells[0].strip("| ").split(", "), cells[1], " | ".join(cells[2:])) for cells in cut]


ROWS = rows()
NAMES = [", ".join(numbers) for numbers, _asked, _proof in ROWS]


@cache
def marks_of(file: str) -> dict[str, list[str]]:
    """Names of a file's tests, with what stands above each: a test that is passed over proves nothing."""
    path = BASE_DIR / file
    if not re.fullmatch(r"test_\w+\.py", path.name):
        return {}  # collected by nobody
    tree = ast.parse(path.read_text())
    above = [ast.unparse(one.value) for one in tree.body if isinstance(one, ast.Assign) and is_mark(one)]
    found = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")]
    return {one.name: [*above, *map(ast.unparse, one.decorator_list)] for one in found}


def is_mark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def faults(proof: str) -> list[str]:
    found = PROOF.findall(proof)
    if not found or PROOF.sub("", proof).strip(", ") != "":
        return [f"cannot be read: {PROOF.sub('', proof)!r}"]
    return [told for one in found if (told := fault(*one))]


def fault(file: str, test: str, quoted: str) -> str:
    if not (BASE_DIR / file).is_file():
        return f"{file} is not there"
    if bool(test) == bool(quoted):
        return f"{file}: a test, or words that stand there"
    if quoted:
        return "" if quoted in (BASE_DIR / file).read_text() else f"{file} does not say: {quoted}"
    marks = marks_of(file).get(test)
    if marks is None:
        return f"{file} has no {test}"
    return f"{file}::{test} is passed over" if any(re.search("skip|xfail", mark) for mark in marks) else ""


def test_every_line_is_there_once():
    told = [number for numbers, _asked, _proof in ROWS for number in numbers]
    assert sorted(told) == sorted(set(told))
    assert set(told) == EXPECTED - NOT_APPLICABLE
    assert [one for one in NOT_APPLICABLE if f"- {one}, " not in BESIDE] == []


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_line_has_its_proof(row):
    _numbers, asked, proof = row
    assert asked.endswith(".")
    assert faults(proof) == []


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "by review",
        "`tests/test_headers.py`",
        "`tests/test_headers.py::test_there_is_none`",
        "`tests/agreement.py::test_x`",
        "`tests/test_headers.py::test_every_answer_is_guarded`, and by review",
        "`nginx.conf`: “allow everybody”",
        "`no-such-file.md`: “a”",
    ],
)
def test_what_is_no_proof_is_seen(proof):
    assert faults(proof)


def test_a_test_that_is_passed_over_is_no_proof(monkeypatch):
    marked = {"test_x": ["pytest.mark.skip(reason='later')"]}
    monkeypatch.setattr("tests.test_security_table.marks_of", lambda file: marked)
    assert fault("tests/test_headers.py", "test_x", "") == "tests/test_headers.py::test_x is passed over"
