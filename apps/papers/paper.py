"""An administrative paper as data: what stands on it. How it looks is `content` and the two templates."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Heading:
    """Numbered by us (I, 1, a), anew in every annex; a level that skips one is taken for the next."""

    text: str
    level: int = 1
    is_numbered: bool = True


@dataclass(frozen=True)
class Paragraph:
    text: str  # each line is a paragraph of its own


@dataclass(frozen=True)
class Column:
    title: str
    alignment: Alignment = "left"
    weight: float = 1  # of the table's width


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]  # numbers as they are to be read: «1.234,5»
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    unit_note: str = ""  # «Đơn vị tính: triệu đồng»

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError(f"every row of a table of {len(self.columns)} columns has as many cells")


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Annex:
    title: str
    blocks: tuple[Block, ...]
    number: str = ""  # «I»; none where there is one annex only
    landscape: bool = False


@dataclass(frozen=True)
class Signer:
    authority: tuple[str, ...]  # «KT. GIÁM ĐỐC», «PHÓ GIÁM ĐỐC»
    name: str = ""


@dataclass(frozen=True)
class Paper:
    """Bodies and kind in small letters («Sở Khoa học và Công nghệ», «Báo cáo»): they stand inside sentences too."""

    issuing_body: str
    number_symbol: str  # «BC-SKHCN»
    place: str
    year: int  # of the paper, while the day is unknown
    about: str
    body: tuple[Block, ...]
    signer: Signer
    kind: str = "Báo cáo"
    superior_body: str = ""
    issuer_in_full: str = ""  # «Sở Khoa học và Công nghệ tỉnh Lâm Đồng», as annexes name it
    number: str = ""  # unknown until it is signed
    day: date | None = None
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    archive: str = "VT"
    annexes: tuple[Annex, ...] = ()
    annex_pages_anew: bool = True  # each annex counts its own pages
    mark: str = ""  # under every page: «Số liệu minh họa»
