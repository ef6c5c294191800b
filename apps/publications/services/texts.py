"""Writing in a book. Every version of a text stays; who has not seen the last one overwrites nothing."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import clean_text, refuse_many_lines
from apps.publications.models import Section, SectionText
from apps.publications.models.sections import MOST_LINES
from apps.publications.services.recording import held, keep

CONFLICT = "text_conflict"


def write_section(
    section: Section, text: str, *, seen: int, is_done: bool | None = None, by: User
) -> SectionText | None:
    """The next version of the text, or None where it says the same. `seen`: the version the writer began from."""
    with transaction.atomic():
        book, move = held(section.book, "write", by=by)
        if section.is_self_built:
            raise ValidationError(_("Mục này tự lập từ số liệu, không soạn lời."), code="self_built")
        last = section.texts.order_by("-number").first()
        number, before = (last.number, last.text) if last else (0, "")
        text = clean_text(text, multiline=True)
        refuse_many_lines(text, MOST_LINES)
        if text != before and number != seen:
            words = _("Người khác vừa lưu mục này. So sánh hai nội dung bên dưới rồi lưu nội dung muốn giữ.")
            raise ValidationError(words, code=CONFLICT)
        made = None
        if text != before:
            made = SectionText(section=section, number=number + 1, text=text, written_by=by, written_at=timezone.now())
            made.full_clean(exclude=["section", "written_by"])
            made.save()
        if made or (is_done is not None and is_done != section.is_done):
            section.is_done = section.is_done if is_done is None else is_done
            section.save(update_fields=["is_done"])
            keep(book, move, by=by, section=section.code, number=made.number if made else number)
    return made


def assign_section(section: Section, holder: User | None, *, by: User) -> Section:
    """Who is to write it."""
    with transaction.atomic():
        book, move = held(section.book, "write", by=by)
        section.holder = holder
        section.save(update_fields=["holder"])
        keep(book, move, by=by, section=section.code, holder=holder.pk if holder else None)
    return section
