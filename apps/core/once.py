"""`Idempotency-Key`: the same request sent again makes nothing again, and is answered as it was at first.

On every POST of the API. Keys are each person's own, and those of a token that is held to a unit are of that unit: what
was answered for another is not told to it. What is refused takes none. Where keys are kept is said by the
app that keeps them (`keep_keys_by`): the API's base lies below it.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.conflicts import Conflict

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 100


class Claimed(Protocol):
    response: dict[str, Any] | None


_claim: Callable[..., Claimed]
_keep: Callable[..., None]


def keep_keys_by(claim: Callable[..., Claimed], keep: Callable[..., None]) -> None:
    """`claim(key, by=person)` in the transaction of the change, `keep(claimed, …)` at its end."""
    global _claim, _keep
    _claim, _keep = claim, keep


def once(request: Request, act: Callable[[], Response]) -> Response:
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not key.strip() or not key.isprintable() or len(key) > LONGEST:
        raise ValidationError(_("Khóa chống gửi lặp phải có từ 1 đến 100 ký tự."), code="bad_key")
    with transaction.atomic():
        held_to = getattr(request.auth, "unit_id", None)
        claimed = _claim(f"api:{_digest([held_to, key] if held_to else key)}", by=request.user)
        sent = _digest([request.method, request.get_full_path(), request.data])
        if claimed.response is not None:
            return _again(claimed.response, sent)
        response = act()
        body: Any = None if response.data is None else json.loads(JSONRenderer().render(response.data))
        if isinstance(response, ShownOnce):
            body = {**body, **dict.fromkeys(response.shown_once)}
        where = {"location": response["Location"]} if "Location" in response else {}
        _keep(claimed, sent=sent, body=body, status=response.status_code, **where)
    return response


class ShownOnce(Response):
    """`shown_once`: fields of it that are nowhere kept, and null where the request is sent again."""

    def __init__(self, *args: Any, shown_once: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_once = shown_once


def _again(kept: dict[str, Any], sent: str) -> Response:
    """What was made then is not made now: 200, not 201."""
    if kept["sent"] != sent:
        raise Conflict(_("Khóa chống gửi lặp này đã dùng cho một yêu cầu khác."), "key_reused")
    was_made = kept["status"] == status.HTTP_201_CREATED
    headers = {REPLAYED: "true"} | ({"Location": kept["location"]} if "location" in kept else {})
    return Response(kept["body"], status.HTTP_200_OK if was_made else kept["status"], headers=headers)


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
