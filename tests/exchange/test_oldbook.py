"""What an .xls says beside its values: an error is no blank, a merged cell speaks for all its rows, 50% is no 0,5."""

import struct

import pytest

from apps.exchange import gate
from apps.exchange.parse import read_rows
from tests.exchange import otherfiles as other
from tests.exchange.reader import read_here

LINES = [["Mã", "Số", "Ghi chú"], ["1", 0, "gộp"], ["2", 0, None], ["3", 0, None]]
MORE = (
    other.record(0x0203, struct.pack("<HHHd", 4, 1, 2, 0.5))  # a number of the third format
    + other.record(0x0205, struct.pack("<HHHBB", 4, 2, 0, 0x2A, 1))  # an error
    + other.record(0x0006, struct.pack("<HHHd", 5, 1, 0, 2.0) + bytes(8))  # a formula
    + other.record(0x0208, struct.pack("<HHHHHHHH", 2, 0, 3, 300, 0, 0, 0x20, 0))  # a hidden row
    + other.record(0x007D, struct.pack("<HHHHHH", 1, 1, 0, 0, 1, 0))  # a hidden column
    + other.record(0x00E5, struct.pack("<HHHHH", 1, 1, 3, 2, 2))  # three cells that are one
)


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "upload"
    found.write_bytes(other.xls(LINES, more=MORE))
    return found


@pytest.mark.parametrize("read", [read_here, read_rows])
def test_records_tell_what_the_values_do_not(path, read):
    with read(path, ending="xls") as table:
        rows = {number: [cell and tuple(cell) for cell in cells] for number, cells in table}
        meta = table.meta
    assert [rows[number][2] for number in (2, 3, 4)] == [("s", "gộp")] * 3
    assert rows[5] == [None, ("s", "50%"), ("e", "#N/A")]
    assert rows[6] == [None, ("f", "2"), None]
    assert (meta.hidden_rows, meta.hidden_columns, [*map(tuple, meta.merges)]) == (1, [1], [(1, 2, 3)])


@pytest.mark.parametrize("at", [30, 48, 76])
def test_a_book_that_leads_nowhere_is_refused(path, at):
    """The size of a sector, the directory, the table of sectors."""
    content = bytearray(path.read_bytes())
    content[at : at + 2] = b"\xf0\x7f"
    path.write_bytes(content)
    with pytest.raises(gate.Refused) as caught, read_rows(path, ending="xls") as table:
        list(table)
    assert caught.value.code in ("unreadable", "not_xls")
