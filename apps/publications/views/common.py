"""A book by its address, within the person's sight; and what its pages show beside it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.organisations.selectors import unit_labels
from apps.publications import moving
from apps.publications.acting import acts_for, allowed_moves
from apps.publications.assembling import Assembled, assemble
from apps.publications.buttons import BUTTONS, chip_of
from apps.publications.checking import checked_words, problems_of
from apps.publications.comparing import Difference, differences
from apps.publications.manuscript import latest_texts, manuscript_of
from apps.publications.models import ReportBook, Section
from apps.reports.models import FormVersion

SHOWN = 6  # differences beside a section; the book's own page has all


class BookMixin(ScopedMixin):
    """`scope` says whose side must be the person's: out of sight is 404, in sight and not theirs 403."""

    request: SignedInRequest
    kwargs: dict[str, Any]
    permission_required: str | tuple[str, ...] = moving.VIEW
    model = ReportBook
    queryset = ReportBook.objects.select_related("unit")
    context_object_name = "book"

    def get_object(self, *args: Any) -> ReportBook:
        found: ReportBook = super().get_object(*args)
        return found


def standings_of(book: ReportBook, found: Assembled, problems: list[Any], *, may_write: bool) -> list[dict[str, Any]]:
    """Each section with how far it is, in a word, a tint and an icon."""
    texts = latest_texts(book)
    sections = {one.code: one for one in book.sections.select_related("holder").order_by("position")}
    wrong: dict[str, list[bool]] = {}
    for one in problems:
        wrong.setdefault(one.section, []).append(one.is_error)
    rows = []
    for chapter in found.chapters:
        section = sections[chapter.part.code]
        errors = sum(wrong.get(section.code, ()))
        if section.is_self_built:
            told = ("ok", "circle-check", _("Tự lập"))
        elif errors and section.pk in texts:
            told = ("er", "alert-circle", _("%(n)s lỗi") % {"n": errors})
        elif section.is_done or (section.pk in texts and book.is_issued):
            told = ("ok", "circle-check", _("Đã xong"))
        elif section.pk in texts:
            told = ("td", "progress", _("Đang soạn"))
        else:
            told = ("td", "circle-dashed", _("Chưa bắt đầu"))
        name = _("Phụ lục %(n)s. %(title)s") if section.is_annex else "%(n)s. %(title)s"
        rows.append({
            "section": section, "tone": told[0], "icon": told[1], "words": told[2], "chapter": chapter,
            "url": section_url(book, section, may_write=may_write),
            "name": name % {"n": chapter.number, "title": section.title}, "text": texts.get(section.pk),
        })  # fmt: skip
    return rows


def section_url(book: ReportBook, section: Section, *, may_write: bool) -> str:
    page = "section_edit" if may_write and not section.is_self_built else "section_detail"
    return reverse(f"publications:{page}", args=[book.slug, section.code])


def book_context(book: ReportBook, user: Any, *, every_difference: bool = False) -> dict[str, Any]:
    """What every page of a book shows."""
    found = assemble(manuscript_of(book))
    problems = problems_of(found)
    may_write = book.is_writable and user.has_perm(moving.WRITE) and acts_for(user, moving.WRITE, book.unit_id)
    standings = standings_of(book, found, problems, may_write=may_write)
    urls = {one["section"].code: one["url"] for one in standings}
    own = [one for one in standings if not one["section"].is_self_built]
    versions = list(
        ReportBook.objects.filter(kind=book.kind, span=book.span, year=book.year, unit=book.unit)
        .without_facts().order_by("-version")
    )  # fmt: skip
    changed = changed_since_issue(book, found, versions)
    done = sum(one["tone"] == "ok" for one in own)
    return {
        "book": book, "assembled": found, "state": chip_of(book), "standings": standings, "done": done, "all": len(own),
        "percent": done * 100 // len(own) if own else 100,
        "unit": unit_labels()[book.unit_id] if book.unit_id else None,
        "errors": [(one, urls.get(one.section, "")) for one in problems if one.is_error],
        "warnings": [(one, urls.get(one.section, "")) for one in problems if not one.is_error],
        "checked": checked_words(found), "completeness": completeness_of(found), "about": found.facts.about,
        "versions": [(one, chip_of(one)) for one in versions],
        "changed": changed if every_difference else changed[:SHOWN], "more_changed": max(0, len(changed) - SHOWN),
        "buttons": [(one.verb, BUTTONS[one.verb]) for one in allowed_moves(book, user) if one.verb in BUTTONS],
        "may_write": may_write,
    }  # fmt: skip


def completeness_of(found: Assembled) -> list[dict[str, Any]]:
    return [
        {"label": FormVersion.Audience(audience).label, "given": given, "expected": expected}
        for audience, given, expected in found.facts.about.get("completeness", ())
    ]


def changed_since_issue(book: ReportBook, found: Assembled, versions: list[ReportBook]) -> list[Difference]:
    """Against the last version before this one."""
    earlier = next((one for one in versions if one.version < book.version), None)
    if earlier is None:
        return []
    return differences(assemble(manuscript_of(ReportBook.objects.get(pk=earlier.pk))), found)


def section_of(book: ReportBook, code: str) -> Section | None:
    found: Section | None = book.sections.filter(code=code).first()
    if found is not None:
        found.book = book
    return found
