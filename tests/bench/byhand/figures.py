"""The dashboard and the page of MT5, by hand."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from html import escape

from django.conf import settings
from django.templatetags.static import static

from apps.targets.models import Indicator, Target
from tests.bench.byhand.view import Answers, Part, number

LABELS, PERIODS, INDICATORS = "names__short_name_sort", "one_closing", 'aim."indicator_id"'
YEAR, GROUND, BEHIND = "WHERE true\n    ), known", "'number', unit_id", "WITH facts"
MILESTONE, GOAL = 2025, 2030


def _series(answers: Answers) -> dict[int, dict[int, tuple]]:
    """Of each indicator the nation's figures by year: value, version of the closing, numerator and denominator."""
    found: dict[int, dict[int, tuple]] = defaultdict(dict)
    for row in answers.of("(NOT true OR v.unit_id IS NULL)").rows:
        found[row[0]][row[2]] = row[5], row[11], row[6], row[7]
    return found


def _labels(answers: Answers) -> dict[str, tuple]:
    return {row[0]: row for row in answers.of(LABELS).rows}


# --- dashboard --------------------------------------------------------------------------------------------------------


CENTRAL = {"ministry", "ministerial_agency", "government_agency"}


def scopes(answers: Answers) -> str:
    today = sorted((one for one in answers.of(LABELS).rows if one[9] is None), key=lambda one: one[4])
    groups = (("Tỉnh, thành phố", {"province"}), ("Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ", CENTRAL))
    return '<option value="">Phạm vi: toàn quốc</option>' + "".join(
        f'<optgroup label="{title}">'
        + "".join(f'<option value="{one[1]}">{escape(one[2])}</option>' for one in today if one[6] in kinds)
        + "</optgroup>"
        for title, kinds in groups
    )


@dataclass(frozen=True)
class Told:
    """What the page says of one target, and its figures: years to values, accepted ones and the running year's."""

    code: str
    name: str
    unit: str
    provider: str
    position: int
    decimals: int
    aims: dict[int, tuple]
    accepted: dict[int, Decimal]
    running: tuple[int, Decimal] | None
    fractions: dict[int, str]  # of a ratio, by year

    @property
    def notes(self) -> list[str]:
        return list(dict.fromkeys(said for _year, (_value, said) in sorted(self.aims.items()) if said))


def targets(answers: Answers) -> str:
    """Targets with figures first, by their verdict, the furthest from the goal before the others."""
    judged, missing = [], []
    for told in _told(answers):
        if told.accepted or told.running:
            judged.append((_outlook(told), told))
        else:
            missing.append(told)
    lines = [_head(told) + _judged(told, look) for look, told in sorted(judged, key=lambda one: one[0].order)]
    lines += [_head(told, notes=False) + _missing(told) for told in sorted(missing, key=lambda one: one.position)]
    return "".join(f"{line}</tr>" for line in lines)


def _told(answers: Answers) -> list[Told]:
    answer, series = answers.of(INDICATORS), _series(answers)
    columns = [field.attname for model in (Indicator, Target) for field in model._meta.concrete_fields]
    texts = [columns.index(one) for one in ("code", "short_name", "unit_label", "provider", "position", "decimals")]
    year, value, note = (columns.index(one) for one in ("year", "value", "note"))
    base_year, base = columns.index("baseline_year"), columns.index("baseline")
    rows: dict[int, tuple] = {}
    aims: dict[int, dict[int, tuple]] = defaultdict(dict)
    for row in answer.rows:
        rows[row[0]] = row
        aims[row[0]][row[year]] = row[value], row[note]
    found = []
    for pk, row in rows.items():
        accepted = {at: told for at, (told, version, *_of) in sorted(series[pk].items()) if version}
        if accepted and row[base] is not None:
            accepted = {row[base_year]: row[base]} | accepted
        running = next(((at, told) for at, (told, version, *_of) in series[pk].items() if not version), None)
        fractions = {at: _fraction(*of) for at, (_told, _version, *of) in series[pk].items()}
        found.append(Told(*(row[at] for at in texts), aims[pk], accepted, running, fractions))
    return found


def _fraction(numerator: Decimal | None, denominator: Decimal | None) -> str:
    if numerator is None or denominator is None:
        return ""
    said = f"{number(numerator)} / {number(denominator)}"
    return f'<div><small class="sub nowrap" data-fraction>{said}</small></div>'


def _head(told: Told, *, notes: bool = True) -> str:
    said = "".join(f'<div class="sub">{escape(note)}</div>' for note in told.notes) if notes else ""
    return (
        f'<tr data-indicator="{told.code}"><th scope="row" class="full">'
        f'<a class="b ink" href="/targets/{told.code.lower()}/?units=current">{escape(told.name)}</a>'
        f'<div class="sub">{told.code} · {escape(told.unit)}</div>{said}</th>'
    )


def _missing(told: Told) -> str:
    aim = "".join(f"Mục tiêu {year}: {number(told.aims[year][0])}. " for year in (MILESTONE, GOAL) if year in told.aims)
    notes = "".join(f"<div>{escape(said)}</div>" for said in told.notes)
    return f'<td colspan="6" class="full sub">Chưa có số liệu. {aim}Nguồn: {escape(told.provider)}.{notes}</td>'


@dataclass(frozen=True)
class Look:
    recent: Decimal
    needed: Decimal
    forecast: Decimal
    kind: int
    order: tuple


# Letter of the drawing, letter of the badge, its picture and its words, the worst first.
VERDICTS = (
    ("b", "d", "circle-x", "Khó đạt"),
    ("w", "w", "alert-triangle", "Có nguy cơ"),
    ("g", "g", "circle-check", "Đúng tiến độ"),
    ("g", "g", "circle-check", "Đã đạt"),
)


def _outlook(told: Told) -> Look:
    last_year, goal = max(told.accepted), told.aims[GOAL][0]
    last, left = told.accepted[last_year], GOAL - last_year
    recent, needed = (last - told.accepted[last_year - 3]) / 3, (goal - last) / left
    forecast = last + recent * left
    if last >= goal:
        kind = 3
    else:
        kind = sum(recent / needed >= Decimal(one) for one in (settings.OUTLOOK_AT_RISK, settings.OUTLOOK_ON_TRACK))
    return Look(recent, max(needed, Decimal(0)), forecast, kind, (kind, forecast / goal, told.position))


def _pace_words(look: Look) -> str:
    if look.recent < 0:
        return "đang giảm"
    if look.needed and not look.recent:
        return "chưa tăng"
    return f"cần gấp {number(look.needed / look.recent, 1)} lần" if look.needed > look.recent else "đạt mức cần thiết"


def _judged(told: Told, look: Look) -> str:
    last, goal, milestone = told.accepted[max(told.accepted)], told.aims[GOAL][0], told.aims[MILESTONE][0]
    at_milestone, decimals, (year, now) = told.accepted[MILESTONE], told.decimals, told.running or (0, Decimal(0))
    pace = 0 if look.needed >= 100 and (not look.recent or abs(look.recent) >= 1) else 1
    letter, family, icon, label = VERDICTS[look.kind]
    met = ("ok", "check", "đạt") if at_milestone >= milestone else ("bad", "x", "chưa đạt")
    sprite = static("img/icons.svg")

    def place(value: Decimal) -> str:
        return f"{max(Decimal(0), min(Decimal(100), value / goal / Decimal('1.2') * 100)):.1f}%"

    words = f"Đạt {number(last)} trên mục tiêu {number(goal)} {told.unit}; {year} tạm tính {number(now)}"
    return (
        f'<td class="full"><div class="bul" role="img" aria-label="{words}; dự báo {GOAL} {number(look.forecast, 0)}">'
        f'<span class="tr"></span><span class="pr" style="width:{place(now)}"></span>'
        f'<span class="ac" style="width:{place(last)}"></span><span class="ms" style="left:{place(milestone)}"></span>'
        f'<span class="tg" style="left:{place(goal)}"></span>'
        f'<span class="fc {letter}" style="left:{place(look.forecast)}"></span></div></td>'
        f'<td class="num" data-l="Thực hiện / mục tiêu 2025"><span class="b">{number(at_milestone, decimals)}</span> '
        f'<span class="mut">/ {number(milestone)}</span>{told.fractions[MILESTONE]}<div class="sub {met[0]}">'
        f'<svg class="ti" aria-hidden="true"><use href="{sprite}#{met[1]}"/></svg> {met[2]}</div></td>'
        f'<td class="num" data-l="Tạm tính"><a class="lk" data-preliminary'
        f' href="/targets/{told.code.lower()}/provenance/{year}/?units=current">{number(now, decimals)}</a>'
        f"{told.fractions.get(year, '')}</td>"
        '<td class="num" data-l="Mức tăng gần đây → cần đạt"><span class="pace">'
        f'<span>{number(look.recent, pace)}</span><span class="mut">→</span>'
        f'<span class="x">{number(look.needed, pace)}</span></span><div><span class="sub">'
        f"{_pace_words(look)}</span></div></td>"
        f'<td class="num" data-l="Dự báo / mục tiêu 2030"><span class="b">{number(look.forecast, decimals)}</span> '
        f'<span class="mut">/ {number(goal)}</span></td>'
        f'<td data-l="Kết luận"><span class="st {family}">'
        f'<svg class="ti" aria-hidden="true"><use href="{sprite}#{icon}"/></svg> {label}</span></td>'
    )


# --- MT5 --------------------------------------------------------------------------------------------------------------


def years(answers: Answers) -> str:
    series, periods = _series(answers), answers.of(PERIODS).rows
    whole, *parts = [row[0] for row in answers.of(INDICATORS).rows if row[3] in {"MT5", "MT5a", "MT5b", "MT5c"}
                     if row[0] in series]  # fmt: skip
    whole, *parts = dict.fromkeys([whole, *parts])
    breaks = _breaks(answers, periods)
    lines = ['<tr><th scope="row">2018</th><td class="num b">0</td>' + '<td class="num">0</td>' * len(parts)]
    lines[0] += "<td>giá trị gốc (trước Đề án)</td></tr>"
    for year, (value, version, *_of) in sorted(series[whole].items()):
        told = "".join(f'<div class="sub">{one}</div>' for one in breaks.get(year, []))
        lines.append(
            f'<tr><th scope="row">{year}{told}</th><td class="num b">'
            f'<a class="lk" href="/targets/mt5/provenance/{year}/?units=current">{number(value)}</a></td>'
            + "".join(f'<td class="num">{number(series[part][year][0])}</td>' for part in parts)
            + f"<td>{'đã chấp nhận' if version else 'tạm tính'}</td></tr>"
        )
    return "".join(lines)


def _breaks(answers: Answers, periods: list[tuple]) -> dict[int, list[str]]:
    steps: dict = defaultdict(int)
    for row in answers.of(LABELS).rows:
        if row[6] == "province":
            steps[row[8]] += 1
            if row[9]:
                steps[row[9] + timedelta(days=1)] -= 1
    found: dict[int, list[str]] = defaultdict(list)
    count, begin = 0, min(row[3] for row in periods)
    for day in sorted(steps, key=lambda one: (one is not None, one)):
        before, count = count, count + steps[day]
        if day and day >= begin and before != count:
            year = next(row[2] for row in periods if row[3] <= day <= row[4])
            found[year].append(f"{day:%d/%m/%Y}: {before} → {count} tỉnh, thành phố")
    return found


def _places(answers: Answers) -> list[tuple]:
    """Slug, name, id, value, rate and denominator of each unit in the last closed year, highest rate first."""
    labels, numbers = (
        _labels(answers),
        {row[1]: row[5] for row in answers.of(GROUND).rows if row[0] == "number" and row[3] == MILESTONE},
    )
    found = [
        (labels[row[3]][1], labels[row[3]][2], row[3], row[5], row[5] / numbers[row[3]] * 1000, numbers[row[3]])
        for row in answers.of(YEAR).rows
        if row[3] is not None and row[2] == MILESTONE
    ]
    return sorted(found, key=lambda place: (-place[4], -place[3], labels[place[2]][4]))


def bars(answers: Answers) -> str:
    found = _places(answers)
    largest = found[0][4]
    return "".join(
        f'<a href="/targets/mt5/provenance/{MILESTONE}/{slug}/?units=current" data-unit="{unit}"'
        f' data-count="{value.normalize():f}">{escape(name)}</a>'
        f'<span><i style="width:{round(rate / largest * 100)}%"></i>'
        f'</span><span class="num">{number(rate, 1)} <small class="sub" data-denominator>/ {number(of)} DN '
        f"({MILESTONE})</small></span>"
        for slug, name, unit, value, rate, of in found
    )


def _fixture(name: str) -> list[dict[str, str]]:
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


TILES, ISLANDS = _fixture("provinces-tiles.csv"), _fixture("archipelago-tiles.csv")


def tiles(answers: Answers) -> str:
    found = {place[2]: place for place in _places(answers)}
    ordered = sorted(place[4] for place in found.values())
    bounds = [ordered[len(ordered) * part // 5] for part in range(1, 5)]
    lines = []
    for spot in TILES:
        slug, name, unit, value, rate, of = found[spot["id"]]
        css = 1 + sum(rate >= bound for bound in bounds)
        words = f"{name}: {number(value)} doanh nghiệp, {number(rate, 1)} trên 1.000 doanh nghiệp đang hoạt động"
        lines.append(
            f'<li><a class="q{css} " tabindex="-1" href="/targets/mt5/provenance/{MILESTONE}/{slug}/?units=current"'
            f' title="{escape(words)} / {number(of)} DN ({MILESTONE})" data-tile="{unit}"'
            f' style="grid-column:{int(spot["col"]) + 1};grid-row:{int(spot["row"]) + 1}">'
            f"{escape(name)}<b>{number(rate, 1)}</b></a></li>"
        )
    for spot in ISLANDS:
        name, owner = spot["name"].replace("Quần đảo", "Q.đảo"), escape(found[spot["province_id"]][1])
        lines.append(
            f'<li><span class="isl" style="grid-column:{int(spot["col"]) + 1};grid-row:{int(spot["row"]) + 1}"'
            f' title="Thuộc {owner}">{name}<span class="vh"> ({owner})</span></span></li>'
        )
    return "".join(lines)


def gains(answers: Answers) -> str:
    labels, rows = _labels(answers), [row for row in answers.of(YEAR).rows if row[3] is not None]
    before = {row[3]: row[5] for row in rows if row[2] != MILESTONE}
    found = [(row[5] - before.get(row[3], 0), row[5], labels[row[3]]) for row in rows if row[2] == MILESTONE]
    return "".join(
        f'<tr><th scope="row"><a class="ink" tabindex="-1" href="/targets/mt5/provenance/{MILESTONE}/{label[1]}/">'
        f'{escape(label[2])}</a></th><td class="num b">{number(new)}</td><td class="num">{number(total)}</td></tr>'
        for new, total, label in sorted(found, key=lambda one: (-one[0], -one[1], one[2][4]))
    )


def events(answers: Answers) -> str:
    labels = _labels(answers)
    return "".join(
        f'<tr><th scope="row" class="full"><a class="lk" href="/registers/enterprises/{row[9]}/">{escape(row[10])}</a>'
        f'<div class="sub tn">MST {row[11] if len(row[11]) != 12 else "••••••••" + row[11][-4:]}</div></th>'
        f'<td data-l="Địa bàn khi bắt đầu">{escape(labels[row[6]][2])}</td>'
        f'<td class="tn" data-l="Bắt đầu">{row[7]:%d/%m/%Y}</td><td class="sub" data-l="Nguồn">Minh họa</td></tr>'
        for row in answers.of(BEHIND).rows
    )


DASHBOARD = [
    Part('<select class="inp" id="f-scope" name="scope" data-empty>', "</select>", scopes),
    Part("<tbody>", "</tbody>", targets),
]
MT5 = [
    Part("<tbody>", "</tbody>", years),
    Part('<ul class="tiles">', "</ul>", tiles),
    Part('aria-label="Các đơn vị xếp từ cao xuống thấp">', '</div>\n\n    </div>\n  \n  <div class="src">', bars),
    Part("<tbody>", "</tbody>", gains),
    Part("<tbody>", "</tbody>", events),
]
