"""The register of enterprises and the list of units, by hand."""

import json
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.template import engines
from django.templatetags.static import static
from django.utils import timezone

from tests.bench.byhand.view import Answers, Part

OWNERSHIP = {
    "state": "Có vốn nhà nước",
    "private": "Khu vực kinh tế tư nhân",
    "fdi": "Có vốn đầu tư nước ngoài (FDI)",
    "cooperative": "Hợp tác xã",
    "household": "Hộ kinh doanh",
}
STAGES = {
    "approached": ("i", "send", "Tiếp cận"),
    "surveyed": ("i", "clipboard-search", "Khảo sát"),
    "being_built": ("i", "progress", "Đang xây dựng"),
    "issued": ("i", "file-check", "Đã ban hành"),
    "applied": ("g", "circle-check", "Đang áp dụng"),
    "maintained": ("g", "circle-check", "Duy trì"),
    "stopped": ("n", "circle-off", "Đã ngừng"),
}
FACTS, ENTERPRISES = "json_agg(json_build_array(u.id", '"enterprises_enterprise"."tax_code",'
WANTED = ("tax_code", "ownership", "unit_id", "latest", "first", "name")


def provinces(answers: Answers) -> str:
    every = answers.of(FACTS).rows[0][0]
    here = [(unit, name) for unit, name, _start, _end, today in every if today == [unit]]
    past = [(unit, f"{name} (đến {_day(end)})" if end else name) for unit, name, _s, end, now in every if now != [unit]]
    return "".join(
        f'<p class="grp">{title}</p>'
        + "".join(
            f'<label for="id_unit_{group}_{at}">'
            f'<input type="checkbox" name="unit" value="{unit}" id="id_unit_{group}_{at}">'
            f" <span>{escape(name)}</span></label>"
            for at, (unit, name) in enumerate(units)
        )
        for group, (title, units) in enumerate((("Đơn vị hiện nay", here), ("Đơn vị trước sắp xếp", past)))
    )


ROWS_OF_ENTERPRISES = """{% for row in rows %}
<tr>
  <th scope="row" class="full">
    <span class="tick"><input class="cbx" type="checkbox" name="row" value="{{ row.id|unlocalize }}" form="chosen"
      aria-label="Chọn {{ row.name }}">
      <a href="/registers/enterprises/{{ row.id|unlocalize }}/">{{ row.name }}</a></span>
    <div class="sub tn">MST {{ row.code }}</div>
    {% if row.whole %}<div class="sub">Tính vào MT5 cùng doanh nghiệp {{ row.whole }}</div>{% endif %}</th>
  <td data-l="Địa bàn">{{ row.place }}
    {% if row.before %}<div class="sub nowrap">trước là {{ row.before }}</div>{% endif %}</td>
  <td data-l="Ngành"{% if not row.industry %} data-none{% endif %}>{{ row.industry|default:"–" }}</td>
  <td class="tn" data-l="Loại hình">{{ row.ownership }}</td>
  <td class="tn" data-l="Bắt đầu"{% if not row.start %} data-none{% endif %}>{{ row.start|default:"–" }}</td>
  <td data-l="Giai đoạn"{% if not row.stage %} data-none{% endif %}>
    {% if row.stage %}<span class="st {{ row.stage.0 }}"><svg class="ti" aria-hidden="true">
      <use href="{{ sprite }}#{{ row.stage.1 }}"/></svg> {{ row.stage.2 }}</span>{% else %}–{% endif %}</td>
  <td class="nowrap sub" data-l="Nguồn"{% if not row.source %} data-none{% endif %}>
    {% if row.batch %}
      <a class="lk" href="/registers/enterprises/imports/{{ row.batch|unlocalize }}/">{{ row.source }}</a>
    {% else %}{{ row.source|default:"–" }}{% endif %}</td>
</tr>{% endfor %}"""


def enterprises(answers: Answers) -> str:
    places = {unit: (name, today) for unit, name, _start, _end, today in answers.of(FACTS).rows[0][0]}
    answer = answers.of(ENTERPRISES)
    code, kind, seat, latest, first, industry = answer.places(*WANTED)
    name = answer.names.index("name")
    rows = []
    for row in answer.rows:
        last, begun = json.loads(row[latest] or "null"), json.loads(row[first] or "null")
        place, before = _place(places, row[seat], begun and begun["unit"])
        rows.append({
            "id": row[0], "name": row[name], "code": _code(row[code]), "place": place, "before": before,
            "whole": row[code][:10] if len(row[code]) == 14 else "", "industry": row[industry],
            "ownership": OWNERSHIP[row[kind]], "start": _day(begun["on"]) if begun else "",
            "stage": STAGES[last["stage"]] if last else (), "source": _source(last) if last else "",
            "batch": last["batch"] if last else None,
        })  # fmt: skip
    return template_of(ROWS_OF_ENTERPRISES).render({"rows": rows, "sprite": static("img/icons.svg")})


@lru_cache
def template_of(text: str) -> Any:
    return engines["django"].from_string("{% load l10n %}" + text)


def _code(code: str) -> str:
    return f"••••••••{code[-4:]}" if len(code) == 12 else code


def _place(places: dict, seat: str, earlier: str | None) -> tuple[str, str]:
    heirs = places[seat][1]
    now = ", ".join(places[heir][0] for heir in heirs)
    past = [places[one][0] for one in (seat, earlier) if one in places and places[one][1] == heirs]
    return now, next((name for name in past if name != now), "")


def _source(last: dict) -> str:
    if last["batch"] is None:
        return "Nhập tay" if last["entered_by"] is not None else "Minh họa"
    return f"Nhập Excel {timezone.localtime(datetime.fromisoformat(last['entered_at'])):%d/%m/%Y}"


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


ROWS_OF_UNITS = """{% for row in rows %}
<tr>
  <th scope="row" class="full"><a href="/units/{{ row.slug }}/">{{ row.name }}</a></th>
  <td data-l="Loại">{{ row.kind }}</td>
  <td class="nowrap" data-l="Mã, ký hiệu"{% if not row.code %} data-none{% endif %}>{{ row.code|default:"–" }}</td>
  {% if above %}<td data-l="Trực thuộc"{% if not row.above %} data-none{% endif %}>{% for one in row.above %}
    <a href="/units/{{ one.1 }}/">{{ one.2 }}</a>{% empty %}–{% endfor %}</td>{% endif %}
  <td class="nowrap" data-l="Từ ngày"{% if not row.start %} data-none{% endif %}>{{ row.start|default:"–" }}</td>
  {% if ended %}
    <td class="nowrap" data-l="Đến ngày"{% if not row.end %} data-none{% endif %}>{{ row.end|default:"–" }}</td>
  {% endif %}
  <td data-l="Trước là"{% if not row.before %} data-none{% endif %}>{% for one in row.before %}
    <a href="/units/{{ one.1 }}/">{{ one.2 }}</a>{% if not forloop.last %}, {% endif %}{% empty %}–{% endfor %}</td>
  {% if followed %}<td data-l="Sau là"{% if not row.after %} data-none{% endif %}>{% for one in row.after %}
    <a href="/units/{{ one.1 }}/">{{ one.2 }}</a>{% if not forloop.last %}, {% endif %}{% empty %}–{% endfor %}</td>
  {% endif %}
</tr>{% endfor %}"""


def units(answers: Answers) -> str:
    labels = {row[0]: row for row in answers.of("names__short_name_sort").rows}
    answer = answers.of('AS "kind_label"')
    wanted = ("id", "slug", "short_name", "kind_label", "code", "symbol", "valid_from", "valid_to", "parent_id")
    pk, slug, name, kind, code, symbol, start, end, above = answer.places(*wanted)
    before: dict[str, list[tuple]] = {}
    after: dict[str, list[tuple]] = {}
    for one, other, _since in answers.of("FROM organisations_succession WHERE share > 0").rows:
        after.setdefault(one, []).append(labels[other])
        before.setdefault(other, []).append(labels[one])
    rows = [
        {
            "slug": row[slug], "name": row[name], "kind": row[kind], "code": row[code] or row[symbol],
            "above": [labels[row[above]]] if row[above] else [], "start": row[start] and f"{row[start]:%d/%m/%Y}",
            "end": row[end] and f"{row[end]:%d/%m/%Y}",
            "before": _sorted(before, row[pk]), "after": _sorted(after, row[pk]),
        }
        for row in answer.rows
    ]  # fmt: skip
    shown = {"above": "above", "ended": "end", "followed": "after"}
    columns = {column: any(row[name] for row in rows) for column, name in shown.items()}
    return template_of(ROWS_OF_UNITS).render({"rows": rows, **columns})


def _sorted(related: dict[str, list[tuple]], unit: str) -> list[tuple]:
    return sorted(related.get(unit, ()), key=lambda label: label[4])


REGISTER = [Part("data-ticks>", '<p class="sub" data-none', provinces), Part("<tbody>", "</tbody>", enterprises)]
UNITS = [Part("<tbody>", "</tbody>", units)]
