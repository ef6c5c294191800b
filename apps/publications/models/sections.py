"""The parts of a book, and what people wrote in them: versions that are only added to."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import CheckedTextModel
from apps.publications.models.books import ReportBook

LONGEST_TEXT, MOST_LINES = 50_000, 500


class Section(CheckedTextModel):
    """`tables` stand below its text. One that builds itself has no text of people."""

    book = models.ForeignKey(ReportBook, models.CASCADE, related_name="sections", verbose_name=_("báo cáo"))
    code = models.SlugField(_("mã mục"), max_length=30)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("tên mục"), max_length=200)
    hint = models.CharField(_("hướng dẫn"), max_length=500, blank=True)
    tables = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("các bảng"))
    is_compulsory = models.BooleanField(_("bắt buộc"), default=True)
    is_self_built = models.BooleanField(_("tự lập"), default=False)
    is_annex = models.BooleanField(_("phụ lục"), default=False)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người phụ trách"),
    )
    is_done = models.BooleanField(_("đã xong"), default=False)

    class Meta:
        verbose_name = _("mục của báo cáo tổng hợp")
        ordering = ["book_id", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["book", "code"], name="one_section_per_book_and_code")]
        triggers = [
            pgtrigger.ReadOnly(
                name="section_keeps_its_place",
                fields=["book", "code", "position", "title", "tables", "is_compulsory", "is_self_built", "is_annex"],
            ),
            pgtrigger.Trigger(
                name="sections_of_issued_books_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT FROM publications_reportbook b
                               WHERE b.id = OLD.book_id AND b.state = 'issued') THEN
                        RAISE EXCEPTION 'an issued book is not changed' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publications:section_detail", args=[self.book.slug, self.code])


class SectionText(CheckedTextModel):
    """One version of a section's text. `number` says which the next writer must have seen."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="texts", verbose_name=_("mục"))
    number = models.PositiveSmallIntegerField(_("phiên bản"))
    text = models.TextField(_("nội dung"), max_length=LONGEST_TEXT, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người viết")
    )
    written_at = models.DateTimeField(_("viết lúc"))

    class Meta:
        verbose_name = _("nội dung mục")
        ordering = ["section_id", "number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["section", "number"], name="one_text_per_section_and_number")]
        triggers = [
            pgtrigger.Protect(name="texts_stay", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_a_draft_is_written",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT FROM publications_section s JOIN publications_reportbook b ON b.id = s.book_id
                               WHERE s.id = NEW.section_id AND b.state = 'issued') THEN
                        RAISE EXCEPTION 'an issued book is not written' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} v{self.number}"
