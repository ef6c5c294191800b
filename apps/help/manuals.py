"""The manuals: the same texts as the pages, walked token by token into the blocks of a paper."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markdown_it.token import Token

from apps.core.templatetags.ui import vn_date
from apps.help.marking import DRAWN, FIGURE, marked, plain
from apps.help.pictures import taken
from apps.help.tables import table_of
from apps.help.texts import KINDS, ORIGINAL, Topic, topics
from apps.organisations.selectors import programme_office
from apps.papers.manual import (
    Block,
    Chapter,
    Grid,
    Items,
    Part,
    Picture,
    Run,
    Runs,
    Title,
    Words,
    write_manual,
)
from apps.papers.manual import Manual as Paper
from apps.people.held import role_label

ADMINISTRATORS = {"programme_administrator", "unit_administrator"}
STYLES = {"strong": "bold", "em": "italic"}


@dataclass(frozen=True)
class Manual:
    file: str
    title: str | Promise
    takes: Callable[[Topic], bool]


def _for_users(topic: Topic) -> bool:
    return not topic.roles or bool(set(topic.roles) - ADMINISTRATORS)


def _for_administrators(topic: Topic) -> bool:
    return topic.kind == "reference" or bool(set(topic.roles) & ADMINISTRATORS)


MANUALS = {
    "user": Manual("so-tay-nguoi-dung.pdf", gettext_lazy("Sổ tay người dùng"), _for_users),
    "administration": Manual("so-tay-quan-tri.pdf", gettext_lazy("Sổ tay quản trị"), _for_administrators),
}


def pdf_of(manual: Manual, language: str | None, desk: dict[str, str]) -> bytes:
    office, today = programme_office(), timezone.localdate()
    texts = [one for one in topics(language).values() if manual.takes(one)]
    parts = [
        Part(str(title), tuple(_chapter(one, desk) for one in texts if one.kind == kind))
        for kind, title in KINDS.items()
        if any(one.kind == kind for one in texts)
    ]
    return write_manual(
        Paper(
            title=str(manual.title),
            subtitle=_("Cổng quản lý Đề án 996"),
            issuer=office.full_name if office else "",
            day=today,
            edition=_("In từ trang Trợ giúp ngày %(day)s") % {"day": vn_date(today)},
            contents=_("Mục lục"),
            language=language or ORIGINAL,
            parts=tuple(parts),
        )
    )


def _chapter(topic: Topic, desk: dict[str, str]) -> Chapter:
    roles = ", ".join(role_label(one) for one in topic.roles)
    note = _("Dành cho: %(roles)s") % {"roles": roles} if roles else ""
    return Chapter(topic.slug, topic.title, note, tuple(_Walk(marked(topic).tokens, desk).blocks()))


class _Walk:
    """The tokens from the first to the last; `blocks` ends where what it stands in is closed."""

    def __init__(self, tokens: Sequence[Token], desk: dict[str, str]) -> None:
        self.left, self.desk = iter(tokens), desk

    def blocks(self, closed_by: str = "") -> Iterator[Block]:
        for token in self.left:
            if token.type == closed_by:
                return
            yield from self.block(token)

    def block(self, token: Token) -> Iterator[Block]:
        if token.type == "heading_open":
            yield Title(plain(next(self.left)), int(token.tag[1]) - 1)
        elif token.type == "inline":
            yield Words(runs_of(token))
        elif token.type in ("fence", "code_block"):
            yield from (Words((Run(line, "code"),)) for line in token.content.splitlines())
        elif token.type.endswith("_list_open"):
            yield self.items(token)
        elif token.type == "table_open":
            yield self.grid()
        elif token.type == FIGURE:
            picture = taken(token.meta["name"])
            yield from [Picture(picture.path, token.content)] if picture else []
        elif token.type == DRAWN:
            yield from self.drawn(token.meta["name"])

    def items(self, opened: Token) -> Items:
        closed_by = opened.type.replace("_open", "_close")
        items: list[tuple[Block, ...]] = []
        for token in self.left:
            if token.type == closed_by:
                break
            items.append(tuple(self.blocks("list_item_close")))
        start = int(opened.attrs.get("start", 1)) if opened.type == "ordered_list_open" else 0
        return Items(tuple(items), start)

    def grid(self) -> Grid:
        rows: list[list[Runs]] = []
        for token in self.left:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(runs_of(token))
        return Grid(tuple(rows[0]), tuple(map(tuple, rows[1:])))

    def drawn(self, name: str) -> Iterator[Block]:
        if name == "contact":
            yield from (Words((Run(line),)) for line in contact(self.desk))
            return
        table = table_of(name)
        rows = tuple(tuple((Run(cell),) for cell in row) for row in table.rows)
        yield Grid(tuple((Run(title),) for title in table.columns), rows, table.caption)


def runs_of(inline: Token) -> Runs:
    styles: list[str] = []
    link, runs = "", []
    for one in inline.children or ():
        name = one.type.removesuffix("_open").removesuffix("_close")
        if name == "link":
            link = _target(str(one.attrs["href"])) if one.nesting > 0 else ""
        elif name in STYLES:
            styles = [*styles, STYLES[name]] if one.nesting > 0 else styles[:-1]
        elif one.type == "code_inline":
            runs.append(Run(one.content, "code", link))
        else:
            runs.append(Run(" " if "break" in one.type else one.content, styles[-1] if styles else "", link))
    return tuple(runs)


def _target(address: str) -> str:
    """Within the manual to the chapter; else as an address that works from paper too."""
    texts = reverse("help:index")
    slug = address.removeprefix(texts).partition("/")[0]
    if address.startswith(texts) and slug:
        return f"#{slug}"
    return f"{settings.SITE_URL}{address}" if address.startswith("/") else address


def contact(desk: dict[str, str]) -> list[str]:
    """The support desk in lines."""
    told = [(_("Đầu mối hỗ trợ"), desk["name"]), (_("Điện thoại"), desk["phone"]),
            (_("Thư điện tử"), desk["email"]), (_("Giờ hỗ trợ"), desk["hours"])]  # fmt: skip
    lines = [f"{label}: {value}" for label, value in told if value]
    if not desk["phone"] and not desk["email"]:
        lines.append(
            _(
                "Số điện thoại và thư điện tử hỗ trợ chưa được thiết lập."
                " Hỏi quản trị viên đơn vị hoặc người vận hành máy chủ."
            )
        )
    return lines
