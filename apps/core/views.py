"""ScopedMixin, the list page and the button. House rules 2 and 7."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from apps.core import limits
from apps.core.columns import chosen_columns
from apps.core.export import csv_response, xlsx_response
from apps.core.ordering import UniquelyOrderedData
from apps.core.request import SignedInRequest
from apps.core.tabs import OF_LISTS, Tab, kept_tabs

FILES: dict[str, Callable[[Any, str], HttpResponseBase]] = {"xlsx": xlsx_response, "csv": csv_response}
PAGE_SIZES = (20, 50, 100, 200)
ON_A_PHONE = 20  # there each row is a card: fifty are twelve thousand pixels


class ScopedMixin:
    """Only rows the person may see (or edit: `scope = "editable_by"`).

    A row out of sight is 404; one in sight that is not this person's to change is 403, which names its owner.
    """

    request: SignedInRequest
    scope = "visible_to"

    def get_queryset(self) -> Any:  # the queryset of the model itself
        return getattr(super().get_queryset(), self.scope)(self.request.user)

    def get_object(self, *args: Any) -> Any:
        try:
            return super().get_object(*args)
        except Http404:
            if args or self.scope == "visible_to":
                raise
            self.scope = "visible_to"
            raise PermissionDenied(super().get_object()) from None


class TableView(PermissionRequiredMixin, ScopedMixin, SingleTableMixin, FilterView):
    """A list: filters, sort and page in the query string, one template for page and fragment, .xlsx and .csv of it."""

    template_name = "layouts/table.html"
    paginate_by = 50
    page_sizes = PAGE_SIZES
    data_class = UniquelyOrderedData
    export_name = "danh-sach"
    chooses_columns = False  # which columns are shown is for the reader to say: `col` in the query
    saves_views = False  # a filter can be kept under a name, and stands as a tab above the list
    tabs: tuple[Tab, ...] = ()  # those that everybody finds there
    beside_filters = OF_LISTS  # what is kept along with the filters

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("q", "").strip():
            limits.check("search", request)
        wanted = request.GET.get("export", "")
        return self.file(wanted) if wanted in FILES else super().get(request, *args, **kwargs)

    def file(self, form: str) -> HttpResponseBase:
        """The list alone, without what its page says around it."""
        self.filterset = self.get_filterset(self.get_filterset_class())
        self.object_list = self.filterset.qs if self.filterset.is_valid() else self.filterset.queryset.none()
        return self.written(self.get_table(**self.get_table_kwargs()), form)

    def written(self, table: Any, form: str) -> HttpResponseBase:
        return FILES[form](table, self.export_name)

    def get_paginate_by(self, queryset: QuerySet) -> None:
        """The list view itself does not page: the table does, and counts once."""

    def get_filterset_kwargs(self, filterset_class: type) -> dict[str, Any]:
        """An empty query is a query too: the library would leave out what a filter does unasked (today's units)."""
        return super().get_filterset_kwargs(filterset_class) | {"data": self.request.GET}

    def own_filters(self) -> Any:
        """By which a kept query is read: with the choices that this person has."""
        filterset = self.get_filterset_class()
        return filterset(**(self.get_filterset_kwargs(filterset) | {"queryset": self.get_queryset()}))

    def get_table_data(self) -> UniquelyOrderedData:
        return self.data_class(super().get_table_data())

    def get_table(self, **kwargs: Any) -> Any:
        table = super().get_table(**kwargs)
        if self.chooses_columns:
            table.choices = chosen_columns(table, self.request.GET.getlist("col"))
        return table

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.saves_views:
            context["kept"] = kept_tabs(self, context["filter"])
        return context

    def rows_per_page(self) -> int:
        asked = self.request.GET.get("per_page", "")
        unasked = ON_A_PHONE if "Mobi" in self.request.headers.get("User-Agent", "") else self.paginate_by
        return next((size for size in PAGE_SIZES if str(size) == asked), unasked)

    def get_table_pagination(self, table: Any) -> dict:
        # The library takes any number from the query; ours is checked, so it looks where nobody can write.
        table.per_page_field = secrets.token_hex()
        return {"per_page": self.rows_per_page(), "silent": True}

    def get_template_names(self) -> list[str]:
        if self.request.htmx and not self.request.htmx.boosted:
            return ["layouts/table.html#table"]  # a child of the layout does not inherit its fragment
        return [self.template_name]

    def render_to_response(self, context: dict, **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request", "Cookie", "User-Agent"])
        return response


class OwnActMixin:
    """What everybody may do for themselves, back and forth (follow, comment, keep a view): each time leaves a row of
    the audit, which stays for good, so it is counted.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            limits.check("own", request)
        found: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return found


class ActionView(PermissionRequiredMixin, ScopedMixin, SingleObjectMixin, View):
    """A button: POST only, one service call, then back. A refusal is a message, not a crash."""

    http_method_names = ["post"]
    scope = "editable_by"

    def act(self, obj: Any) -> Any:
        raise NotImplementedError

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        try:
            self.act(obj)
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        return redirect(self.get_success_url(obj))
