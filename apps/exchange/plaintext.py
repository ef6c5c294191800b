"""A table as text (.csv): in which code and with which sign between its columns. Standard library only, as gate.py."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from apps.documents.packages import CHUNK, MAX_FILE, OLE_MAGIC, ZIP_MAGIC
from apps.exchange import gate

SIGNS = ";,\t|"  # what stands between columns
SAMPLE = 64 * 1024  # bytes by which the sign is known
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_OTHERS = (b"<", b"{\\rtf", b"%PDF", b"\x7fELF", b"MZ", b"\x89PNG", b"\xff\xd8\xff")


class Text:
    """`columns` as most rows have them; `lines` counted roughly, for the work that is allowed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.encoding = self._check()
        self._end = "\n"
        self.lines = self._count()
        self.sign, self.columns = self._sign()

    def rows(self) -> Iterator[list[str]]:
        """Each line of the table; what is in quotation marks may go on over several of the file."""
        csv.field_size_limit(gate.MAX_TEXT + 1)
        try:
            yield from csv.reader(self._lines(), delimiter=self.sign)
        except csv.Error as error:
            raise gate.refused("csv_quotes") from error

    def _check(self) -> str:
        size = self._file.seek(0, 2)
        if size == 0:
            raise gate.refused("empty")
        if size > MAX_FILE:
            raise gate.refused("too_big")
        self._file.seek(0)
        head = self._file.read(CHUNK)
        if head.startswith((ZIP_MAGIC, OLE_MAGIC)):
            raise gate.refused("wrong_ending")
        encoding = next((code for mark, code in _MARKS if head.startswith(mark)), _unmarked(head))
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_OTHERS):
            raise gate.refused("not_csv")
        return encoding

    def _count(self) -> int:
        """Decodes it once to the end: a refusal comes before the first row."""
        decoder, lines, old_lines = codecs.getincrementaldecoder(self.encoding)(), 0, 0
        self._file.seek(0)
        try:
            while chunk := self._file.read(CHUNK):
                text = decoder.decode(chunk)
                if "\0" in text:
                    raise gate.refused("not_csv")
                lines += text.count("\n")
                old_lines += text.count("\r")
            decoder.decode(b"", True)
        except UnicodeError as error:
            raise gate.refused("csv_encoding") from error
        self._end = "\n" if lines else "\r"  # as Macs once ended them
        return (lines or old_lines) + 1

    def _lines(self) -> Iterator[str]:
        """Each with its end. Decoded here: a wrapper would load modules, which nothing may by now."""
        decoder, rest, number = codecs.getincrementaldecoder(self.encoding)(), "", 0
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            *lines, rest = (rest + decoder.decode(chunk)).split(self._end)
            for line in lines:
                number += 1
                if number > 1 or not line.lower().startswith("sep="):
                    yield line + "\n"
            if len(rest) > gate.MAX_LINE:
                raise gate.refused("long_text", row=number + 1)
        if rest:
            yield rest

    def _sign(self) -> tuple[str, int]:
        """The sign by which most lines have the same number of columns. Excel may say it itself: «sep=;»."""
        self._file.seek(0)
        text = codecs.getincrementaldecoder(self.encoding)().decode(self._file.read(SAMPLE))
        first, _, rest = text.partition("\n")
        if first.lower().startswith("sep=") and len(first.strip()) == 5 and first[4] in SIGNS:
            text, signs = rest, first[4]
        else:
            signs = SIGNS
        found = []
        for sign in signs:
            try:
                widths = Counter(len(row) for row in csv.reader(text.split(self._end), delimiter=sign) if len(row) > 1)
            except csv.Error:
                continue
            width, lines = max(widths.items(), key=lambda pair: pair[1], default=(1, 0))
            found.append((lines * (width - 1), width, sign))
        score, width, sign = max(found, default=(0, 1, ","))
        if not score:
            raise gate.refused("csv_one_column")
        return sign, width


def _unmarked(head: bytes) -> str:
    """Without a mark a text of sixteen bits is known by its zero bytes, which other texts do not have."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 > len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"
