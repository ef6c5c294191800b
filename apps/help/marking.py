"""Markdown of a text as tokens whose addresses are those of today's portal; and as HTML.

Besides what Markdown has: `[words](page:reports:board)` leads to a page of the portal by the name of its route,
`[words](help:slug)` to another text, `![what one sees](picture:name)` alone in a paragraph shows a picture, and
a paragraph `{{ table:rights }}` or `{{ contact }}` is what is drawn in its place. HTML in a text is text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from apps.core.text import fold
from apps.help.pictures import PICTURES, taken
from apps.help.tables import table_of
from apps.help.texts import Topic, topics

FIGURE, DRAWN = "help_figure", "help_drawn"  # tokens of ours
ELSEWHERE = ("https:", "http:", "mailto:", "tel:", "#")
_DRAWN = re.compile(r"\{\{\s*(?P<name>[\w:.-]+)\s*\}\}")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Heading:
    anchor: str
    text: str


@dataclass(frozen=True)
class Marked:
    tokens: Sequence[Token]
    headings: Sequence[Heading]  # those of the first level below the title


def marked(topic: Topic) -> Marked:
    tokens = list(_with_blocks(_markdown.parse(topic.body)))
    headings = list(_anchored(tokens))
    for inline in (one for one in tokens if one.type == "inline"):
        for link in (one for one in inline.children or () if one.type == "link_open"):
            link.attrs = {"href": address_of(str(link.attrs["href"])), "class": "lk"}
    return Marked(tokens, headings)


def address_of(target: str) -> str:
    kind, _colon, name = target.partition(":")
    if kind == "page":
        return reverse(name)
    if kind == "help":
        slug, mark, anchor = name.partition("#")
        if slug not in topics(None):
            raise LookupError(f"There is no text {slug}")
        return f"{reverse('help:topic', args=[slug])}{mark}{anchor}"
    if not target.startswith(ELSEWHERE):
        raise LookupError(f"{target} leads nowhere")
    return target


def html_of(text: Marked, desk: dict[str, str]) -> SafeString:
    """`desk`: whom people ask. Every word is escaped by the renderer; the rules below add markup of ours."""
    return SafeString(_markdown.renderer.render(text.tokens, _markdown.options, {"desk": desk}))


def plain(inline: Token) -> str:
    return "".join(" " if "break" in one.type else one.content for one in inline.children or ())


def sections_of(topic: Topic) -> Iterator[tuple[Heading | None, str]]:
    """The words under each heading, for the search; those before the first have none."""
    tokens = _markdown.parse(topic.body)
    anchors = iter(list(_anchored(tokens, levels=("h2", "h3"))))
    heading: Heading | None = None
    words: list[str] = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            yield heading, " ".join(words)
            heading, words = next(anchors, None), []
        elif token.type == "inline" and tokens[at - 1].type != "heading_open" and not _DRAWN.fullmatch(token.content):
            words.append(plain(token))
    yield heading, " ".join(words)


def _with_blocks(tokens: Sequence[Token]) -> Iterator[Token]:
    """A paragraph that holds nothing but a picture, or the name of what is drawn, is a token of ours."""
    left = iter(tokens)
    for token in left:
        if token.type != "paragraph_open":
            yield token
            continue
        inline, close = next(left), next(left)
        ours = _block(inline)
        yield from [ours] if ours else [token, inline, close]


def _block(inline: Token) -> Token | None:
    children = inline.children or []
    if [one.type for one in children] == ["image"]:
        _picture, _colon, name = str(children[0].attrs["src"]).partition("picture:")
        if name not in PICTURES:
            raise LookupError(f"There is no picture {name}")
        return Token(FIGURE, "", 0, content=children[0].content, meta={"name": name})
    if any(one.type == "image" for one in children):
        raise LookupError(f"A picture stands in a paragraph of its own: {inline.content}")
    found = _DRAWN.fullmatch(inline.content)
    if not found and "{{" in inline.content:
        raise LookupError(f"What is drawn stands in a paragraph of its own: {inline.content}")
    return Token(DRAWN, "", 0, meta={"name": found["name"]}) if found else None


def _anchored(tokens: Sequence[Token], levels: Sequence[str] = ("h2",)) -> Iterator[Heading]:
    """Each heading gets a name by which it is linked to."""
    used: set[str] = set()
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            text = plain(tokens[at + 1])
            anchor = base = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") or "muc"
            number = 2
            while anchor in used:
                anchor, number = f"{base}-{number}", number + 1
            used.add(anchor)
            token.attrs = {"id": anchor}
            if token.tag in levels:
                yield Heading(anchor, text)


# --- HTML -------------------------------------------------------------------------------------------------------------

Rule = Callable[..., str]


def _rule(name: str) -> Callable[[Rule], Rule]:
    def add(rule: Rule) -> Rule:
        _markdown.add_render_rule(name, lambda _self, tokens, at, _options, env: rule(tokens[at], env))
        return rule

    return add


@_rule(FIGURE)
def _figure(token: Token, _env: Any) -> str:
    picture = taken(token.meta["name"])
    return render_to_string("help/picture.html", {"picture": picture, "alt": token.content}) if picture else ""


@_rule(DRAWN)
def _drawn(token: Token, env: Any) -> str:
    if token.meta["name"] == "contact":
        return render_to_string("help/contact.html", {"desk": env["desk"]})
    return render_to_string("help/table.html", {"table": table_of(token.meta["name"])})


@_rule("table_open")
def _table_open(_token: Token, _env: Any) -> str:
    words = _("Bảng cuộn ngang được")
    return format_html('<div class="scrollx" tabindex="0" role="group" aria-label="{}"><table class="tb">', words)


@_rule("table_close")
def _table_close(_token: Token, _env: Any) -> str:
    return "</table></div>"


@_rule("th_open")
def _th_open(_token: Token, _env: Any) -> str:
    return '<th scope="col">'


@_rule("td_open")
def _td_open(_token: Token, _env: Any) -> str:
    return "<td>"
