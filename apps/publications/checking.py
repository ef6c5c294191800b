"""What is wrong with a manuscript before it goes to be signed: errors block, warnings need a reason."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.publications.assembling import Assembled, Chapter
from apps.publications.tokens import broken_tokens, keys_in, number_in, typed_numbers


@dataclass(frozen=True)
class Problem:
    is_error: bool
    section: str  # its code; "" of the whole
    text: str
    code: str


MOST_TOLD, LONGEST_TOLD = 50, 40  # of one section, of one number: a text may have thousands, and a page is made of them


def problems_of(found: Assembled) -> list[Problem]:
    """Errors first, in the order of sections."""
    problems = [*_of_whole(found), *_of_sections(found)]
    return sorted(problems, key=lambda one: not one.is_error)


def _few(problems: list[Problem], chapter: Chapter) -> list[Problem]:
    """Errors first; the rest as a number, so that it blocks as it would by itself."""
    told = sorted(problems, key=lambda one: not one.is_error)
    rest = told[MOST_TOLD:]
    if not rest:
        return problems
    words = _("Mục %(n)s: còn %(left)s chỗ khác phải xem lại.") % {"n": chapter.number, "left": len(rest)}
    return [*told[:MOST_TOLD], Problem(rest[0].is_error, chapter.part.code, words, "more")]


def _of_whole(found: Assembled) -> list[Problem]:
    about, problems = found.facts.about, []
    for year in about.get("unclosed", ()):
        words = _("Năm %(year)s chưa chốt số liệu: báo cáo chỉ dùng số đã chốt.") % {"year": year}
        problems.append(Problem(True, "", words, "not_closed"))
    if missing := about.get("missing"):
        words = _("Còn %(n)s đơn vị chưa nộp báo cáo.") % {"n": len(missing)}
        problems.append(Problem(False, "", words, "missing_units"))
    corrections = found.facts.grids.get("corrections")
    if corrections and corrections.lines:
        words = _("%(n)s mục tiêu có điều chỉnh sau khi chốt, báo cáo không dùng.") % {"n": len(corrections.lines)}
        problems.append(Problem(False, "", words, "corrections"))
    return problems


def _of_sections(found: Assembled) -> list[Problem]:
    told = [one.text for one in found.facts.figures.values()]
    known = {number_in(text) for text in told if text[:1].isdecimal()}
    known |= {abs(number_in(text[1:])) for text in told if text[1:2].isdecimal() and not text[:1].isdecimal()}
    return [one for chapter in found.chapters for one in _few(_of_section(found, chapter, known), chapter)]


def _of_section(found: Assembled, chapter: Chapter, known: set[Decimal]) -> list[Problem]:
    part, problems = chapter.part, []
    if part.is_compulsory and not part.is_self_built and not part.text.strip():
        words = _("Mục %(n)s “%(title)s” là mục bắt buộc, chưa có nội dung.")
        said = words % {"n": chapter.number, "title": part.title}
        problems.append(Problem(True, part.code, said, "empty_section"))
    for key in dict.fromkeys(keys_in(part.text)):
        if key not in found.facts.figures:
            words = _("Mục %(n)s: không có số liệu “%(key)s”.") % {"n": chapter.number, "key": key}
            problems.append(Problem(True, part.code, words, "unknown_figure"))
    for broken in dict.fromkeys(broken_tokens(part.text)):
        words = _("Mục %(n)s: “%(text)s” không phải là số liệu được chèn: sửa hoặc bỏ dấu ngoặc nhọn.")
        said = words % {"n": chapter.number, "text": broken}
        problems.append(Problem(True, part.code, said, "broken_token"))
    for typed in typed_numbers(part.text):
        if number_in(typed) not in known:
            words = _("Mục %(n)s: số %(number)s gõ tay, không khớp số liệu nào.")
            said = words % {"n": chapter.number, "number": typed[:LONGEST_TOLD]}
            problems.append(Problem(False, part.code, said, "typed_number"))
    return problems


def checked_words(found: Assembled) -> str:
    """«58 số trong lời văn lấy từ cơ sở dữ liệu»"""
    n = sum(1 for one in found.chapters for line in one.lines for piece in line.pieces if piece.figure)
    return _("%(n)s số trong lời văn lấy từ cơ sở dữ liệu") % {"n": n}
