"""What the registers of activities count within the book's days, as they were known at its moment: inspections, events,
media, acts, awards, difficulties with their answers, agreements that hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.activities.counting import Places, counted, rows_url
from apps.activities.registers import AGREEMENTS, DIFFICULTIES
from apps.core.templatetags.ui import vn_date
from apps.organisations.selectors import successor_shares, unit_labels
from apps.publications.facts.told import Asked, Cell, Facts, Grid, Head, Line, amount, bound, provide, words
from apps.registers.declaration import Register
from apps.registers.known import known_rows
from apps.targets.models import Period

MILLION = Decimal(1_000_000)
MONEY = _("triệu đồng")
# By key: what is counted, in the words of counting.py; its name, and in which unit.
COUNTED: Mapping[str, tuple[str, Promise, Promise]] = {
    "inspections": ("inspections", _("Cuộc kiểm tra, đánh giá về đo lường"), _("cuộc kiểm tra")),
    "inspections.places": ("inspections:places", _("Cơ sở được kiểm tra"), _("cơ sở")),
    "inspections.bad-places": ("inspections:bad_places", _("Cơ sở vi phạm"), _("cơ sở")),
    "inspections.instruments": ("inspections:instruments", _("Phương tiện đo được kiểm tra"), _("phương tiện đo")),
    "inspections.bad-instruments": (
        "inspections:bad_instruments", _("Phương tiện đo không đạt"), _("phương tiện đo"),
    ),
    "inspections.fines": ("inspections:fines", _("Tiền phạt qua kiểm tra"), MONEY),
    "policies.issued": ("policies:stage=issued", _("Văn bản, chính sách đã ban hành"), _("văn bản")),
    "events": ("events", _("Hội nghị, hội thảo, sự kiện"), _("sự kiện")),
    "events.participants": ("events:participants", _("Lượt người tham dự sự kiện"), _("lượt người")),
    "communications": ("communications", _("Hoạt động truyền thông"), _("hoạt động")),
    "communications.pieces": ("communications:pieces", _("Tin, bài, lượt phát"), _("tin, bài, lượt phát")),
    "awards": ("awards", _("Khen thưởng"), _("khen thưởng")),
    "awards.groups": ("awards:recipient_kind=group", _("Khen thưởng tập thể"), _("khen thưởng")),
    "awards.people": ("awards:recipient_kind=person", _("Khen thưởng cá nhân"), _("khen thưởng")),
    "agreements.signed": ("agreements", _("Thỏa thuận hợp tác ký trong kỳ"), _("thỏa thuận")),
}  # fmt: skip


@dataclass(frozen=True)
class Window:
    """The days of the book, whose rows count, and as known when."""

    starts: date
    ends: date
    places: Places
    at: datetime


@dataclass(frozen=True)
class Told:
    key: str
    label: str
    cell: Cell
    unit: str
    source: str


@provide("55-activities")
def tell_activities(asked: Asked, facts: Facts) -> None:
    window = _window(asked)
    narrowed = {} if asked.is_national else window.places  # of the nation: the list as it is
    found = [*_counted(window, narrowed), *_difficulties(window, narrowed), *_in_force(window, narrowed)]
    at = asked.as_of.isoformat()
    days = {"first": vn_date(window.starts), "last": vn_date(window.ends)}
    note = _now("Theo sổ hoạt động, từ %(first)s đến %(last)s") % days
    for one in found:
        key, label = f"activities.{one.key}", _now("Sổ hoạt động: %(name)s") % {"name": one.label}
        facts.add(*bound(key, label, one.cell, unit=one.unit, source=one.source, as_of=at, note=note))
    heads = (Head(_now("Nội dung"), weight=6), Head(_now("Số liệu"), "right", 2), Head(_now("Đơn vị tính"), weight=2))
    lines = tuple(Line((words(one.label), one.cell, words(one.unit))) for one in found)
    facts.lay(Grid("activities", _now("Hoạt động theo sổ của các đơn vị"), heads, lines, notes=(f"{note}.",), as_of=at,
                   empty=_now("Chưa có dòng nào trong sổ hoạt động.")))  # fmt: skip


def _window(asked: Asked) -> Window:
    starts = Period.objects.filter(year__in=asked.years).aggregate(first=Min("starts_on"))["first"]
    if asked.unit is None:
        return Window(starts, asked.day, dict.fromkeys(unit_labels(), Decimal(1)), asked.as_of)
    shares = successor_shares(asked.day)
    own = {past: share for past, heirs in shares.items() for heir, share in heirs if heir == asked.unit}
    return Window(starts, asked.day, own or {asked.unit: Decimal(1)}, asked.as_of)


def _counted(window: Window, narrowed: Places) -> list[Told]:
    sources = [source for source, _label, _unit in COUNTED.values()]
    days = (window.starts, window.ends)
    found = counted(sources, window.places, *days, window.at)
    return [
        Told(key, str(label), _cell(found[source], unit), str(unit), rows_url(source, narrowed, *days))
        for key, (source, label, unit) in COUNTED.items()
        if source in found
    ]


def _cell(number: Decimal, unit: Promise) -> Cell:
    return amount(number / MILLION, 1) if unit is MONEY else amount(number)


def _difficulties(window: Window, narrowed: Places) -> list[Told]:
    """Raised within the days, and whether they were answered by the last of them."""
    raised = Q(raised_on__range=(window.starts, window.ends))
    answered = Q(answered_on__lte=window.ends)
    asked = {
        "difficulties": (_now("Khó khăn, vướng mắc doanh nghiệp phản ánh"), Q(), ""),
        "difficulties.answered": (_now("Khó khăn, vướng mắc đã được trả lời"), answered, "done"),
        "difficulties.open": (_now("Khó khăn, vướng mắc chưa được trả lời"), ~answered, "open"),
    }
    numbers = _standing(DIFFICULTIES, raised, {key: condition for key, (_l, condition, _s) in asked.items()}, window)
    url = rows_url("difficulties", narrowed, window.starts, window.ends)
    states = {"": "", "done": "&awaited=done", "open": "&awaited=open&awaited=late"}
    return [
        Told(key, label, amount(numbers[key]), _now("vướng mắc"), f"{url}{states[state]}")
        for key, (label, _condition, state) in asked.items()
        if key in numbers
    ]


def _in_force(window: Window, narrowed: Places) -> list[Told]:
    """On the last day: signed by then, begun, neither run out nor ended."""
    day = window.ends
    begun = Q(signed_on__lte=day)
    holds = (Q(in_force_on=None) | Q(in_force_on__lte=day)) & (Q(expires_on=None) | Q(expires_on__gte=day))
    holds &= Q(ended_on=None) | Q(ended_on__gt=day)
    numbers = _standing(AGREEMENTS, begun, {"agreements.in-force": holds}, window)
    query = urlencode({"validity": ["holds", "soon"], "unit": sorted(narrowed)}, doseq=True)
    label = _now("Thỏa thuận hợp tác còn hiệu lực ngày %(day)s") % {"day": vn_date(day)}
    source = f"{AGREEMENTS.list_url}?{query}"
    return [Told(key, label, amount(number), _now("thỏa thuận"), source) for key, number in numbers.items()]


def _standing(register: Register, there: Q, asked: Mapping[str, Q], window: Window) -> dict[str, Decimal]:
    """How many of the rows that are there meet each condition; nothing of a register without any."""
    told = {f"n{at}": Count("pk", filter=condition) for at, condition in enumerate(asked.values())}
    units = [
        one
        for rows in known_rows(register, window.at)
        for one in rows.filter(there, unit__in=window.places).order_by().values("unit_id").annotate(**told)
    ]
    if not units:
        return {}
    places = window.places
    return {
        key: sum((places[one["unit_id"]] * one[f"n{at}"] for one in units), Decimal(0)) for at, key in enumerate(asked)
    }
