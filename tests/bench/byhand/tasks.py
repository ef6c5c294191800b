"""The list of tasks, by hand."""

from collections import Counter
from datetime import date
from html import escape

from django.templatetags.static import static
from django.utils import timezone

from tests.bench.byhand.lists import template_of
from tests.bench.byhand.view import Answers, Part, number

LABELS, PAGE, KEYS = "names__short_name_sort", 'AS "budget_sum"', 'SELECT "tasks_plantask"."id" AS "pk"'
IN_PROGRESS = ("i", "progress", "Đang thực hiện")
HEALTH = {
    "not_yet": ("n", "calendar", "Chưa đến kỳ"),
    "open_in_time": ("g", "circle-check", "Đúng tiến độ"),
    "at_risk": ("w", "alert-triangle", "Nguy cơ chậm"),
    "due_soon": ("w", "clock", "Sắp đến hạn"),
    "open_overdue": ("d", "alert-circle", "Quá hạn"),
}


def _names(answers: Answers) -> list[tuple[str, str, date | None]]:
    """Key, name and last day of every unit, in the order of the names."""
    rows, today = answers.of(LABELS).rows, timezone.localdate()
    short = {row[0]: row[2] or row[0] for row in rows}
    found = []
    for row in sorted(rows, key=lambda one: one[4] or ""):
        ended = row[9] if row[9] and row[9] < today else None
        name = f"{short[row[0]]} ({short[row[5]]})" if row[5] else short[row[0]]
        found.append((row[0], f"{name} (đến {ended:%d/%m/%Y})" if ended else name, ended))
    return found


def units(answers: Answers) -> str:
    every = _names(answers)
    groups = (("Đơn vị hiện nay", False), ("Đơn vị trước sắp xếp", True))
    return '<div class="ticks" data-ticks>' + "".join(
        f'<p class="grp">{title}</p>'
        + "".join(
            f'<label for="id_unit_{group}_{at}">'
            f'<input type="checkbox" name="unit" value="{unit}" id="id_unit_{group}_{at}">'
            f" <span>{escape(name)}</span></label>"
            for at, (unit, name) in enumerate((one[0], one[1]) for one in every if bool(one[2]) is is_past)
        )
        for group, (title, is_past) in enumerate(groups)
    )


ROWS = """{% for row in rows %}
<tr>
  <th scope="row" class="full"><a href="/tasks/{{ row.code }}/">{{ row.code }}</a></th>
  <td class="full name" data-l="Tên nhiệm vụ"><a class="ink" href="/tasks/{{ row.code }}/">{{ row.title }}</a></td>
  <td data-l="Chủ trì">{{ row.unit }}</td>
  <td class="nowrap tn" data-l="Hạng mục"><a class="lk" href="/plan/{{ row.place }}/">{{ row.item }}</a></td>
  <td data-l="Trạng thái"><span class="st {{ state.0 }}"><svg class="ti" aria-hidden="true">
    <use href="{{ sprite }}#{{ state.1 }}"/></svg> {{ state.2 }}</span></td>
  <td data-l="Tiến độ"><span class="st {{ row.health.0 }}"><svg class="ti" aria-hidden="true">
    <use href="{{ sprite }}#{{ row.health.1 }}"/></svg> {{ row.health.2 }}</span></td>
  <td class="nowrap tn" data-l="Hạn">{{ row.due }}{% if row.first %}<div class="sub">
    <span class="vh">Hạn đặt ban đầu </span><s>{{ row.first }}</s></div>{% endif %}</td>
  <td class="num tn" data-l="Kinh phí năm (triệu đồng)"{% if not row.money %} data-none{% endif %}>
    {{ row.money|default:"–" }}</td>
  <td class="num tn" data-l="Hoàn thành"{% if not row.percent %} data-none{% endif %}>{{ row.percent|default:"–" }}</td>
</tr>{% endfor %}"""


def tasks(answers: Answers) -> str:
    names = {unit: name for unit, name, _ended in _names(answers)}
    twice = Counter(names.values())
    answer = answers.of(PAGE)
    code, title, unit, item, due, first = (
        answer.names.index(one)
        for one in ("code", "title", "lead_unit_id", "framework_item_id", "due_on", "first_due_on")
    )
    plan, place, health, money, percent = answer.places(
        "framework_item__list", "framework_item__number", "health", "budget_sum", "percent"
    )
    rows = {
        row[0]: {
            "code": row[code], "title": row[title], "item": row[item], "place": f"{row[plan]}/{row[place]}",
            "unit": names[row[unit]] + (f" [{row[unit]}]" if twice[names[row[unit]]] > 1 else ""),
            "health": HEALTH[row[health]], "due": f"{row[due]:%d/%m/%Y}",
            "first": f"{row[first]:%d/%m/%Y}" if row[first] != row[due] else "",
            "money": number(row[money] / 1_000_000, 0) if row[money] is not None else "",
            "percent": f"{row[percent]}%" if row[percent] is not None else "",
        }
        for row in answer.rows
    }  # fmt: skip
    shown = [rows[key] for (key,) in answers.of(KEYS).rows]
    return template_of(ROWS).render({"rows": shown, "sprite": static("img/icons.svg"), "state": IN_PROGRESS})


TASKS = [
    Part('<legend class="vh">Đơn vị</legend>', '<p class="sub" data-none', units),
    Part("<tbody>", "</tbody>", tasks),
]
