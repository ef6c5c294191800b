"""A whole list at its filter, for programs: `export/` beside every list of the API, sent as it is read; and with the
kinds of its columns, which a job writes.
"""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.utils.encoders import JSONEncoder

from apps.core import lines, parquet
from apps.core.export import XLSX_TYPE, stream_response
from apps.core.feeds import Feed
from apps.core.parameters import NotAllowedError, narrowed
from apps.core.typed import Column, columns_of, rows_of
from apps.core.workbooks import workbook_chunks

TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson; charset=utf-8"}
OUTPUT = OpenApiParameter(
    "output", OpenApiTypes.STR, enum=list(TYPES),
    description="csv (UTF-8 có dấu BOM, dấu phẩy) hoặc ndjson (mỗi dòng một đối tượng JSON, như trong danh sách).",
)  # fmt: skip
FILES = {"xlsx": XLSX_TYPE, "parquet": "application/vnd.apache.parquet"}  # as a job writes them
ACTIONS = "allowed_actions"  # what a person may do is asked of one row: no file says it
TOGETHER = 500


class InAnyForm(BaseContentNegotiation):
    """What comes back is said by `output`, whatever the client accepts."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ExportMixin:
    """`in_sql`: of lists that may be long, how a query reads each field, on a page and in the file; of the others the
    answers' own words. `actions_in_sql`: what the caller may do with a row, which only a page tells.

    `feed`: how its changes are found; of a list without one nobody can keep a copy by them.
    """

    feed: Feed | None = None

    @property
    def in_sql(self) -> lines.Fields | None:
        return None

    @property
    def actions_in_sql(self) -> Any:
        return None

    @property
    def shown_in_sql(self) -> lines.Fields | None:
        """Of a page of the list."""
        fields, actions = self.in_sql, self.actions_in_sql
        return fields if fields is None or actions is None else {**fields, ACTIONS: actions}

    @extend_schema(
        parameters=[OUTPUT],
        responses={(200, kind.partition(";")[0]): OpenApiTypes.STR for kind in TYPES.values()},
        filters=True,
    )
    @action(detail=False, content_negotiation_class=InAnyForm, extra_parameters=("output",), pagination_class=None)
    def export(self, request: Any) -> StreamingHttpResponse:
        """Cả danh sách theo bộ lọc, gửi đi trong khi đọc."""
        view: Any = self
        form = request.query_params.get("output", "csv")
        if form in FILES:
            told = _("Tệp dạng này do tác vụ nền lập: POST jobs/.")
            raise NotAllowedError(["output"], told, "invalid_choice", TYPES)
        if form not in TYPES:
            raise NotAllowedError(["output"], _("Không có dạng tệp này."), "invalid_choice", TYPES)
        return stream_response(self._lines(form), view.basename, form, TYPES[form])

    def as_file(self, form: str) -> StreamingHttpResponse:
        """The same rows and columns, with their kinds: what a job writes, asked for by no address."""
        view: Any = self
        write = parquet.parquet_chunks if form == "parquet" else workbook_chunks
        columns = self.typed_columns
        chunks = write(columns, rows_of(columns, self._lines("ndjson")))
        return stream_response(chunks, view.basename, form, FILES[form])

    @property
    def typed_columns(self) -> list[Column]:
        """Refuses fields that are none."""
        fields = self._serializer().child.fields
        named = self._fields_in_sql() if self.in_sql else fields
        return columns_of(fields, named)

    def _lines(self, form: str) -> Iterator[lines.Chunk]:
        view: Any = self
        rows = view.filter_queryset(view.get_queryset()).order_by("pk")
        return (self._by_sql if self.in_sql else self._by_serializer)(rows, form)

    def _by_sql(self, rows: Any, form: str) -> Iterator[lines.Chunk]:
        return (lines.json_lines if form == "ndjson" else lines.csv_lines)(rows, self._fields_in_sql())

    def _fields_in_sql(self) -> lines.Fields:
        return narrowed(self.in_sql or {}, self.fields)  # type: ignore[attr-defined]  # of the manners

    def _by_serializer(self, rows: Any, form: str) -> Iterator[lines.Chunk]:
        return _written(rows, self._serializer(), form)

    def _serializer(self) -> Any:
        view: Any = self
        serializer = view.get_serializer(many=True)
        serializer.child.fields.pop(ACTIONS, None)
        return serializer

    @property
    def fields_of_lines(self) -> list[str]:
        return list(self.in_sql or self._serializer().child.fields)

    def as_lines(self, rows: Any) -> list[dict[str, Any]]:
        """Some of the rows, each as its line of the file has it."""
        if self.in_sql:
            return lines.told(rows, self.in_sql)
        return list(self._serializer().to_representation(rows))


def _written(rows: Any, serializer: Any, form: str) -> Iterator[lines.Chunk]:
    if form == "csv":
        yield 0, f"\ufeff{','.join(serializer.child.fields)}\n".encode()
    write: Callable[[list[Any]], str] = csv_of if form == "csv" else ndjson_of
    waiting = rows.iterator(chunk_size=TOGETHER)
    while some := list(islice(waiting, TOGETHER)):
        yield len(some), write(serializer.to_representation(some)).encode()


def ndjson_of(told: list[Any]) -> str:
    return "".join(f"{_json(row)}\n" for row in told)


def csv_of(told: list[Any]) -> str:
    return lines.csv_text([_cell(value) for value in row.values()] for row in told)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))
