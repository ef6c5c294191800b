"""What every address of the API does, whatever it tells: parameters, fields, order, ETag, keys against repeating.

A view says of itself by which columns it may be sorted, and how its state is known before its answer is made; where it
says nothing the answer is made, and its ETag is read from it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.http import HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from apps.core.conflicts import PreconditionFailed
from apps.core.cursors import read_path
from apps.core.deprecation import Deprecation
from apps.core.once import once
from apps.core.parameters import asked_fields, asked_order, narrow, narrowed, refuse_undeclared
from apps.core.shown import told_rows
from apps.core.versions import RowVersion, names, tag_of, tag_of_text, version_of_tables

READING = ("GET", "HEAD")
KEPT_OF_304 = ("ETag", "Last-Modified", "Vary", "Content-Language", "Cache-Control")


class MannersMixin:
    """`made_of`: the small tables from which alone its answers are made; a test holds it to what they read.

    `lean`: fields for which rows are read beforehand, and under which name.
    """

    request: Any
    action: str | None
    action_map: dict[str, str]
    detail: bool | None
    kwargs: dict[str, Any]

    extra_parameters: tuple[str, ...] = ()  # query parameters that an action reads beside its filters
    takes_fields = True
    ordering_fields: Mapping[str, str] | tuple[str, ...] = ()
    lean: Mapping[str, str] = {}
    made_of: tuple[type[models.Model], ...] = ()
    deprecation: Deprecation | None = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """After who may, before the answer is made: from here on every handler is within the manners."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        name = request.method.lower()
        if request.method in READING:
            refuse_undeclared(self, request)
            setattr(self, name, partial(self.read, getattr(self, name)))
        elif name in self.action_map:
            setattr(self, name, partial(self.write, getattr(self, name)))

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def version(self) -> Any:
        """The state of what is asked for, where it is known at little cost; None where it is not."""
        is_theirs = self.made_of and self.action in ("list", "retrieve")
        return version_of_tables(*self.made_of) if is_theirs else None

    def read(self, handler: Callable[..., HttpResponseBase], request: Any, *args: Any, **kwargs: Any) -> Any:
        version = self.version()
        if version is not None:
            tag = tag_of(request, version, path=request.get_full_path())
            if self.is_known(tag) and not self.knows_any:
                return self.not_modified(tag)
            response = handler(request, *args, **kwargs)
            response["ETag"] = tag
            return self.not_modified(tag) if self.is_known(tag) else response
        response = handler(request, *args, **kwargs)
        if isinstance(response, Response) and "ETag" not in response:
            response.add_post_render_callback(self._tagged_by_content)
        return response

    def is_known(self, tag: str) -> bool:
        return names(self.request.headers.get("If-None-Match", ""), tag)

    @property
    def knows_any(self) -> bool:
        """`*` is known only once there is an answer: what is asked wrongly has none."""
        return "*" in self.request.headers.get("If-None-Match", "")

    def not_modified(self, tag: str) -> Response:
        return Response(status=304, headers={"ETag": tag})

    def _tagged_by_content(self, response: Response) -> HttpResponseBase | None:
        if response.status_code != 200:
            return None
        tag = response["ETag"] = tag_of_text(response.content)
        if not self.is_known(tag):
            return None
        return HttpResponseNotModified(headers={name: response[name] for name in KEPT_OF_304 if name in response})

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)  # type: ignore[misc]
        return narrow(serializer, self.fields) if self.fields else serializer

    @property
    def fields(self) -> list[str]:
        """Those asked for; none named: all."""
        request = self.request
        return asked_fields(request) if self.takes_fields and request is not None and request.method in READING else []

    def filter_queryset(self, queryset: Any) -> Any:
        """Without the rows that no field asked for needs."""
        rows = super().filter_queryset(queryset)  # type: ignore[misc]
        unasked = {name for field, name in self.lean.items() if self.fields and field not in self.fields}
        if unasked:
            kept = [one for one in rows._prefetch_related_lookups if _name_of(one) not in unasked]
            rows = rows.prefetch_related(None).prefetch_related(*kept)
        return rows

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, handler: Callable[..., Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        act = partial(handler, request, *args, **kwargs)
        if "If-Match" in request.headers:
            act = partial(self._matched, act)
        return once(request, act) if request.method == "POST" else act()

    def _matched(self, act: Callable[[], Any]) -> Any:
        """What is written must still be as `If-Match` names it. Nobody has to send one."""
        with transaction.atomic():
            if not names(self.request.headers["If-Match"], self.tag_now()):
                told = _("Dữ liệu không còn như If-Match nêu. Đọc lại rồi gửi lại.")
                raise PreconditionFailed(told, "precondition_failed")
            return act()

    def tag_now(self) -> str:
        """The ETag of what the address, or the one above it, is read by; none where it is no record's."""
        if not self.detail:
            return ""
        read = getattr(self, self.action_map.get("get", "retrieve"))
        return tag_of_text(JSONRenderer().render(read(self.request, **self.kwargs).data))

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self.deprecation is not None:
            self.deprecation.tell(response)
        return super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]


def _name_of(lookup: Any) -> str:
    return lookup if isinstance(lookup, str) else str(lookup.prefetch_to)


class RowVersionsMixin(MannersMixin):
    """Of rows that say nothing but their own columns, and what `versioned_with` names: which versions of them stand on
    the page is all there is to know. For a 304 no row is made into an object, and nothing is written out.
    """

    versioned_with: tuple[str, ...] = ()

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset).annotate(row_version=RowVersion("pk"))

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        rows = view.filter_queryset(view.get_queryset())
        if "If-None-Match" in request.headers and not self.knows_any:
            tag = self._tag_of_page(self._read(rows, *self._said))
            if self.is_known(tag):
                return self.not_modified(tag)
        versions, told = self._page_of(rows)
        response: Response = view.get_paginated_response(told)
        response["ETag"] = tag = self._tag_of_page(versions)
        return self.not_modified(tag) if self.is_known(tag) else response

    def _page_of(self, rows: Any) -> tuple[Sequence[Any], Any]:
        """The versions of the rows of the page, and what is told of them: by serializers only where a query cannot."""
        view: Any = self
        if (fields := view.shown_in_sql) is None:
            page = view.paginate_queryset(rows)
            return [self._version_of(row) for row in page], self.get_serializer(page, many=True).data
        fields = narrowed(fields, self.fields)
        page, end = self._read(rows, *self._said, *fields.values()), len(self._said)
        return [row[:end] for row in page], told_rows((row[end:] for row in page), rows.model, fields)

    def _read(self, rows: Any, *columns: Any) -> Sequence[tuple[Any, ...]]:
        """A page of these columns. What a cursor stands at is read before them."""
        view: Any = self
        order = [F(column.removeprefix("-")) for column in asked_order(view, self.request) or ("pk",)]
        page = view.paginator.paginate_queryset(rows, self.request, view=view, columns=[*order, *columns])
        return [row[len(order) :] for row in page]

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        row = view.get_object()
        tag = self._tag_of_row(row)
        if self.is_known(tag) and not self.knows_any:
            return self.not_modified(tag)
        response = Response(self.get_serializer(row).data, headers={"ETag": tag})
        return self.not_modified(tag) if self.is_known(tag) else response

    def tag_now(self) -> str:
        """Under lock: between asking and writing nobody else writes."""
        if not self.detail:
            return ""
        view: Any = self
        self.hold(view.get_object())
        return self._tag_of_row(view.get_object())

    def hold(self, row: Any) -> None:
        """In the order in which the services of the row lock."""
        type(row)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)

    @property
    def _said(self) -> tuple[str, ...]:
        return ("pk", "row_version", *self.versioned_with)

    def _version_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(read_path(row, name) for name in self._said)

    def _tag_of_page(self, seen: Any) -> str:
        view: Any = self
        return tag_of(self.request, list(seen), view.paginator.state, path=self.request.get_full_path())

    def _tag_of_row(self, row: Any) -> str:
        return tag_of(self.request, self._version_of(row), path=row._meta.label)
