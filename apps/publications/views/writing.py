"""The page of one section: its text with bound figures, what it comes to, and the list of figures to choose from.

It works without a script: searching and putting in a figure are buttons of the same form, and keep what is typed.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.models import User
from apps.core.text import fold
from apps.people.rights import holders_of
from apps.publications import moving
from apps.publications.assembling import Assembled, Chapter, lines_of
from apps.publications.facts.told import Bound
from apps.publications.forms import SectionForm
from apps.publications.models import ReportBook, Section, SectionText
from apps.publications.services.texts import CONFLICT, assign_section, write_section
from apps.publications.tokens import TOKEN
from apps.publications.views.common import BookMixin, book_context, section_of

SEARCH, NEXT = "search", "next"
OFFERED = 40


class SectionMixin(BookMixin, PermissionRequiredMixin, SingleObjectMixin):
    def section(self) -> tuple[ReportBook, Section]:
        book = self.get_object()
        section = section_of(book, self.kwargs["section"])
        if section is None:
            raise Http404
        return book, section


class SectionReadView(SectionMixin, View):
    """For whoever reads the book: the section as it will be printed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        book, section = self.section()
        shown = page_context(book, section, request.user)
        return render(request, "publications/section_edit.html", shown | {"last": last_text(section)})


class SectionView(SectionMixin, View):
    """For the book's own side; what is no draft any more, or builds itself, is only read."""

    permission_required = moving.WRITE
    scope = "editable_by"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        book, section = self.section()
        if not book.is_writable or section.is_self_built:
            return redirect("publications:section_detail", book.slug, section.code)
        last = last_text(section)
        form = self._form(book, section, initial=_initial(section, last))
        return self._page(book, section, form, last)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        book, section = self.section()
        last = last_text(section)
        if SEARCH in request.POST or "insert" in request.POST:
            return self._chosen(book, section, last)
        form = self._form(book, section, data=request.POST)
        if not form.is_valid():
            return self._page(book, section, form, last)
        try:
            self._write(section, form)
        except ValidationError as refusal:
            return self._refused(book, section, form, refusal)
        messages.success(request, _("Đã lưu mục này."))
        if request.POST.get("go") == NEXT and (following := _following(section)):
            return redirect("publications:section_edit", book.slug, following.code)
        return redirect("publications:section_edit", book.slug, section.code)

    def _form(self, book: ReportBook, section: Section, **kwargs: Any) -> SectionForm:
        return SectionForm(people=_people(book, section.holder_id), **kwargs)

    def _write(self, section: Section, form: SectionForm) -> None:
        data, by = form.cleaned_data, self.request.user
        write_section(section, data["text"], seen=data["seen"], is_done=data["is_done"], by=by)
        if data["holder"] != data["held"]:  # else what somebody chose meanwhile stays
            assign_section(section, User.objects.filter(pk=data["holder"]).first(), by=by)

    def _chosen(self, book: ReportBook, section: Section, last: SectionText | None) -> HttpResponse:
        """Nothing is saved: what is typed stays, with the figure put in at its end."""
        sent = self.request.POST.copy()
        key = sent.get("insert", "")
        if TOKEN.fullmatch(f"{{{{{key}}}}}"):
            sent["text"] = f"{sent.get('text', '').rstrip()} {{{{{key}}}}}".strip()
        return self._page(book, section, self._form(book, section, data=sent), last, query=sent.get("q", "")[:100])

    def _refused(self, book: ReportBook, section: Section, form: SectionForm, refusal: ValidationError) -> HttpResponse:
        last = last_text(section)
        is_conflict = getattr(refusal, "code", "") == CONFLICT
        if not is_conflict:
            form.refused(refusal)
        elif last:  # the next saving knows of it
            sent = self.request.POST.copy()
            sent["seen"] = str(last.number)
            form = self._form(book, section, data=sent)
            form.refused(refusal)
        return self._page(book, section, form, last, theirs=last if is_conflict else None, status=409)

    def _page(
        self, book: ReportBook, section: Section, form: SectionForm, last: SectionText | None, *, query: str = "",
        theirs: SectionText | None = None, status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        typed = form.data.get("text") if form.is_bound else None
        shown = page_context(book, section, self.request.user, typed)
        context = shown | {
            "form": form, "last": last, "theirs": theirs, "query": query, "offered": offered(shown["assembled"], query),
            "is_written": True,
        }  # fmt: skip
        return render(self.request, "publications/section_edit.html", context, status=status)


def last_text(section: Section) -> SectionText | None:
    found: SectionText | None = section.texts.select_related("written_by").order_by("-number").first()
    return found


def page_context(book: ReportBook, section: Section, user: Any, typed: str | None = None) -> dict[str, Any]:
    """What stands around a section, and the section as it will be printed, with what is typed and not saved yet."""
    shown = book_context(book, user)
    found: Assembled = shown["assembled"]
    standings = shown["standings"]
    here = next(at for at, one in enumerate(standings) if one["section"].pk == section.pk)
    chapter: Chapter = standings[here]["chapter"]
    return shown | {
        "section": section, "here": standings[here], "title": standings[here]["name"], "chapter": chapter,
        "previous": standings[here - 1] if here else None,
        "following": standings[here + 1] if here + 1 < len(standings) else None,
        "lines": chapter.lines if typed is None else lines_of(typed, found.facts),
        "amended": found.facts.about.get("amended", {}),
    }  # fmt: skip


def _initial(section: Section, last: SectionText | None) -> dict[str, Any]:
    return {
        "text": last.text if last else "", "seen": last.number if last else 0, "holder": section.holder_id or "",
        "held": section.holder_id, "is_done": section.is_done,
    }  # fmt: skip


def _following(section: Section) -> Section | None:
    rows = Section.objects.filter(book=section.book_id, position__gt=section.position).select_related("book")
    found: Section | None = rows.order_by("position").first()
    return found


def _people(book: ReportBook, holder: int | None) -> list[tuple[int, str]]:
    """Who may write it; who holds it stays on offer though they no longer may."""
    held = holders_of(moving.WRITE)
    ids = held.of(book.unit_id) if book.unit_id else held.everywhere
    rows = User.objects.filter(Q(pk__in=ids, is_active=True) | Q(pk=holder)).order_by("full_name", "pk")
    return [(one.pk, str(one)) for one in rows]


def offered(found: Assembled, query: str) -> list[Bound]:
    """Figures whose name or label has the words, wherever they stand in it."""
    words = fold(query).split()
    rows = found.facts.figures.values()
    hits = [one for one in rows if all(word in fold(f"{one.key} {one.label}") for word in words)]
    return hits[:OFFERED]
