"""One row out of many, chosen by typing part of its name: the field, and the view that answers what is typed.

The field holds the row's label as text. A script offers what the view finds; without one the browser offers the
labels that came with the page, and a text that names no row is refused with the nearest ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import View

from apps.core import limits
from apps.core.fields import REQUIRED, TextField
from apps.core.request import SignedInRequest
from apps.core.text import search_text

LONGEST = 300
NEAREST = 5  # named in a refusal


@dataclass(frozen=True)
class Option:
    """`note`: why it was found, or what tells it apart; `is_meant`: Enter takes it; `language`: of the label, where it
    is a name that is not translated.
    """

    label: str
    note: str = ""
    is_meant: bool = False
    language: str = ""


class PickWidget(forms.TextInput):
    template_name = "components/picker.html"

    def __init__(self, field: "PickField", attrs: dict[str, Any] | None = None) -> None:
        self.field = field
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        query, address = urlencode(self.field.query), reverse(self.field.route, args=self.field.route_args)
        context["url"] = f"{address}?{query}" if query else address
        context["field"] = self.field
        return context


class PickField(TextField):
    """Cleaned it is the row, or None. A subclass says how rows are called and found."""

    route: ClassVar[str]  # of the PickView
    route_args: tuple[str, ...] = ()
    unknown: str | Promise  # refusal of a text that names nothing, with %(text)s
    is_chosen = True  # where it is empty, the words are «Chọn …»
    listed = True  # without a script the labels come with this field; of many alike only with the first

    def __init__(self, *, query: dict[str, str] | None = None, **kwargs: Any) -> None:
        self.query = query or {}
        super().__init__(**{"max_length": LONGEST, "widget": PickWidget(self), "error_messages": REQUIRED, **kwargs})

    def __deepcopy__(self, memo: dict[int, Any]) -> "PickField":
        """A form's own field draws its own choices."""
        copied: PickField = super().__deepcopy__(memo)
        copied.widget.field = copied
        return copied

    def named(self, text: str) -> Sequence[Any]:
        """The rows of exactly this name; more than one where the name does not tell them apart."""
        raise NotImplementedError

    def near(self, text: str) -> Sequence[Any]:
        """Rows that may have been meant."""
        raise NotImplementedError

    def label_of(self, row: Any) -> str:
        raise NotImplementedError

    def labels(self) -> Iterable[str]:
        """What a browser without scripts offers."""
        raise NotImplementedError

    @property
    def list_id(self) -> str:
        return "-".join(["pick", self.route.replace(":", "-"), *self.route_args])

    def prepare_value(self, value: Any) -> Any:
        return self.label_of(value) if isinstance(value, Model) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.found(text) if text else None

    def found(self, text: str) -> Any:
        rows = self.named(text)
        if len(rows) == 1:
            return rows[0]
        raise self.refusal(text, rows)

    def refusal(self, text: str, rows: Sequence[Any]) -> ValidationError:
        told = _("Có nhiều mục khớp với “%(text)s”") if rows else self.unknown
        nearest = ", ".join(self.label_of(row) for row in (rows or self.near(text))[:NEAREST])
        end = (
            _(": chọn %(nearest)s.") % {"nearest": nearest}
            if nearest
            else _(". Nhập một phần rồi chọn trong danh sách.")
        )
        return ValidationError(f"{told % {'text': text}}{end}", code="ambiguous" if rows else "unknown")


class PickView(PermissionRequiredMixin, View):
    """What stands below the field while somebody types."""

    request: SignedInRequest
    template_name = "components/picker_options.html"

    def found(self, text: str) -> Sequence[Option]:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.check("search", request)
        text = search_text(request.GET.get("q", ""))[:LONGEST]
        return render(request, self.template_name, self.context_of(text))

    def context_of(self, text: str) -> dict[str, Any]:
        return {"q": text, "options": self.found(text)}
