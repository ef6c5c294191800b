"""One page of a book: its targets, how many reported, tasks and money. Made of the same frozen facts."""

from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.papers.paper import Block, Column, Paper, Paragraph, Row, Signer, Table
from apps.publications.assembling import Assembled
from apps.publications.facts.told import Facts
from apps.publications.paper import mark_of, said_first


@in_vietnamese()
def brief_of(found: Assembled) -> Paper:
    issuer = found.facts.about["issuer"]
    book = found.manuscript
    return Paper(
        kind=_("Tóm tắt"), issuing_body=issuer["body"], number_symbol=issuer["symbol"], place=issuer["place"],
        year=book.paper_year, day=book.issued_on, about=book.title,
        body=tuple(_blocks(found)), signer=Signer(()), mark=mark_of(found),
    )  # fmt: skip


def _blocks(found: Assembled) -> list[Block]:
    facts = found.facts
    blocks: list[Block] = [Paragraph(one) for one in said_first(found)[:2]]
    grid = facts.grids.get("targets")
    if grid and grid.lines:
        columns = (Column(_("Mục tiêu"), "left", 6), Column(grid.heads[2].title, "right", 2),
                   Column(_("Đánh giá"), "left", 3))  # fmt: skip
        rows = tuple(Row((one.cells[0].text, one.cells[2].text, one.cells[-1].text)) for one in grid.lines)
        blocks.append(Table(columns, rows))
    blocks += [Paragraph(line) for line in (_tasks(facts), _money(facts)) if line]
    return blocks


def _tasks(facts: Facts) -> str:
    keys = ("total", "done", "done-in-time", "done-late", "open", "open-overdue")
    found = [facts.figures.get(f"tasks.{key}") for key in keys]
    if not all(found) or found[0] is None or found[0].value == "0":
        return ""
    told = [one.text for one in found if one]
    words = _("Nhiệm vụ: %s; hoàn thành %s (đúng hạn %s, quá hạn %s); đang thực hiện %s, trong đó quá hạn %s.")
    return words % tuple(told)


def _money(facts: Facts) -> str:
    planned, disbursed = (facts.figures.get(f"money.{stage}") for stage in ("planned", "disbursed"))
    if planned is None:
        return ""
    spent = disbursed.text if disbursed else "–"
    words = _("Kinh phí: kế hoạch %(planned)s triệu đồng, giải ngân %(disbursed)s triệu đồng.")
    return words % {"planned": planned.text, "disbursed": spent}
