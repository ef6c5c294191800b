"""Answers of the API, by hand: the same JSON out of the same statements, without serializers, filters or a framework.

What is owed besides the rows is done by hand too: who is not signed in or has not the right is refused, calls are
counted against the person's limit, a parameter that is none is refused, the page and its size are read, and the answer
has its ETag, made from the versions of what it tells, from who asks with which rights, and from the day. A key instead
of a session is only looked for, as nobody sends one here.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from apps.core import limits
from tests.bench.byhand.view import Answers, Page

Told = dict[str, Any]
Written = tuple[Told, Any, dict[str, str]]  # the answer, the version of what it tells, headers beside
Write = Callable[[Answers, int, int], Written]  # from the first row on, so many
RIGHTS, LABELS = "rights_of_people", "names__short_name_sort"
COUNT, ENTERPRISES, FIGURES = "COUNT(*)", '"enterprises_enterprise"."tax_code"', "FROM read f JOIN targets_period"
VERSION, SIZE, MOST = "hashtextextended", 50, 200
TAKEN = {"page", "page_size", "cursor", "total", "fields"}
LISTED = (
    "id", "tax_code", "tax_code_reason", "name", "ownership", "industry_code", "industry_version", "unit",
    "located_on", "address", "note", "created_at", "updated_at", "allowed_actions",
)  # fmt: skip
NUMBERS = ("value", "numerator", "denominator", "counted", "now", "adjustment")


class JsonAnswer(Page):
    """Written whole: between two rows of JSON nothing is constant."""

    def __init__(self, _html: str, statements: Sequence[str], parts: "tuple[str, Write]") -> None:
        super().__init__("", statements, [])
        self.permission, self.write = parts

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        limits.check("api", request)
        if not set(request.GET) <= TAKEN or not all(text.isdecimal() for text in _asked(request)):
            return HttpResponse(status=400)
        return super().__call__(request)

    def respond(self, request: Any, answers: Answers) -> HttpResponse:
        rights = answers.of(RIGHTS).rows
        if self.permission not in {row[0] for row in rights if row[1] or row[3]}:
            return HttpResponse(status=403)
        page, size = map(int, _asked(request))
        size = min(size, MOST)
        told, version, headers = self.write(answers, (page - 1) * size, size)
        reach = sorted((row[0], row[1], row[3] or "") for row in rights if row[0])
        ground = [request.get_full_path(), request.user.pk, reach, timezone.localdate(), version]
        tag = f'"{blake2b(json.dumps(ground, default=str).encode(), digest_size=16).hexdigest()}"'
        if tag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers={"ETag": tag})
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
        return HttpResponse(text, content_type="application/json", headers={"ETag": tag} | headers)


def _asked(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get("page", "1"), request.GET.get("page_size", str(SIZE))


def _enterprises(answers: Answers, first: int, size: int) -> Written:
    """The statement reads the page's rows alone; before what is told of each stands its version."""
    zone, told, every = timezone.get_current_timezone(), [], answers.of(ENTERPRISES).rows
    for row in every:
        one = dict(zip(LISTED, row[-len(LISTED) :], strict=True))
        one["created_at"] = one["created_at"].astimezone(zone).isoformat()
        one["updated_at"] = one["updated_at"].astimezone(zone).isoformat()
        told.append(one)
    count = answers.of(COUNT).rows[0][0]
    version = [count, [row[: -len(LISTED)] for row in every]]
    return _page(count, first, size, told, "/api/v1/registers/enterprises/"), version, {}


def _figures(answers: Answers, first: int, size: int) -> Written:
    """Of an indicator that is set against no number of enterprises."""
    names = {row[0]: row[2] or row[0] for row in answers.of(LABELS).rows}
    every, zone = answers.of(FIGURES).rows, timezone.get_current_timezone()
    rows = []
    for row in every[first : first + size]:
        _indicator, period, _year, unit, part, value, above, below, counted, note, known, version, as_of, now = row
        adjustment = (now or 0) - (value or Decimal(0)) if version is not None else None
        numbers = dict(zip(NUMBERS, (value, above, below, counted, now, adjustment), strict=True))
        plain = {name: _plain(number) for name, number in numbers.items()}
        rows.append({
            "period": period, "unit": unit, "unit_name": names[unit] if unit else "Toàn quốc", "breakdown": part,
            "value": plain["value"], "numerator": plain["numerator"], "denominator": plain["denominator"],
            "counted": plain["counted"], "note": note, "rate": None, "rate_denominator": None,
            "rate_denominator_year": None,
            "exact": {"known_now" if name == "now" else name: _text(number) for name, number in numbers.items()},
            "status": "preliminary" if version is None else "accepted", "known_from": _moment(known, zone),
            "is_accepted": version is not None, "closing_version": version, "as_of": _moment(as_of, zone),
            "known_now": plain["now"], "adjustment": plain["adjustment"],
        })  # fmt: skip
    [state] = answers.of(VERSION).rows
    told = _page(len(every), first, size, rows, "/api/v1/indicators/MT6/values/")
    return told, state, {"Last-Modified": http_date(state[2].timestamp())}


enterprises = ("enterprises.view_enterprise", _enterprises)
figures = ("targets.view_indicatorvalue", _figures)


def _page(count: int, first: int, size: int, rows: list[Told], path: str) -> Told:
    page = first // size + 1
    following = f"http://testserver{path}?page={page + 1}" if count > first + size else None
    previous = f"http://testserver{path}?page={page - 1}" if first else None
    return {"count": count, "next": following, "previous": previous, "results": rows}


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
