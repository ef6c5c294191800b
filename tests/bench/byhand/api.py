"""Answers of the API, by hand: the same JSON out of the same statements, without serializers or manners."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tests.bench.byhand.view import Answers, Page

Told = dict[str, Any]
RIGHTS, LABELS = "rights_of_people", "names__short_name_sort"
COUNT, ENTERPRISES, FIGURES = "COUNT(*)", '"enterprises_enterprise"."tax_code",', "FROM read f JOIN targets_period"
SIZE = 50
LISTED = (
    "id", "tax_code", "tax_code_reason", "name", "ownership", "industry_code", "industry_version", "unit_id",
    "located_on", "address", "note", "created_at", "updated_at",
)  # fmt: skip
NUMBERS = ("value", "numerator", "denominator", "counted", "known_now", "adjustment")


class JsonAnswer(Page):
    """Written whole: between two rows of JSON nothing is constant."""

    def __init__(self, _html: str, statements: Sequence[str], write: Callable[[Answers], Told]) -> None:
        super().__init__("", statements, [])
        self.write = write

    def respond(self, request: HttpRequest, answers: Answers) -> HttpResponse:
        text = json.dumps(self.write(answers), ensure_ascii=False, separators=(",", ":"))
        return HttpResponse(text, content_type="application/json")


def enterprises(answers: Answers) -> Told:
    answer = answers.of(ENTERPRISES)
    places = [answer.names.index(name) for name in LISTED]
    may = {row[0]: row[1] for row in answers.of(RIGHTS).rows if row[1]}  # of the whole programme
    verbs = [verb for verb, name in (("change", "change_enterprise"), ("add_event", "add_programmeevent"))
             if f"enterprises.{name}" in may]  # fmt: skip
    zone, rows = timezone.get_current_timezone(), []
    for row in answer.rows:
        told = {name: row[place] for name, place in zip(LISTED, places, strict=True)}
        code = told["tax_code"]
        rows.append({
            "id": told["id"], "tax_code": f"{'•' * 8}{code[-4:]}" if len(code) == 12 else code,
            "tax_code_reason": told["tax_code_reason"], "name": told["name"], "ownership": told["ownership"],
            "industry_code": told["industry_code"], "industry_version": told["industry_version"],
            "unit": told["unit_id"], "located_on": told["located_on"].isoformat(), "address": told["address"],
            "note": told["note"], "created_at": told["created_at"].astimezone(zone).isoformat(),
            "updated_at": told["updated_at"].astimezone(zone).isoformat(), "allowed_actions": verbs,
        })  # fmt: skip
    return _page(answers.of(COUNT).rows[0][0], rows, "/api/v1/registers/enterprises/")


def figures(answers: Answers) -> Told:
    """Of an indicator that is set against no number of enterprises."""
    names = {row[0]: row[2] or row[0] for row in answers.of(LABELS).rows}
    every, zone = answers.of(FIGURES).rows, timezone.get_current_timezone()
    rows = []
    for row in every[:SIZE]:
        _indicator, period, _year, unit, part, value, above, below, counted, note, known, version, as_of, now = row
        adjustment = (now or 0) - (value or Decimal(0)) if version is not None else None
        numbers = dict(zip(NUMBERS, (value, above, below, counted, now, adjustment), strict=True))
        plain = {name: _plain(number) for name, number in numbers.items()}
        rows.append({
            "period": period, "unit": unit, "unit_name": names[unit] if unit else "Toàn quốc", "breakdown": part,
            "value": plain["value"], "numerator": plain["numerator"], "denominator": plain["denominator"],
            "counted": plain["counted"], "note": note, "rate": None, "rate_denominator": None,
            "rate_denominator_year": None,
            "exact": {name: _text(number) for name, number in numbers.items()},
            "status": "preliminary" if version is None else "accepted", "known_from": _moment(known, zone),
            "is_accepted": version is not None, "closing_version": version, "as_of": _moment(as_of, zone),
            "known_now": plain["known_now"], "adjustment": plain["adjustment"],
        })  # fmt: skip
    return _page(len(every), rows, "/api/v1/indicators/MT6/values/")


def _page(count: int, rows: list[Told], path: str) -> Told:
    following = f"http://testserver{path}?page=2" if count > SIZE else None
    return {"count": count, "next": following, "previous": None, "results": rows}


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
