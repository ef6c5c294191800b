"""What the portal imports it declares, and what it declares it uses: nothing comes along unasked or stays unused."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from program996.management.commands.stack import PROCESSES
from program996.management.processes import BASE_DIR

PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
OURS = {"apps", "program996", "tests", "manage"}
# Named to others, who import them: the driver of Django's database, the hasher of passwords.
BY_NAME = {"psycopg2-binary": "postgresql", "argon2-cffi": "PasswordHasher"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()


def sources(*folders: str) -> Iterator[Path]:
    yield BASE_DIR / "manage.py"
    for folder in folders:
        yield from (BASE_DIR / folder).rglob("*.py")


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def modules_of(path: Path) -> set[str]:
    """What runs, and not what only the checker of types reads: that comes with the tools of development."""
    found, tree = set(), ast.parse(path.read_text())
    tree.body = [node for node in tree.body if not is_for_types(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found - OURS - set(sys.stdlib_module_names)


def imported(*folders: str) -> set[str]:
    known = packages_distributions()
    modules = {module for path in sources(*folders) for module in modules_of(path)}
    return {normal(name) for module in modules for name in known.get(module, [module])[:1]}


def declared(group: str = "") -> set[str]:
    told = PROJECT["dependency-groups"][group] if group else PROJECT["project"]["dependencies"]
    return {normal(one) for one in told}


def optional() -> set[str]:
    """What is imported only where it is there."""
    return {normal(one) for told in PROJECT["project"]["optional-dependencies"].values() for one in told}


def test_what_the_portal_imports_is_declared():
    assert imported("apps", "program996") - declared() - optional() == set()


def test_what_tests_import_is_declared():
    assert imported("tests") - declared() - declared("dev") - optional() == set()


@pytest.mark.parametrize("package", sorted(declared() - imported("apps", "program996")))
def test_what_is_declared_is_used(package):
    """Not imported by us: then its modules, or what stands for it, are named in the settings or among the commands."""
    modules = [module for module, names in packages_distributions().items() if normal(names[0]) == package]
    words = [BY_NAME[package]] if package in BY_NAME else modules
    text = (BASE_DIR / "program996/settings.py").read_text() + " ".join(PROCESSES.values())
    text += (BASE_DIR / "apps/accounts/hashers.py").read_text() + (
        BASE_DIR / "program996/management/servers.py"
    ).read_text()
    assert any(re.search(rf"\b{word}\b", text) for word in words), f"{package}: nothing names {words}"


def test_every_dependency_says_why():
    lines = (BASE_DIR / "pyproject.toml").read_text().split("[tool.", 1)[0].splitlines()
    told = [line for line in lines if re.match(r'    "[\w.-]+(\[.*\])?[~>=]', line)]
    assert len(told) == len(PROJECT["project"]["dependencies"]) + len(PROJECT["dependency-groups"]["dev"])
    assert [line for line in told if "# " not in line] == []
