"""Reads over acts: how each is called where many stand, and which one a text names; the files of one record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, F, Model, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse

from apps.accounts.models import User
from apps.documents.models import Attachment, LegalDocument, LegalDocumentQuerySet
from apps.documents.numbers import split_number, symbol_of
from apps.documents.owners import kind_of, owner_of


def labels_of(documents: Iterable[LegalDocument]) -> dict[int, str]:
    """«Nghị quyết 202/2025/QH15», with issuer and day where the number alone does not tell."""
    rows = list(documents)
    numbers = [row.number.lower() for row in rows]
    alike = LegalDocument.objects.filter(number__in={row.number for row in rows}).exclude(pk__in=[r.pk for r in rows])
    twins = {number.lower() for number in alike.values_list("number", flat=True)}
    return {
        row.pk: f"{row} ({row.issue})" if numbers.count(row.number.lower()) > 1 or row.number.lower() in twins
        else str(row)
        for row in rows
    }  # fmt: skip


def documents_named(text: str) -> list[LegalDocument]:
    """The act of this label; else those of this number, of the kind that is said with it."""
    kind, number = split_number(text)
    named = Q(number__iexact=number) | Q(typed__icontains=F("number"))
    rows: list[LegalDocument] = list(LegalDocument.objects.alias(typed=Value(text)).filter(named).order_by("pk"))
    labels = labels_of(rows)
    called = [row for row in rows if labels[row.pk] == text]
    if called:
        return called
    return [row for row in rows if row.number.lower() == number.lower() and kind in ("", row.kind)]


def on_which_nothing_stands(documents: LegalDocumentQuerySet) -> LegalDocumentQuerySet:
    """Of these acts those that no record of any app refers to, and on which no file hangs."""
    fields: Iterable[Any] = LegalDocument._meta.get_fields(include_hidden=True)
    for one in (one for one in fields if one.auto_created and not one.concrete):
        documents = documents.exclude(
            Exists(one.related_model._base_manager.filter(**{one.field.name: OuterRef("pk")}))
        )
    kind, key = LegalDocument._meta.label_lower, Cast(OuterRef("pk"), CharField())
    files = Attachment.objects.filter(owner_kind=kind, owner_id=key)
    return documents.exclude(Exists(files))


def likely_issue(number: str) -> tuple[str, str]:
    """Kind and issuer of the newest act of the same symbol: who has issued one QĐ-TTg issues the next."""
    symbol = symbol_of(number)
    if not symbol:
        return "", ""
    alike = LegalDocument.objects.filter(number__iendswith=f"/{symbol}").newest_first().first()
    return (alike.kind, alike.issuer) if alike else ("", "")


@dataclass(frozen=True)
class Attachments:
    """The files of one record as the person sees them, for `documents/attachments.html`."""

    files: list[Attachment]
    may_change: bool
    names_people: bool  # of a unit's evidence to its own readers; of the programme's files to who looks after them
    add_url: str


def attachments_of(row: Model, user: User) -> Attachments | None:
    """None where the person does not see the record's files, though perhaps the record."""
    kind = owner_of(kind_of(row))
    editable = Exists(kind.editable_by(user).filter(pk=row.pk))
    may_change = kind.visible_to(user).filter(pk=row.pk).values_list(editable, flat=True).first()
    if may_change is None:
        return None
    files = Attachment.objects.of(row).kept().select_related("stored__signature_check", "added_by")
    add_url = reverse("documents:attachment_add", args=[kind.kind, row.pk]) if may_change else ""
    return Attachments(list(files.order_by("added_at", "id")), may_change, may_change or bool(kind.unit(row)), add_url)
