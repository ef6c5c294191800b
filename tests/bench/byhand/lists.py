"""The register of enterprises and the list of units, by hand."""

import json
from datetime import date, datetime
from html import escape

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
    groups = (("Đơn vị hiện nay", here), ("Đơn vị trước sắp xếp", past))
    return '<option value="" selected>Tất cả</option>' + "".join(
        f'<optgroup label="{title}">'
        + "".join(f'<option value="{unit}">{escape(name)}</option>' for unit, name in units)
        + "</optgroup>"
        for title, units in groups
    )


def enterprises(answers: Answers) -> str:
    places = {unit: (name, today) for unit, name, _start, _end, today in answers.of(FACTS).rows[0][0]}
    answer, sprite = answers.of(ENTERPRISES), static("img/icons.svg")
    code, kind, seat, latest, first, industry = answer.places(*WANTED)
    name = answer.names.index("name")
    lines = []
    for row in answer.rows:
        last, begun = json.loads(row[latest] or "null"), json.loads(row[first] or "null")
        lines.append(
            f'<tr><th scope="row" class="full"><a href="/registers/enterprises/{row[0]}/">{escape(row[name])}</a>'
            f'<div class="sub tn">MST {_code(row[code])}</div>{_branch(row[code])}</th>'
            + _cell("", "Địa bàn", _place(places, row[seat], begun and begun["unit"]))
            + _cell("", "Ngành", escape(row[industry]) if row[industry] else "–")
            + _cell("tn", "Loại hình", OWNERSHIP[row[kind]])
            + _cell("tn", "Bắt đầu", _day(begun["on"]) if begun else "–")
            + _cell("", "Giai đoạn", _chip(sprite, *STAGES[last["stage"]]) if last else "–")
            + _cell("nowrap sub", "Nguồn", _source(last) if last else "–")
            + "</tr>"
        )
    return "".join(lines)


def _cell(css: str, label: str, said: str) -> str:
    opening = f'<td class="{css}"' if css else "<td"
    return f'{opening} data-l="{label}"{" data-none" if said == "–" else ""}>{said}</td>'


def _code(code: str) -> str:
    return f"••••••••{code[-4:]}" if len(code) == 12 else code


def _branch(code: str) -> str:
    return f'<div class="sub">Tính vào MT5 cùng doanh nghiệp {code[:10]}</div>' if len(code) == 14 else ""


def _place(places: dict, seat: str, earlier: str | None) -> str:
    heirs = places[seat][1]
    now = ", ".join(places[heir][0] for heir in heirs)
    past = [places[one][0] for one in (seat, earlier) if one in places and places[one][1] == heirs]
    before = next((name for name in past if name != now), "")
    return escape(now) + (f'<div class="sub nowrap">trước là {escape(before)}</div>' if before else "")


def _chip(sprite: str, family: str, icon: str, label: str) -> str:
    drawn = f'<svg class="ti" aria-hidden="true"><use href="{sprite}#{icon}"/></svg>'
    return f'<span class="st {family}">{drawn} {label}</span>'


def _source(last: dict) -> str:
    if last["batch"] is None:
        return "Nhập tay" if last["entered_by"] is not None else "Minh họa"
    day = timezone.localtime(datetime.fromisoformat(last["entered_at"]))
    return f'<a class="lk" href="/registers/enterprises/imports/{last["batch"]}/">Nhập Excel {day:%d/%m/%Y}</a>'


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


LABELS = "names__short_name_sort"


def units(answers: Answers) -> str:
    labels = {row[0]: row for row in answers.of(LABELS).rows}
    answer = answers.of('AS "kind_label"')
    wanted = ("id", "slug", "short_name", "kind_label", "code", "symbol", "valid_from", "valid_to", "parent_id")
    pk, slug, name, kind, code, symbol, start, end, above = answer.places(*wanted)
    origins: dict[str, list[str]] = {}
    heirs: dict[str, list[str]] = {}
    for one, other in answers.of('FROM "organisations_succession"').rows:
        heirs.setdefault(one, []).append(other)
        origins.setdefault(other, []).append(one)
    shown_above, shown_end = (any(row[at] for row in answer.rows) for at in (above, end))
    shown_heirs = any(row[pk] in heirs for row in answer.rows)
    lines = []
    for row in answer.rows:
        before, after = (_linked(labels, related.get(row[pk], ())) for related in (origins, heirs))
        lines.append(
            f'<tr><th scope="row" class="full"><a href="/units/{row[slug]}/">{escape(row[name])}</a></th>'
            + _cell("", "Loại", escape(row[kind]))
            + _cell("nowrap", "Mã, ký hiệu", escape(row[code] or row[symbol] or "–"))
            + (_cell("", "Trực thuộc", _linked(labels, [row[above]] if row[above] else [])) if shown_above else "")
            + _cell("nowrap", "Từ ngày", f"{row[start]:%d/%m/%Y}" if row[start] else "–")
            + (_cell("nowrap", "Đến ngày", f"{row[end]:%d/%m/%Y}" if row[end] else "–") if shown_end else "")
            + _cell("", "Trước là", before)
            + (_cell("", "Sau là", after) if shown_heirs else "")
            + "</tr>"
        )
    return "".join(lines)


def _linked(labels: dict, ids) -> str:
    found = sorted((labels[unit] for unit in ids), key=lambda label: label[4])
    return ", ".join(f'<a href="/units/{label[1]}/">{escape(label[2])}</a>' for label in found) or "–"


REGISTER = [Part('<select name="unit" id="id_unit">', "</select>", provinces), Part("<tbody>", "</tbody>", enterprises)]
UNITS = [Part("<tbody>", "</tbody>", units)]
