"""Numbers and issuers of acts as people write them: «Nghị quyết số 99 / 2026/QH16» is the Nghị quyết 99/2026/QH16."""

import re

from apps.core.text import clean_text, fold

OTHER = "Văn bản khác"
KINDS = (
    "Luật", "Pháp lệnh", "Nghị quyết", "Nghị định", "Quyết định", "Chỉ thị", "Thông tư", "Kế hoạch", "Công văn",
    "Thông báo", "Báo cáo", OTHER,
)  # fmt: skip
_KIND = re.compile(rf"^(?:{'|'.join(sorted(map(fold, KINDS), key=len, reverse=True))})\b[\s:]*")
_SAID = re.compile(r"^(?:so|số)[\s:]+", re.IGNORECASE)
_DAY = re.compile(r"[\s,(]+ngày\s+\d.*$", re.IGNORECASE)  # said along with the number; no number holds one
_DASHES = re.compile("[\u2010-\u2015\u2212]")  # which word processors put in: no office signs with them
_SHORT = (("ubnd", "uy ban nhan dan"), ("hdnd", "hoi dong nhan dan"))  # as `fold` leaves them


def split_number(text: str) -> tuple[str, str]:
    """The kind, where the text begins with one, and the number without it."""
    text, kind = clean_text(text), ""
    while begun := _KIND.match(fold(text)):  # folding keeps the length of a clean text
        kind = next(one for one in KINDS if begun[0].startswith(fold(one)))
        text = text[begun.end() :]
    text = _DASHES.sub("-", _DAY.sub("", _SAID.sub("", text)))
    return kind, re.sub(r"\s*([/\-])\s*", r"\1", text).strip(" .,;:")


def day_said(text: str) -> str:
    """The day that is said along with a number, as it is written there."""
    found = _DAY.search(text)
    return found[0].strip(" ,(").partition(" ")[2].strip(" ).,;") if found else ""


def issuer_key(issuer: str) -> str:
    """By which two writings of an issuer are one: «UBND tỉnh Bắc Ninh», «Uỷ ban nhân dân tỉnh Bắc Ninh»."""
    key = fold(issuer)
    for short, full in _SHORT:
        key = key.replace(short, full)
    return key


def issuer_key_sql(issuer: str) -> str:
    """The same of a column."""
    key = f"vn_fold({issuer})"
    for short, full in _SHORT:
        key = f"replace({key}, '{short}', '{full}')"
    return key


def symbol_of(number: str) -> str:
    """What follows the running number and the year: QH16 of 99/2026/QH16, QĐ-TTg of 996/QĐ-TTg."""
    found = re.fullmatch(r"[^/]*?\d[^/]*(?:/\d{4})?/(.+)", number)
    return found[1] if found else ""
