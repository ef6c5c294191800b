"""The nation's report of the last closed year, written, signed and issued: by two invented people, and marked so."""

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.publications.models import ReportBook
from apps.publications.services import moves
from apps.publications.services.books import begin_book
from apps.publications.services.texts import write_section
from apps.publications.tokens import keys_in
from program996.demo.statistics import MARK


def load_book(year: int, officer: User, leader: User) -> ReportBook:
    book = begin_book(ReportBook.Span.ANNUAL, year, None, by=officer)
    known = {one["key"] for one in book.facts["figures"]}
    texts = _texts(year)
    for section in book.sections.filter(is_self_built=False):
        lines = [line for line in texts[section.code].splitlines() if known.issuperset(keys_in(line))]
        write_section(section, "\n".join(lines) or MARK, seen=0, is_done=True, by=officer)
    book = moves.check(book, accepted=MARK, by=officer)
    book = moves.hand(book, by=officer)
    paper = moves.Issue(f"{year}/BC-MINH-HOA", timezone.localdate(), _("Người ký minh họa"), _("Lãnh đạo"))
    return moves.issue(book, paper, by=leader)


def _texts(year: int) -> dict[str, str]:
    """Every figure of them is bound."""
    told = {
        "direction": "Nội dung minh họa: các bộ, địa phương được hướng dẫn triển khai Đề án và lập báo cáo năm YEAR.",
        "results": (
            "# Doanh nghiệp\n"
            "Đến hết kỳ số liệu năm YEAR, cả nước có {{mt5.YEAR}} doanh nghiệp được triển khai Chương trình đảm bảo "
            "đo lường; riêng năm YEAR tăng thêm {{mt5.YEAR.gain}} doanh nghiệp.\n"
            "# Năng lực đo lường\n"
            "{{mt1.YEAR}} chuẩn đo lường quốc gia đã được công nhận; {{mt2.YEAR}} phép đo hiệu chuẩn được quốc tế "
            "thừa nhận; {{mt6.YEAR}} phòng thí nghiệm đáp ứng bộ tiêu chí quốc gia. Kế hoạch tổng thể đã được "
            "{{mt7.YEAR.part}} trong {{mt7.YEAR.whole}} bộ, địa phương ban hành hoặc kế thừa."
        ),
        "solutions": (
            "Trong {{tasks.total}} nhiệm vụ của kế hoạch năm, {{tasks.done}} nhiệm vụ đã hoàn thành, trong đó "
            "{{tasks.done-in-time}} đúng hạn; {{tasks.open-overdue}} nhiệm vụ quá hạn chưa xong.\n"
            "Theo sổ hoạt động, {{activities.inspections}} cuộc kiểm tra, đánh giá về đo lường đã kết thúc trong kỳ, "
            "tại {{activities.inspections.places}} cơ sở."
        ),
        "funding": "Kinh phí kế hoạch {{money.planned}} triệu đồng, đã giải ngân {{money.disbursed}} triệu đồng.",
        "difficulties": "Nội dung minh họa: khó khăn, nguyên nhân được tổng hợp ở Phụ lục III.",
        "proposals": "Nội dung minh họa: tiếp tục hỗ trợ doanh nghiệp xây dựng, áp dụng Chương trình đảm bảo đo lường.",
    }
    return {code: text.replace("YEAR", str(year)) for code, text in told.items()}
