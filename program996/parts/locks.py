"""Parts by name and version, as the locks have them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent.parent
RUNS, BUILDS = (
    "requirements.lock",
    ("requirements-dev.lock", "requirements-node.lock", "requirements-schemathesis.lock"),
)
FRONT = "package-lock.json"
PYPI, NPM = "PyPI", "npm"
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Part:
    ecosystem: str
    name: str
    version: str
    is_shipped: bool = True

    @property
    def purl(self) -> str:
        """As lists of parts name one everywhere."""
        kind = "pypi" if self.ecosystem == PYPI else "npm"
        return f"pkg:{kind}/{self.name.replace('@', '%40')}@{self.version}"


def plain(name: str) -> str:
    """PyPI takes several spellings for one."""
    return re.sub(r"[-_.]+", "-", name).lower()


def shipped_parts(root: Path = HERE) -> list[Part]:
    """Those that run, and those of which something is drawn into pages."""
    return sorted({*_python(root / RUNS), *_front(root / FRONT)})


def all_parts(root: Path = HERE) -> list[Part]:
    """With those that only build and try."""
    shipped = shipped_parts(root)
    known = {(one.ecosystem, one.name, one.version) for one in shipped}
    more = {Part(PYPI, one.name, one.version, False) for name in BUILDS for one in _python(root / name)}
    return shipped + sorted(one for one in more if (one.ecosystem, one.name, one.version) not in known)


def _python(lock: Path) -> Iterator[Part]:
    for name, version in _PINNED.findall(lock.read_text(encoding="utf-8")):
        yield Part(PYPI, plain(name), version)


def _front(lock: Path) -> Iterator[Part]:
    for place, told in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if place:  # the portal itself has none
            yield Part(NPM, place.removeprefix("node_modules/"), told["version"], not told.get("dev", False))


def front_licences(root: Path = HERE) -> dict[str, str]:
    packages = json.loads((root / FRONT).read_text(encoding="utf-8"))["packages"]
    return {place.removeprefix("node_modules/"): told.get("license", "") for place, told in packages.items() if place}
