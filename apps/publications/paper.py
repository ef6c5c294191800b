"""A book as an administrative paper, in the form of Nghị định 30/2020/NĐ-CP."""

from collections.abc import Iterator

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.core.templatetags.ui import vn_datetime
from apps.papers.paper import Annex, Block, Column, Heading, Paper, Paragraph, Row, Signer, Table
from apps.publications.assembling import Assembled, Chapter
from apps.publications.facts.told import Grid
from apps.reports.signer import authority_of


@in_vietnamese()
def paper_of(found: Assembled) -> Paper:
    book, about = found.manuscript, found.facts.about
    issuer = about["issuer"]
    annexes = [one for one in found.chapters if one.part.is_annex]
    return Paper(
        issuing_body=issuer["body"],
        superior_body=issuer["superior"],
        issuer_in_full=issuer["in_full"],
        number_symbol=book.number.partition("/")[2] or issuer["symbol"],
        number=book.number.partition("/")[0],
        place=issuer["place"],
        year=book.paper_year,
        day=book.issued_on,
        about=book.title,
        addressees=(issuer["to"],),
        body=tuple(_body(found)),
        annexes=tuple(_annex(one, len(annexes)) for one in annexes),
        signer=Signer(authority_of(issuer.get("kind", ""), book.position), book.signatory),
        recipients=(_("Như trên"),),
        mark=mark_of(found),
    )


def mark_of(found: Assembled) -> str:
    """Under every page: what is not issued is a draft, what is invented is said to be."""
    said = [] if found.manuscript.is_issued else [_("Dự thảo")]
    said += [_("Số liệu minh họa")] if found.facts.about.get("illustrative") else []
    return " – ".join(said)


def _body(found: Assembled) -> Iterator[Block]:
    for line in said_first(found):
        yield Paragraph(line)
    for chapter in found.chapters:
        if not chapter.part.is_annex:
            yield Heading(chapter.part.title)
            yield from _blocks(chapter)


def said_first(found: Assembled) -> list[str]:
    """How many reports there are, and as of when figures are told."""
    about = found.facts.about
    given = sum(one[1] for one in about.get("completeness", ()))
    asked = sum(one[2] for one in about.get("completeness", ()))
    said = []
    if asked:
        told = _("Báo cáo được lập từ báo cáo của %(given)s trong %(asked)s đơn vị phải báo cáo.")
        said.append(told % {"given": given, "asked": asked})
    closings = [
        _("năm %(year)s chốt phiên bản %(version)s, tính đến %(at)s")
        % {"year": year, "version": version, "at": vn_datetime(parse_datetime(at))}
        for year, version, at in about.get("closings", ())
    ]
    if closings:
        said.append(_("Số liệu mục tiêu là số đã chốt: %(list)s.") % {"list": "; ".join(closings)})
    said.append(_("Số liệu khác lấy lúc %(at)s.") % {"at": vn_datetime(parse_datetime(about["as_of"]))})
    return said


def _blocks(chapter: Chapter) -> Iterator[Block]:
    for line in chapter.lines:
        yield Heading(line.text, line.level) if line.level else Paragraph(line.text)
    for grid in chapter.grids:
        yield from _table(grid)


def _table(grid: Grid) -> Iterator[Block]:
    if not grid.lines:
        if grid.empty:
            yield Paragraph(f"{grid.title}: {grid.empty[:1].lower()}{grid.empty[1:]}")
        return
    columns = tuple(Column(one.title, one.alignment, one.weight) for one in grid.heads)
    rows = tuple(Row(tuple(cell.text for cell in line.cells), line.is_total) for line in grid.lines)
    yield Table(columns, rows, caption=grid.title, unit_note=grid.unit_note)
    if grid.notes:
        yield Paragraph(_("Ghi chú: %(notes)s") % {"notes": " ".join(_ended(one) for one in grid.notes)})


def _ended(words: str) -> str:
    return words if words.endswith((".", ";", "!", "?")) else f"{words}."


def _annex(chapter: Chapter, all_: int) -> Annex:
    is_wide = any(len(grid.heads) > 5 for grid in chapter.grids)
    number = chapter.number if all_ > 1 else ""
    return Annex(chapter.part.title, tuple(_blocks(chapter)), number=number, landscape=is_wide)
