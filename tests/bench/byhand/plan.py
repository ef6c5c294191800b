"""List A of the plan with its twelve years, by hand."""

from collections import Counter, defaultdict
from datetime import date
from html import escape

from django.templatetags.static import static
from django.utils import timezone

from tests.bench.byhand.view import Answers, Part, number

ITEMS, UNITS, TARGETS = "framework_solutiongroup", 'FROM "framework_itemunit"', "framework_frameworkitem_indicators"
COUNTED, LABELS, FOLLOWED = "OFFSET 0", "names__short_name_sort", "FROM organisations_succession WHERE share > 0"
FIRST, LAST = 2019, 2030
SIGNS = {
    "đạt": ("ok", "check"), "đạt một phần": ("pa", "minus"), "không thực hiện": ("no", "x"),
    "đang thực hiện": ("now", "player-play"), "theo kế hoạch": ("fu", ""), "chưa có nhiệm vụ": ("un", ""),
}  # fmt: skip
CHIPS = {
    "Chưa có nhiệm vụ": ("n", "minus"), "Quá kỳ, chưa có nhiệm vụ": ("w", "minus"),
    "Chưa bắt đầu": ("n", "circle-dashed"),
    "Đang thực hiện": ("i", "player-play"), "Hoàn thành": ("g", "circle-check"),
    "Hoàn thành muộn": ("g", "circle-check"), "Nguy cơ chậm": ("w", "alert-triangle"),
    "Quá hạn": ("d", "clock-exclamation"),
}  # fmt: skip
TOTAL, DONE, OPEN, STOPPED, STARTED, LATE, LAGS, COVERING, PROGRESS = range(9)
ATTENTION = ("Quá hạn", "Nguy cơ chậm", "Quá kỳ, chưa có nhiệm vụ")
BARS = {"Quá hạn": " late", "Hoàn thành": " done", "Hoàn thành muộn": " done"}


def rows(answers: Answers) -> str:
    answer = answers.of(ITEMS)
    names = ("code", "list", "number", "parent_id", "kind", "title", "timing", "first_year", "last_year", "quarter",
             "lead_text")  # fmt: skip
    at = [answer.names.index(name) for name in names]
    items = {row[at[0]]: [row[one] for one in at] for row in answer.rows}
    counted, reported = _counted(answers)
    leads, targets, today = _leads(answers), _targets(answers), timezone.localdate()
    told = {
        code: _told(row, counted[code], reported.get(code), today)
        for code, row in items.items()
        if row[4] == "task" and row[1] == "A"
    }
    above = {code: _above(items, code) for code in told}
    below: dict[str, Counter] = defaultdict(Counter)
    for code, heads in above.items():
        for head in heads:
            below[head][told[code][0]] += 1
    line, pieces, seen = _line(today), [], set()
    for code, (standing, drawing) in told.items():
        under: list[str] = []
        for depth, head in enumerate(above[code]):
            if head not in seen:
                seen.add(head)
                pieces.append(_head(items[head], depth, under, below[head], line))
            under.append(head)
        total = sum(work[TOTAL] for work in counted[code].values())
        pieces.append(
            _item(items[code], under, leads[code], targets.get(code, []), total, _chip(standing), drawing + line)
        )
    return "".join(pieces)


def _counted(answers: Answers) -> tuple[dict, dict]:
    counted: dict = defaultdict(lambda: defaultdict(lambda: [0] * 9))
    reported: dict[str, date] = {}
    for item, year, until, kind, late, _quarter, count, progress, last in answers.of(COUNTED).rows:
        work = counted[item][year]
        work[TOTAL] += count
        if kind == 2:
            work[STOPPED] += count
        if kind in (0, 2):
            continue
        if kind == 1:
            work[DONE] += count
            reported[item] = max(last, reported.get(item, last))
        else:
            work[OPEN] += count
            work[STARTED] += count * (kind == 3)
            work[LATE] += count * (late == 1)
            work[LAGS] += count * (late == 2)
        for covered in range(year, until + 1):
            counted[item][covered][COVERING] += count
            counted[item][covered][PROGRESS] += progress
    return counted, reported


def _told(row: list, years: dict, last_done: date | None, today: date) -> tuple[str, str]:
    _code, _list, _number, _parent, _kind, _title, timing, first, last, quarter, _lead = row
    total = [sum(column) for column in zip(*years.values(), strict=True)] or [0] * 9
    turns = {}
    if timing == "every5":
        turns = {year: [0] * 9 for year in range(first, last + 1, 5)}
        for year, work in years.items():
            turn = min(turns, key=lambda one: abs(one - year))
            turns[turn] = [one + other for one, other in zip(turns[turn], work, strict=True)]
    standing = _standing(timing, last, quarter, total, turns, last_done, today)
    if timing == "span":
        return standing, _bar(first, last, years, standing)
    if timing == "annual":
        marks = {year: _mark(years.get(year, [0] * 9), year, today.year) for year in range(first, last + 1)}
    elif timing == "every5":
        marks = {year: _mark(work, year, today.year) for year, work in turns.items()}
    elif _all_done(total) and last_done and last_done.year > last:
        marks = {last: "không thực hiện", last_done.year: "đạt"}
    else:
        marks = {last: _mark(total, last, today.year)}
    words = "; ".join(f"{year} {mark}" for year, mark in sorted(marks.items()))
    shape = "dia" if timing == "every5" else "y"
    signs = "".join(_sign(shape, marks.get(year)) for year in range(FIRST, LAST + 1))
    return standing, f'<div class="tl" role="img" aria-label="{words}">{signs}'


def _all_done(work: list) -> bool:
    return 0 < work[DONE] == work[DONE] + work[OPEN] + work[STOPPED]


def _standing(
    timing: str, last: int, quarter: int | None, total: list, turns: dict, done: date | None, today: date
) -> str:
    expected = total[DONE] + total[OPEN] + total[STOPPED]
    ends = date(last, 12, 31)
    if timing == "once" and quarter:
        ends = date(last, 3 * quarter, 31 if quarter in (1, 4) else 30)
    if not expected:
        return "Quá kỳ, chưa có nhiệm vụ" if ends < today else "Chưa có nhiệm vụ"
    if _all_done(total) and (timing == "once" or today.year >= last):
        return "Hoàn thành muộn" if done and done > ends else "Hoàn thành"
    past = [work for year, work in turns.items() if year < today.year] if turns else [total] * (last < today.year)
    over = any(work[OPEN] or (work[STOPPED] and not work[DONE]) for work in past)
    if over or (total[OPEN] and 2 * total[LATE] >= total[OPEN]):
        return "Quá hạn"
    if total[OPEN] and 5 * (total[LATE] + total[LAGS]) >= total[OPEN]:
        return "Nguy cơ chậm"
    return "Đang thực hiện" if total[STARTED] or total[DONE] else "Chưa bắt đầu"


def _mark(work: list, year: int, now: int) -> str:
    if _all_done(work):
        return "đạt"
    expected = work[DONE] + work[OPEN] + work[STOPPED]
    if year >= now:
        begun = work[STARTED] if year > now else expected
        return "đang thực hiện" if begun else "theo kế hoạch"
    if work[DONE]:
        return "đạt một phần"
    if work[OPEN] > work[LATE]:
        return "đang thực hiện"
    return "không thực hiện" if expected else "chưa có nhiệm vụ"


def _bar(first: int, last: int, years: dict, standing: str) -> str:
    own = [years[year] for year in range(first, last + 1) if year in years and years[year][COVERING]]
    percent = int(sum(work[PROGRESS] / work[COVERING] for work in own) / (last - first + 1) + 1e-9)
    if standing.startswith("Hoàn thành"):
        percent = 100
    none = standing in ("Chưa có nhiệm vụ", "Quá kỳ, chưa có nhiệm vụ")
    words = f"{first}–{last}, chưa có nhiệm vụ" if none else f"{first}–{last}, tiến độ {percent}%"
    left, width = 100 * (first - FIRST) / 12, 100 * (last - first + 1) / 12
    return (
        f'<div class="tl" role="img" aria-label="{words}"><span class="span{BARS.get(standing, "")}"'
        f' style="left:{left:.2f}%;width:calc({width:.2f}% - 2px)"><i style="width:{0 if none else percent}%"></i>'
        f"<em>{'–' if none else f'{percent}%'}</em></span>"
    )


def _icon(name: str) -> str:
    return f'<svg class="ti" aria-hidden="true"><use href="{static("img/icons.svg")}#{name}"/></svg>'


def _sign(shape: str, mark: str | None) -> str:
    if mark is None:
        return "<span></span>"
    css, drawing = SIGNS[mark]
    return f'<span class="{shape} {css}">{_icon(drawing) if drawing and shape == "y" else ""}</span>'


def _chip(standing: str) -> str:
    family, drawing = CHIPS[standing]
    return f'<span class="st {family}">{_icon(drawing)} {standing}</span>'


def _line(today: date) -> str:
    days = (date(today.year + 1, 1, 1) - date(today.year, 1, 1)).days
    place = 100 * (today.year - FIRST + today.timetuple().tm_yday / days) / 12
    return f'<span class="today" style="left:{place:.2f}%"></span>'


def _above(items: dict, code: str) -> list[str]:
    heads = []
    while parent := items[code][3]:
        heads.insert(0, parent)
        code = parent
    return heads


def _head(row: list, depth: int, under: list[str], below: Counter, line: str) -> str:
    folded = f' data-under="{" ".join(under)}"' if under else ""
    told = [f"{below[one]} {one.lower()}" for one in ATTENTION if below[one]]
    told = " · ".join([f"{below.total()} hạng mục", *told])
    return (
        f'<tr class="g{2 if depth else 1}"{folded}><td class="code d{depth}"><button class="twist" type="button"'
        f' data-fold="{row[0]}" aria-expanded="true" aria-label="Thu gọn {row[2]}" hidden>{_icon("chevron-down")}'
        f'</button>{row[2]}</td><th scope="rowgroup" colspan="3">{escape(row[5])} <span class="sub">'
        f'{told}</span></th><td class="tlc"><div class="tl">{line}</div></td></tr>'
    )


def _item(row: list, under: list[str], lead: str, targets: list[str], total: int, chip: str, drawing: str) -> str:
    title, count = escape(row[5]), f"{number(total)} nhiệm vụ"
    tasks = f'<a href="/tasks/?framework_item={row[0]}">{count}</a>' if total else count
    fed = f"· {', '.join(targets)}" if targets else ""
    return (
        f'<tr data-under="{" ".join(under)}"><td class="code d{len(under)}">{row[2]}</td><th scope="row">'
        f'<a class="nm" href="/plan/{row[1]}/{row[2]}/" title="{title}">{title}</a></th>'
        f'<td><span title="{escape(row[10])}">{escape(lead)}</span><div class="sub">{tasks} {fed}</div></td>'
        f'<td>{chip}</td><td class="tlc">{drawing}</div></td></tr>'
    )


def _leads(answers: Answers) -> dict[str, str]:
    labels = {row[0]: row for row in answers.of(LABELS).rows}
    after: dict[str, list[str]] = defaultdict(list)
    for one, other, _since in answers.of(FOLLOWED).rows:
        after[one].append(other)
    answer = answers.of(UNITS)
    item, role, text, unit = (answer.names.index(name) for name in ("item_id", "role", "text", "unit_id"))
    found: dict[str, list[str]] = defaultdict(list)
    for row in answer.rows:
        if row[role] == "lead":
            found[row[item]].append(_today(row[unit], labels, after) if row[unit] else row[text])
    return {code: "; ".join(names) for code, names in found.items()}


def _today(unit: str, labels: dict, after: dict) -> str:
    waiting, found = [unit], set()
    while waiting:
        one = waiting.pop()
        waiting += after.get(one, [])
        if not after.get(one):
            found.add(one)
    return ", ".join(labels[one][2] for one in sorted(found, key=lambda one: labels[one][4]))


def _targets(answers: Answers) -> dict[str, list[str]]:
    answer = answers.of(TARGETS)
    item, code = answer.names.index("_prefetch_related_val_frameworkitem_id"), answer.names.index("code")
    found: dict[str, list[str]] = defaultdict(list)
    for row in answer.rows:
        found[row[item]].append(row[code])
    return {one: sorted(codes) for one, codes in found.items()}


PLAN = [Part("<tbody>", "</tbody>", rows)]
