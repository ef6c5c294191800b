"""Workbooks of the enterprise register: good rows, and the acceptance file with rows odd in eight ways."""

import datetime
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from apps.enterprises.tax_codes import has_valid_check_digit
from tests.exchange import workbooks

HEADER = (
    "Mã số thuế",
    "Tên doanh nghiệp",
    "Tỉnh, thành phố",
    "Địa chỉ",
    "Loại hình",
    "Mã ngành (VSIC)",
    "Hình thức tham gia",
    "Giai đoạn",
    "Ngày",
    "Ghi chú",
)
OFFICIAL = (*HEADER, "Hoạt động")  # the template has one more column, which older files lack
PLACE = {name: at for at, name in enumerate(HEADER)}
SERVED = "Được kiểm định, hiệu chuẩn, thử nghiệm hoặc xây dựng phương pháp đo"
WRITTEN = "Có Chương trình đảm bảo đo lường (theo Hướng dẫn tại QĐ 510/QĐ-BKHCN)"
OWNERSHIPS = ("Có vốn nhà nước", "Khu vực kinh tế tư nhân", "Có vốn đầu tư nước ngoài (FDI)", "Hợp tác xã")
STAGES = ("Tiếp cận", "Khảo sát", "Đang xây dựng", "Đã ban hành", "Đang áp dụng", "Duy trì", "Đã ngừng")
INDUSTRIES = ("C10", "C11", "10", "", "G", "47")
BAC_NINH, BAC_NINH_BEFORE, BAC_GIANG = "VN-24-2025", "VN-27-2008", "VN-24-2008"
CASES = Path(__file__).parent.parent / "cases"  # made by hand or by other programmes, each a kind of trouble
ODD_WAYS = 8
EACH = 5

Row = list[object]


def tax_codes(prefix: str = "23") -> Iterator[str]:
    """Codes with a right check digit, each once."""
    for serial in range(1, 10_000_000):
        for last in "0123456789":
            code = f"{prefix}{serial:07d}{last}"
            if has_valid_check_digit(code):
                yield code
                break


def wrong_check_digit(code: str) -> str:
    return code[:9] + str((int(code[9]) + 1) % 10)


def rows(count: int, *, province: str = "Bắc Ninh", prefix: str = "23", stage: str = "Đang áp dụng") -> list[Row]:
    """Good rows, one enterprise each, half before and half after the merger of the provinces."""
    codes = tax_codes(prefix)
    return [
        [
            next(codes),
            f"Công ty TNHH Số {n}",
            province,
            f"{n} đường Trần Phú",
            OWNERSHIPS[n % len(OWNERSHIPS)],
            INDUSTRIES[n % len(INDUSTRIES)],
            (SERVED, WRITTEN)[n % 2],
            stage,
            day(n),
            "" if n % 3 else f"Ghi chú {n}",
        ]
        for n in range(count)
    ]


def day(n: int) -> datetime.date:
    return datetime.date(2024, 1, 1) + datetime.timedelta(days=n * 37 % 900)


def put(row: Row, column: str, value: object) -> Row:
    row[PLACE[column]] = value
    return row


def workbook(lines: Sequence[Sequence[object]], header: Sequence[object] = HEADER) -> bytes:
    return workbooks.table([list(header), *lines], title="DN2026")


@dataclass
class AcceptanceFile:
    """5,000 rows of Bắc Ninh, 40 of them odd; `errors` and `notes` are (row number, column, code)."""

    content: bytes
    rows: int
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def valid(self) -> int:
        return self.rows - len(self.errors)


def acceptance_file(count: int = 5000) -> AcceptanceFile:
    """Odd rows are spread over the file; numbers are Excel's, the header being row 1."""
    lines = rows(count)
    made = AcceptanceFile(b"", count)
    step = count // (ODD_WAYS * EACH)
    for place in range(ODD_WAYS * EACH):
        at = place * step + step // 2
        code, column = _spoil(lines, at, place % ODD_WAYS)
        found = made.notes if code in ("old_province", "normalised") else made.errors
        found.append((at + 2, column, code))
    made.content = workbook(lines)
    return made


def _spoil(lines: list[Row], at: int, way: int) -> tuple[str, str]:
    """Make one row odd in one of the eight ways; the code and column it must be told by."""
    row = lines[at]
    if way == 0:
        put(row, "Mã số thuế", "23O" + str(row[0])[3:])  # a letter O
        return "tax_code", "Mã số thuế"
    if way == 1:
        put(row, "Tỉnh, thành phố", "Xứ Mù Sương")
        return "unknown_province", "Tỉnh, thành phố"
    if way == 2:
        put(row, "Ngày", "31/02/2024")
        return "date", "Ngày"
    if way == 3:
        lines[at] = list(lines[at - 1])
        return "duplicate", "Mã số thuế"
    if way == 4:
        put(row, "Tên doanh nghiệp", "")
        return "blank", "Tên doanh nghiệp"
    if way == 5:
        put(row, "Giai đoạn", "Đang mơ ước")
        return "choice", "Giai đoạn"
    if way == 6:
        put(row, "Tỉnh, thành phố", "Bắc Giang")
        put(row, "Ngày", datetime.date(2026, 3, 1))
        return "old_province", "Tỉnh, thành phố"
    put(row, "Tên doanh nghiệp", unicodedata.normalize("NFD", f"Công ty Cổ phần Đắc Lộc Số {at}"))
    return "normalised", "Tên doanh nghiệp"


def odd_rows() -> list[Row]:
    """An error, an error with a suggestion, a warning, a note, and four rows with nothing to say."""
    lines = rows(8)
    put(lines[0], "Ngày", "31/02/2024")
    put(lines[1], "Giai đoạn", "Đang áp dung")
    put(lines[2], "Mã số thuế", wrong_check_digit(lines[2][0]))
    put(lines[3], "Tỉnh, thành phố", "Bắc Giang")
    put(lines[3], "Ngày", "01/03/2026")
    return lines
