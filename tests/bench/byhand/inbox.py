"""What waits for an officer of TĐC, by hand."""

from collections import Counter
from datetime import date, timedelta

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone

from tests.bench.byhand.lists import template_of
from tests.bench.byhand.view import Answers, Part, number

WAITING, HOLIDAYS, LABELS, TASKS = "AS waiting(", "notifications_holiday", "names__short_name_sort", 'AS "planned"'
SHOWN, SOON, FAR = 25, 7, date.max
TABS = (
    ("appraise", "clipboard-search", "Thẩm định", {"tasks.appraise"}),
    ("consult", "message", "Trả lời ý kiến", {"tasks.consult"}),
    ("revise", "arrow-back-up", "Hoàn thiện", {"tasks.revise", "tasks.list_revise", "tasks.redo"}),
    ("complete", "flag", "Đến hạn", {"tasks.complete"}),
    ("review", "file-search", "Thẩm tra", {"reports.review"}),
    ("import", "file-spreadsheet", "Nhập dữ liệu", {"exchange.write"}),
    ("role", "users", "Vai trò sắp hết hạn", {"people.role"}),
)
# So many working days to act: of what has no due day of its own.
ACTS = {"tasks.appraise": "appraise", "tasks.revise": "revise", "tasks.list_revise": "revise"}
STATES = {
    "approved": ("Đã phê duyệt", "Đã phê duyệt, chưa bắt đầu; đơn vị bạn chủ trì"),
    "in_progress": ("Đang thực hiện", "Đang thực hiện; đơn vị bạn chủ trì, chưa báo cáo hoàn thành"),
}
Key = tuple[date, date, str, int]  # due day, since when, kind, key


def _keys(answers: Answers) -> list[Key]:
    """All that waits, the most pressing first."""
    off = {day for (day,) in answers.of(HOLIDAYS).rows}
    known: dict[tuple[str, date], date] = {}
    found = []
    for source, pk, since, due in answers.of(WAITING).rows:
        if due is None and source in ACTS:
            if (source, since) not in known:
                known[source, since] = _due(source, since, off)
            due = known[source, since]
        found.append((due or FAR, since, source, pk))
    return sorted(found)


def _due(source: str, day: date, off: set[date]) -> date:
    left = settings.TASK_ACT_DAYS[ACTS[source]]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    return day


def sentence(answers: Answers) -> str:
    keys, today = answers.once(_keys), timezone.localdate()
    until = today + timedelta(days=SOON)
    told = {
        "quá hạn": sum(due < today for due, *_of in keys),
        f"đến hạn trước {until:%d/%m/%Y}": sum(today <= due < until for due, *_of in keys),
    }
    presses = ", ".join(f"{count} {words}" for words, count in told.items() if count)
    longest = max((today - since).days for _due, since, *_of in keys)
    return f"{len(keys)} việc chờ bạn{': ' if presses else ''}{presses}. Việc chờ lâu nhất: {longest} ngày."


def tabs(answers: Answers) -> str:
    keys, today = answers.once(_keys), timezone.localdate()
    counts, late = Counter(key[2] for key in keys), {key[2] for key in keys if key[0] < today}
    told = f'<li><a href="" aria-current="true"> Tất cả <span class="ct">{number(len(keys))}</span></a></li>'
    for code, icon, label, sources in TABS:
        if count := sum(counts[source] for source in sources):
            told += (
                f'<li><a href="?tab={code}"><svg class="ti" aria-hidden="true"><use href="{static("img/icons.svg")}'
                f'#{icon}"/></svg> {label} <span class="ct{" warn" if sources & late else ""}">{number(count)}</span>'
                "</a></li>"
            )
    return told


ROWS = """<tr class="grp"><th scope="colgroup" colspan="5"> Quá hạn <span class="sub">· {{ late }} việc</span></th></tr>
{% for row in rows %}
<tr class="">
  <td class="full"></td>
  <th scope="row" class="full"><a href="/tasks/{{ row.code }}/">Hoàn thành: {{ row.title }}</a>
    <div class="sub"> {{ row.code }} · {{ row.unit }} · {{ row.item }}
    {% if row.money %} · {{ row.money }} triệu đồng{% endif %} </div></th>
  <td class="full why"><span class="st i"><svg class="ti" aria-hidden="true"><use href="{{ sprite }}#flag"/></svg>
    {{ row.state }} </span><p>{{ row.why }}</p></td>
  <td class="num" data-l="Đã chờ"><b>{{ row.days }}</b> ngày <div class="sub">từ {{ row.since }}</div></td>
  <td class="num" data-l="Hạn"> {{ row.due }} <div><span class="days b"><svg class="ti" aria-hidden="true">
    <use href="{{ sprite }}#alert-circle"/></svg> quá hạn {{ row.left }} ngày</span></div></td>
</tr>{% endfor %}"""


def rows(answers: Answers) -> str:
    """Those on the page are overdue, and all of one kind: tasks to be completed."""
    keys, today = answers.once(_keys), timezone.localdate()
    names = {row[0]: row[2] or row[0] for row in answers.of(LABELS).rows}
    answer = answers.of(TASKS)
    code, title, unit, item, state, money = answer.places(
        "code", "title", "lead_unit_id", "framework_item_id", "state", "planned"
    )
    tasks, shown = {row[0]: row for row in answer.rows}, []
    for due, since, _source, pk in keys[:SHOWN]:
        task = tasks[pk]
        shown.append({
            "code": task[code], "title": task[title], "unit": names[task[unit]], "item": task[item],
            "money": number(task[money] / 1_000_000, 0) if task[money] else "",
            "state": STATES[task[state]][0], "why": STATES[task[state]][1], "days": number((today - since).days),
            "since": f"{since:%d/%m/%Y}", "due": f"{due:%d/%m/%Y}", "left": number((today - due).days),
        })  # fmt: skip
    late = number(sum(due < today for due, *_of in keys))
    return template_of(ROWS).render({"rows": shown, "late": late, "sprite": static("img/icons.svg")})


INBOX = [
    Part('<p class="ledetxt">', "</p>", sentence),
    Part('<ul class="tabs" aria-label="Nhóm việc chờ xử lý">', "</ul>", tabs),
    Part("<tbody>", "</tbody>", rows),
]
