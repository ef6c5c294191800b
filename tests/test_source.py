"""What no line of the portal may do: words that run code, open a shell, call out past the one door, or hash weakly."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from program996.management.processes import BASE_DIR

SOURCES = sorted(
    path
    for folder in ("apps", "program996")
    for path in (BASE_DIR / folder).rglob("*.py")
    if "/scripts/" not in str(path)  # examples of the documentation: they run on the machine of who reads it
)
Rule = Callable[[ast.AST], bool]


def name_of(node: ast.AST) -> str:
    """`a.b.c` as it is written; what stands before a call or an index is left out."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def calls(*names: str) -> Rule:
    return lambda node: isinstance(node, ast.Call) and name_of(node.func) in names


def calls_ending(*names: str) -> Rule:
    return lambda node: isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] in names


def imports(*names: str) -> Rule:
    def is_one(node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            found = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
        else:
            return False
        return any(one == name or one.startswith(f"{name}.") for one in found for name in names)

    return is_one


def says_shell(node: ast.AST) -> bool:
    told = node.keywords if isinstance(node, ast.Call) else []
    return any(word.arg == "shell" for word in told) or calls("os.system", "os.popen", "subprocess.getoutput")(node)


def pattern_is_made(node: ast.AST) -> bool:
    """A pattern of `re` that is neither a constant, nor made of constants by name, nor escaped."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and name_of(node.func.value) == "re"):
        return False
    return node.func.attr != "escape" and bool(node.args) and not is_ours(node.args[0])


def is_ours(node: ast.AST) -> bool:
    """Constants, names of constants (capitals), what `re.escape` gives, and what is put together of these."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name | ast.Attribute):
        return name_of(node).rpartition(".")[2].lstrip("_").isupper()
    if isinstance(node, ast.BinOp):
        return is_ours(node.left) and is_ours(node.right)
    if isinstance(node, ast.JoinedStr):
        return all(is_ours(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_ours(node.value)
    return calls("re.escape")(node)


def looks_up_by_a_made_pattern(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and bool(re.search(r"__i?regex$", node.arg or "")) and not is_ours(node.value)


WEAK = {"md5", "sha1"}


def is_weak_hash(node: ast.AST) -> bool:
    """By name, called or handed on; Django's `salted_hmac` is weak where nothing else is said."""
    if isinstance(node, ast.Attribute) and name_of(node).startswith("hashlib."):
        return node.attr in WEAK
    if not isinstance(node, ast.Call):
        return imports("hashlib.md5", "hashlib.sha1")(node)
    said = [*node.args, *(word.value for word in node.keywords)]
    if name_of(node.func).rpartition(".")[2] in {"new", "digest", "salted_hmac", "pbkdf2_hmac"}:
        named = {one.value for one in said if isinstance(one, ast.Constant)}
        unsaid = calls_ending("salted_hmac")(node) and "algorithm" not in {word.arg for word in node.keywords}
        return bool(named & WEAK) or unsaid
    return False


SENT = {"GET", "POST", "query_params", "data"}


def touches_what_was_sent(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr in SENT for one in ast.walk(node))


def asks_by_what_was_sent(node: ast.AST) -> bool:
    """`filter(**request.GET)`, `order_by(request.GET["o"])`, `getattr(row, request.data["field"])`, SQL made of it."""
    if not isinstance(node, ast.Call):
        return False
    name = name_of(node.func).rpartition(".")[2]
    if name in {"filter", "exclude", "get"}:
        return any(word.arg is None and touches_what_was_sent(word.value) for word in node.keywords)
    if name in {"order_by", "values", "values_list", "only", "defer", "execute", "raw", "RawSQL", "extra"}:
        return any(touches_what_was_sent(one) for one in node.args)
    return name in {"getattr", "setattr"} and len(node.args) > 1 and touches_what_was_sent(node.args[1])


# Rule, and where it does not hold: file and why.
RULES: dict[str, tuple[Rule, dict[str, str]]] = {
    "runs text as code": (calls("eval", "exec", "compile", "__import__"), {}),
    "opens a shell": (says_shell, {}),
    "reads objects out of bytes": (
        imports("pickle", "marshal", "shelve", "dill", "jsonpickle"),
        {},
    ),
    "reads XML with what follows entities": (
        imports("xml.etree", "xml.dom", "xml.sax.expatreader", "xml.sax.make_parser", "lxml"),
        {},
    ),
    "hashes weakly": (is_weak_hash, {}),
    "takes chance that can be foreseen": (
        imports("random"),
        {"program996/demo/dice.py": "invented figures, the same for the same seed"},
    ),
    "calls out past the one door": (
        imports("requests", "urllib.request", "urllib3", "httpx", "aiohttp", "ftplib", "telnetlib", "http.client"),
        {
            "apps/webhooks/outbound.py": "the one function that calls a typed address",
            "apps/accounts/oidc.py": "the identity provider, whose address is a setting",
            "program996/management/commands/stack.py": "the portal itself, on this machine",
        },
    ),
    "makes a template of data": (calls_ending("from_string", "Template"), {}),
    "makes a pattern of data": (
        pattern_is_made,
        {
            "apps/core/copied.py": "the sign between columns, of which there are two",
            "apps/core/days.py": "one of four patterns written there",
            "apps/core/lines.py": "our own signs, escaped",
            "apps/core/masking.py": "lengths of groups written there",
            "apps/core/rows.py": "columns as a form declares them",
            "apps/core/scrubbing.py": "our own addresses, escaped",
            "apps/documents/numbers.py": "kinds of acts as they are written there",
            "apps/papers/pdf.py": "a number that was worked out",
            "apps/publications/building.py": "words of file names written there",
        },
    ),
    "looks up by a pattern of data": (
        looks_up_by_a_made_pattern,
        {"apps/organisations/on_acts.py": "the number of an act, each sign of it escaped"},
    ),
    "asks the base by names that were sent": (
        asks_by_what_was_sent,
        {"apps/enterprises/tables.py": "the order of a query that was made already"},
    ),
    "marks text as safe": (calls_ending("mark_safe"), {}),
}


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def found(path: Path, rule: Rule) -> Iterator[int]:
    for node in nodes(path):
        if rule(node):
            yield getattr(node, "lineno", 0)


def broken(name: str) -> list[str]:
    rule, excused = RULES[name]
    places = ((path, str(path.relative_to(BASE_DIR))) for path in SOURCES)
    return [f"{place}:{line}" for path, place in places if place not in excused for line in found(path, rule)]


@pytest.mark.parametrize("name", RULES)
def test_no_line_of_the_portal(name):
    assert len(SOURCES) > 300
    assert broken(name) == []


@pytest.mark.parametrize("name", RULES)
def test_an_excuse_is_of_a_file_that_needs_it(name):
    rule, excused = RULES[name]
    assert [place for place in excused if not any(found(BASE_DIR / place, rule))] == []


@pytest.mark.parametrize(
    "name, text",
    [
        ("runs text as code", "eval(text)"),
        ("opens a shell", "subprocess.run(text, shell=True)"),
        ("opens a shell", "os.system(text)"),
        ("reads objects out of bytes", "import pickle"),
        ("reads XML with what follows entities", "from xml.etree import ElementTree"),
        ("hashes weakly", "hashlib.sha1(text)"),
        ("hashes weakly", "hmac.new(key, text, hashlib.sha1)"),
        ("hashes weakly", "hmac.new(key, text, 'md5')"),
        ("hashes weakly", "from hashlib import md5"),
        ("hashes weakly", "salted_hmac('salt', text)"),
        ("takes chance that can be foreseen", "from random import choice"),
        ("calls out past the one door", "from urllib.request import urlopen"),
        ("makes a template of data", "engine.from_string(text)"),
        ("makes a pattern of data", "re.search(f'^{text}', name)"),
        ("looks up by a pattern of data", "rows.filter(name__iregex=text)"),
        ("asks the base by names that were sent", "rows.filter(**request.GET.dict())"),
        ("asks the base by names that were sent", "rows.order_by(request.GET['o'])"),
        ("asks the base by names that were sent", "getattr(row, self.request.data['field'])"),
        ("asks the base by names that were sent", "cursor.execute(f\"select {request.GET['q']}\")"),
        ("marks text as safe", "mark_safe(text)"),
    ],
)
def test_what_it_forbids_is_seen(tmp_path, name, text):
    file = tmp_path / "planted.py"
    file.write_text(text)
    assert list(found(file, RULES[name][0]))


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SECRETS = {
    "a token of the portal": rb"p996_[A-Za-z0-9_-]{43}",
    "a private key": rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY",
    "a key of age": rb"AGE-SECRET-KEY-1[0-9A-Z]{50,}",
    "a key of a cloud": rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of a forge": rb"\b(?:ghp|gho|glpat)[_-][A-Za-z0-9_-]{20,}",
    "a password in an address": rb"\b(?:postgres(?:ql)?|rediss?|smtp)(?:\+\w+)?://[\w.-]*:[A-Za-z0-9]{24,}@",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True)
    named = [BASE_DIR / os_name.decode() for os_name in listed.stdout.split(b"\0") if os_name]
    return [path for path in named if path.is_file()] or SOURCES  # a copy without its history: its sources at least


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_lies_in_the_code(kind):
    pattern = re.compile(SECRETS[kind])
    files = tracked()
    assert [str(path) for path in files if path != Path(__file__) and pattern.search(path.read_bytes())] == []


def test_a_secret_would_be_seen():
    planted = b"p996_" + b"x" * 43, b"-----BEGIN RSA PRIVATE KEY", b"AGE-SECRET-KEY-1" + b"A" * 58
    more = b"AKIA" + b"A" * 16, b"ghp_" + b"a" * 36, b"postgresql://a:" + b"0" * 64 + b"@db"
    assert all(re.search(pattern, text) for pattern, text in zip(SECRETS.values(), planted + more, strict=True))
