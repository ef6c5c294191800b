"""What of a list is another since a cursor: whoever has read the list once keeps a copy of it without reading it again.

Asked is for one list at a time, with the rights that its own address asks for. A cursor is signed, for one list and for
one person with the rights of that day. Of others it is refused with 410 `resync`: what came into sight or went out of
it by another right is in no row's history, so the list is read anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response

from apps.core import limits
from apps.core.api import ApiViewSet
from apps.core.asking import address_of, asked_itself
from apps.core.cursors import LONGEST
from apps.core.export import note_told
from apps.core.feeds import Feed, Mark, Since, cluster, mark_now, touched_keys
from apps.core.numbers import asked_whole
from apps.core.parameters import NotAllowedError
from apps.core.versions import rights_told
from apps.core.wall import wall_open

_SIGNER = Signer(salt="cursor of changes")
PAGE, MOST = 500, 1_000
ANEW = "Quyền của bạn đã khác, hoặc con trỏ không còn dùng được: lấy con trỏ mới rồi đọc lại cả danh sách."


class Resync(exceptions.APIException):
    """What was read up to the cursor is no ground any more."""

    status_code = status.HTTP_410_GONE


@dataclass(frozen=True)
class Cursor:
    """`mark`: what the client surely has. `upcoming`: the same once this round of pages is over; `reached`: the key up
    to which it has come.
    """

    resource: str
    ground: str
    mark: Mark
    upcoming: Mark | None = None
    reached: Any = None

    def __str__(self) -> str:
        marks = [[one.xid, one.day.isoformat(), one.tables] for one in (self.mark, self.upcoming) if one]
        return _SIGNER.sign_object([self.resource, self.ground, marks, self.reached])


def read_cursor(text: str, resource: str) -> Cursor:
    try:
        told: Any = _SIGNER.unsign_object(text) if len(text) <= LONGEST else None
        of, ground, marks, reached = told
        mark, *more = [Mark(xid, date.fromisoformat(day), tables) for xid, day, tables in marks]
    except (BadSignature, ValueError, TypeError):
        of = None
    if of != resource:
        words = _("Con trỏ không hợp lệ, hoặc thuộc một danh sách khác.")
        raise exceptions.ValidationError({"since": [exceptions.ErrorDetail(words, "bad_cursor")]})
    return Cursor(resource, ground, mark, more[0] if more else None, reached)


class ChangeSerializer(serializers.Serializer):
    """Một dòng đã khác: `row` như trong tệp của danh sách; null là không còn trong phạm vi của người gọi."""

    id = serializers.JSONField(help_text="Giá trị của trường nhận biết dòng: id, hoặc code nếu dòng không có id.")
    row = serializers.DictField(allow_null=True)


class ChangesSerializer(serializers.Serializer):
    """`cursor` là since của lần gọi sau. `more`: còn dòng nữa, gọi tiếp ngay."""

    resource = serializers.CharField()
    results = ChangeSerializer(many=True)
    cursor = serializers.CharField()
    more = serializers.BooleanField()


class ChangesViewSet(ApiViewSet):
    """Những dòng đã khác của một danh sách, kể từ một con trỏ."""

    lists: Mapping[str, Any]  # by what stands in their addresses
    is_ones_own = True  # what the list itself asks for is asked below
    serializer_class = ChangesSerializer
    pagination_class = None
    takes_fields = False
    extra_parameters = ("resource", "since", "page_size")

    def list(self, request: Any) -> Response:
        """Lần đầu gọi với since để trống, rồi đọc tệp của danh sách, rồi gọi tiếp với con trỏ nhận được."""
        resource = request.query_params.get("resource", "")
        if resource not in self.lists:
            raise NotAllowedError(["resource"], _("Không có danh sách này."), "invalid_choice", self.lists)
        view = asked_itself(address_of(resource), request._request, user=request.user, auth=request.auth)
        now = Cursor(resource, _ground_of(view), mark_now(view.feed.made_of))
        since = request.query_params.get("since", "")
        if not since:
            return _answer([], now, more=False)
        had = read_cursor(since, resource)
        if had.ground != now.ground or not had.mark.reaches_to(now.mark):
            raise Resync(_(ANEW), "resync")
        if had.upcoming is not None:  # who asks how things stand is sent one page; who is sent many takes a file
            limits.check("export", request)
        size = min(asked_whole(request.query_params.get("page_size")) or PAGE, MOST)
        response = _page(view, had, had.upcoming or now.mark, size)
        if told := response.data["results"]:
            note_told(resource, "changes", len(told))
        return response


def changes_of(registry: Iterable[tuple[str, Any, str]]) -> type[ChangesViewSet]:
    """Of all lists of a router that say how their changes are found."""
    lists = {prefix: viewset for prefix, viewset, _name in registry if getattr(viewset, "feed", None)}
    parameters = [
        OpenApiParameter("resource", OpenApiTypes.STR, required=True, enum=sorted(lists), description="Danh sách nào."),
        OpenApiParameter("since", OpenApiTypes.STR, description="Con trỏ nhận được ở lần gọi trước; trống: bắt đầu."),
        OpenApiParameter("page_size", OpenApiTypes.INT, description=f"Số dòng mỗi lần, nhiều nhất {MOST}."),
    ]
    answer = forced_singular_serializer(ChangesSerializer)
    described = extend_schema_view(list=extend_schema(parameters=parameters, responses=answer, filters=False))
    made: type[ChangesViewSet] = type(ChangesViewSet.__name__, (ChangesViewSet,), {"lists": lists})
    return described(made)


def _ground_of(view: Any) -> str:
    """What the copy hangs on beside the rows: who asks with which rights, what a row tells, and which base it is."""
    user = view.request.user
    ground = json.dumps([user.pk, rights_told(user), view.fields_of_lines, cluster()])
    return blake2b(ground.encode(), digest_size=16).hexdigest()


def _page(view: Any, had: Cursor, upcoming: Mark, size: int) -> Response:
    feed: Feed = view.feed
    rows = view.filter_queryset(view.get_queryset())
    with wall_open("a row that has left the reader's sight is told as gone"):
        keys = touched_keys(feed.touched(rows, Since(had.mark, upcoming, view.request.user)), had.reached, size + 1)
    more, keys = len(keys) > size, keys[:size]
    found = {row[feed.key]: row for row in view.as_lines(rows.filter(**{f"{feed.column}__in": keys}))} if keys else {}
    results = [{"id": key, "row": found.get(key)} for key in keys]
    if more:
        return _answer(results, Cursor(had.resource, had.ground, had.mark, upcoming, keys[-1]), more=True)
    return _answer(results, Cursor(had.resource, had.ground, upcoming), more=False)


def _answer(results: list[dict[str, Any]], cursor: Cursor, *, more: bool) -> Response:
    return Response({"resource": cursor.resource, "results": results, "cursor": str(cursor), "more": more})
