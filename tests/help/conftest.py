"""Texts of our own beside the release's, for what these may not have."""

from collections.abc import Callable, Iterator

import pytest

from apps.core import open_pages
from apps.help import searching, texts

HEAD = "---\ntitle: {title}\nkind: {kind}\norder: {order}\nroles: [{roles}]\nexplains: [{explains}]\n---\n"


def forget() -> None:
    texts._topics.cache_clear()
    texts.digest.cache_clear()
    searching._parts.cache_clear()
    open_pages.forget()


@pytest.fixture
def put(tmp_path, monkeypatch) -> Iterator[Callable[..., None]]:
    """put("nop-bao-cao", "…", title="…"): a text in a folder of its own; the release's are not there."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    forget()

    def write(slug: str, body: str, language: str = "vi", **told: str) -> None:
        said = {"title": slug, "kind": "task", "order": "1", "roles": "", "explains": ""} | told
        folder = tmp_path / language
        folder.mkdir(exist_ok=True)
        head = HEAD.format(**said)
        if also := said.get("also"):
            head = head.replace("\nexplains", f"\nalso: {also}\nexplains")
        (folder / f"{slug}.md").write_text(head + body)
        forget()

    yield write
    forget()
