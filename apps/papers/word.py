"""A formal paper as .docx: the parts of `templates/papers/report`, filled; the same bytes for the same paper."""

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from apps.papers import form
from apps.papers.content import content_of
from apps.papers.packed import EPOCH, without_times
from apps.papers.paper import Paper

FOLDER = Path(settings.BASE_DIR) / "templates/papers/report"


def write_docx(paper: Paper) -> bytes:
    told = content_of(paper)
    template = DocxTemplate(io.BytesIO(_blank()))
    template.render(told | {"form": _form()}, jinja_env=_environment(), autoescape=True)
    properties = template.docx.core_properties
    properties.title, properties.author = told["title"], told["issuer"]
    written = io.BytesIO()
    template.save(written)
    return without_times(written)


@cache
def _blank() -> bytes:
    parts = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for path in parts:
            package.writestr(zipfile.ZipInfo(str(path.relative_to(FOLDER)), EPOCH), path.read_bytes())
    return packed.getvalue()


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(autoescape=True, finalize=_as_text, trim_blocks=True, lstrip_blocks=True)
    environment.filters["twips"] = _twips
    return environment


def _as_text(value: Any) -> Any:
    """Braces as numbers: what goes over the filled parts once more takes those of a text for its own."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704  # escaped here
    return value


def _twips(millimetres: float) -> int:
    return round(millimetres * form.POINTS * 20)


def _form() -> dict[str, Any]:
    return {
        "page": form.PAGE, "top": form.TOP, "bottom": form.BOTTOM, "left": form.LEFT, "right": form.RIGHT,
        "text_width": form.TEXT_WIDTH, "head_columns": form.HEAD_COLUMNS, "cell_padding": form.CELL_PADDING,
    }  # fmt: skip
