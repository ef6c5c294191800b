"""Sheets and scripts are written one idea per file and sent as one file each.

`css/portal.css` and `js/portal.js` name their parts and work as they stand; joined, a page asks once for each kind.
"""

import re
from pathlib import Path

JOINED = ("css/portal.css", "css/public.css", "js/portal.js")
_sheet = re.compile(r'^@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\)(?: (?P<media>\w+))?;$', re.MULTILINE)
_module = re.compile(r'^import "\./(?P<path>[\w.-]+)";$', re.MULTILINE)
_css_comment = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_js_comment = re.compile(r"^\s*//.*\n", re.MULTILINE)


def parts_of(root: Path, name: str) -> list[Path]:
    """The files that a joined one is made of, in their order."""
    pattern = _sheet if name.endswith(".css") else _module
    return [(root / name).parent / found["path"] for found in pattern.finditer(_read(root / name))]


def join(root: Path, name: str) -> str:
    folder = (root / name).parent

    def sheet(found: re.Match) -> str:
        rules = _css_comment.sub("", _read(folder / found["path"])).strip()
        layer = f"@layer {found['layer']} {{\n{rules}\n}}"
        return f"@media {found['media']} {{\n{layer}\n}}" if found["media"] else layer

    def module(found: re.Match) -> str:
        # A block keeps a module's names to itself: none of them imports or exports anything.
        return f"{{\n{_js_comment.sub('', _read(folder / found['path'])).strip()}\n}}"

    if name.endswith(".css"):
        return _sheet.sub(sheet, _css_comment.sub("", _read(root / name)))
    return _module.sub(module, _js_comment.sub("", _read(root / name)))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
