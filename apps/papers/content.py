"""What both templates print: the paper's texts, cleaned, numbered and put into the words of the form.

{"title", "issuer", "on", "head": {...}, "addressees": [...], "blocks": [...], "foot": {...}, "annexes": [...], "mark"}
A block is {"is": "heading", "level", "text"}, {"is": "paragraph", "text"} or {"is": "table", "widths" in mm, ...}.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from apps.core.scrubbing import scrub
from apps.core.text import recognisable
from apps.papers import form
from apps.papers.fonts import width
from apps.papers.paper import Annex, Block, Heading, Paper, Paragraph, Row, Table

BLANK = "\N{NO-BREAK SPACE}"
DEEPEST = 3
LETTERS = "abcdđeghiklmnopqrstuvxy"
ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
TALLEST = 400  # signs of a row or a signature that are still kept together on one page

LONGEST_PROPERTY = 255  # of a file, as Word takes it
LONGEST_MARK = 100  # it stands on every page

Printed = dict[str, Any]


def content_of(paper: Paper) -> Printed:
    kind, about, issuer = plain(paper.kind), plain(paper.about), plain(paper.issuing_body)
    return {
        "title": f"{kind.capitalize()} {about}".strip()[:LONGEST_PROPERTY] or form.MOTTO,
        "issuer": (plain(paper.issuer_in_full) or issuer or form.NATION)[:LONGEST_PROPERTY],
        "on": (paper.day or date(paper.year, 1, 1)).isoformat(),
        "head": _head(paper, issuer),
        "kind": kind.upper(),
        "about": about,
        "about_rule": _rule(about, form.ABOUT_SIZE, form.TEXT_WIDTH),
        "addressees": _addressees(paper.addressees),
        "blocks": _kept_with_foot(list(_blocks(paper.body, form.TEXT_WIDTH))),
        "foot": _foot(paper),
        "annexes": [_annex(annex, _enclosed(paper)) for annex in paper.annexes],
        "annex_pages_anew": paper.annex_pages_anew,
        "mark": plain(paper.mark)[:LONGEST_MARK],
    }


def plain(text: str) -> str:
    """One line without what has no place in a text: nothing is refused here, as the paper has to be printed."""
    return scrub(recognisable(text))


def lines_of(text: str) -> list[str]:
    return [line for line in map(plain, text.splitlines()) if line]


def _head(paper: Paper, issuer: str) -> Printed:
    lines = _halved(issuer.upper(), "bold")
    return {
        "superior": _halved(plain(paper.superior_body).upper(), "regular"),
        "issuer": lines,
        "issuer_rule": _rule(max(lines, key=len, default=""), form.ISSUER_SIZE, form.HEAD_COLUMNS[0]),
        "nation": form.NATION,
        "motto": form.MOTTO,
        "motto_rule": width(form.MOTTO, form.MOTTO_SIZE, style="bold"),
        "number": f"Số: {_number(paper, BLANK * 6)}",
        "day": f"{plain(paper.place)}, {_day(paper)}",
    }


def _halved(name: str, style: str) -> list[str]:
    """A name too long for its column in two lines of like length, so that no word is left alone below."""
    whole, room = width(name, form.ISSUER_SIZE, style=style), form.HEAD_COLUMNS[0] * form.POINTS
    words = name.split()
    if not room < whole < room * 2 or len(words) < 2:
        return [name] if name else []
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return list(min(halves, key=lambda pair: max(width(half, form.ISSUER_SIZE, style=style) for half in pair)))


def _number(paper: Paper, unknown: str) -> str:
    number = plain(paper.number)
    return f"{number.zfill(2) if number.isdecimal() else number or unknown}/{plain(paper.number_symbol)}"


def _day(paper: Paper) -> str:
    """«ngày 05 tháng 02 năm 2026», «ngày 15 tháng 3 năm 2026»."""
    if paper.day is None:
        return f"ngày … tháng … năm {paper.year}"
    month = f"{paper.day.month:02}" if paper.day.month < 3 else str(paper.day.month)
    return f"ngày {paper.day.day:02} tháng {month} năm {paper.day.year}"


def _rule(text: str, size: float, room: float) -> float:
    """How long the rule under a line is, in points; of a text of several lines the full one counts."""
    return round(min(width(text, size, style="bold"), room * form.POINTS) * form.RULE_SHARE, 1)


def _addressees(bodies: Iterable[str]) -> list[str]:
    told = [line for line in map(plain, bodies) if line]
    if len(told) < 2:
        return [f"Kính gửi: {body}" for body in told]
    ends = [*";" * (len(told) - 1), "."]
    return ["Kính gửi:", *(f"- {body.rstrip(';.')}{end}" for body, end in zip(told, ends, strict=True))]


def _foot(paper: Paper) -> Printed:
    told = [line.rstrip(";.") for line in map(plain, paper.recipients) if line]
    authority = [line for line in map(plain, paper.signer.authority) if line]
    return {
        "recipients": [*(f"- {body};" for body in told), f"- Lưu: {plain(paper.archive).rstrip('.')}."],
        "authority": [line.upper() for line in authority],
        "name": plain(paper.signer.name),
        "keeps_together": len(" ".join([*told, *authority, paper.signer.name])) < TALLEST * 2,
    }


def _kept_with_foot(blocks: list[Printed]) -> list[Printed]:
    """The signature does not stand alone on a page."""
    if blocks and blocks[-1]["is"] == "paragraph" and len(blocks[-1]["text"]) < TALLEST:
        blocks[-1]["keeps_with_next"] = True
    return blocks


def _enclosed(paper: Paper) -> str:
    issuer = plain(paper.issuer_in_full) or plain(paper.issuing_body)
    return f"(Kèm theo {plain(paper.kind).capitalize()} số {_number(paper, '…')} {_day(paper)} của {issuer})"


def _annex(annex: Annex, enclosed: str) -> Printed:
    room = form.TEXT_WIDTH_LANDSCAPE if annex.landscape else form.TEXT_WIDTH
    return {
        "name": f"Phụ lục {plain(annex.number)}".strip(),
        "title": plain(annex.title).upper(),
        "enclosed": enclosed,
        "landscape": annex.landscape,
        "blocks": list(_blocks(annex.blocks, room)),
    }


def _blocks(blocks: Iterable[Block], room: float) -> Iterator[Printed]:
    counted: list[int] = []  # headings so far, level by level
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            level = max(1, min(block.level, level + 1, DEEPEST))
            number = _next_number(counted, level) if block.is_numbered else ""
            text = plain(block.text)
            yield {"is": "heading", "level": level, "text": f"{number} {text.upper() if level == 1 else text}".strip()}
        elif isinstance(block, Paragraph):
            yield from ({"is": "paragraph", "text": line, "keeps_with_next": False} for line in lines_of(block.text))
        elif block.columns:
            yield _table(block, room)


def _next_number(counted: list[int], level: int) -> str:
    del counted[level:]
    counted += [0] * (level - len(counted))
    counted[level - 1] += 1
    number = counted[level - 1]
    if level == 1:
        return f"{roman(number)}."
    return f"{number}." if level == 2 else f"{_letter(number)})"


def roman(number: int) -> str:
    """From 1: I, II, …"""
    told = ""
    for value, sign in ROMAN:
        times, number = divmod(number, value)
        told += sign * times
    return told


def _letter(number: int) -> str:
    """a … y, then aa, ab."""
    rest, place = divmod(number - 1, len(LETTERS))
    return (_letter(rest) if rest else "") + LETTERS[place]


def _table(table: Table, room: float) -> Printed:
    titles = [lines_of(column.title) for column in table.columns]
    return {
        "is": "table",
        "caption": plain(table.caption),
        "unit_note": plain(table.unit_note),
        "widths": _widths([column.weight for column in table.columns], titles, room),
        "alignments": [column.alignment for column in table.columns],
        "titles": titles,
        "repeats_titles": max(len("".join(title)) for title in titles) < TALLEST,
        "rows": [
            {"cells": [lines_of(cell) for cell in row.cells], "is_total": row.is_total, "keeps_together": _is_low(row)}
            for row in table.rows
        ],
    }


def _widths(weights: list[float], titles: list[list[str]], room: float) -> list[float]:
    """By weight, but no title is broken within a word, as far as there is room."""
    words = [" ".join(title).split() for title in titles]
    least = [max((_cell_width(word) for word in told), default=0) for told in words]
    if sum(least) > room:
        least = [0] * len(weights)
    raised: set[int] = set()
    while True:
        share = (room - sum(least[at] for at in raised)) / (
            sum(w for at, w in enumerate(weights) if at not in raised) or 1
        )
        short = {at for at, weight in enumerate(weights) if at not in raised and weight * share < least[at]}
        if not short:
            return [round(least[at] if at in raised else weight * share, 2) for at, weight in enumerate(weights)]
        raised |= short


def _cell_width(word: str) -> float:
    return width(word, form.TABLE_SIZE, style="bold") / form.POINTS + 2 * form.CELL_PADDING + 0.2


def _is_low(row: Row) -> bool:
    return max(map(len, row.cells), default=0) < TALLEST
