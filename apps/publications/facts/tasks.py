"""Tasks in the four official figures, by group of solutions under their general aims, and by unit."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_date
from apps.framework.models import GeneralAim, SolutionGroup
from apps.publications.facts.told import Asked, Facts, Grid, Head, Line, amount, bound, provide, rate, words
from apps.tasks.statistics import Asked as AskedOfTasks
from apps.tasks.statistics import By, Figures, Statistics, in_order, statistics


@provide("30-tasks")
def tell_tasks(asked: Asked, facts: Facts) -> None:
    by = [By.GROUP, By.UNIT] if asked.is_national else [By.GROUP]
    plan = asked.year if len(asked.years) == 1 else None  # of several years: all there are
    found = statistics(AskedOfTasks(on=asked.day, year=plan, unit=asked.unit or ""), None, by)
    at, source = asked.as_of.isoformat(), _source(asked, plan)
    told = {
        "source": source,
        "as_of": at,
        "note": _("Đến ngày %(day)s") % {"day": vn_date(asked.day)},
    }
    for name, (label, of) in _labels().items():
        facts.add(*bound(f"tasks.{name}", label, amount(getattr(found.whole, of)), unit=_("nhiệm vụ"), **told))
    for name, label in {"done_of_due": _("Nhiệm vụ hoàn thành trên số đến hạn"),
                        "overdue_of_due": _("Nhiệm vụ quá hạn chưa xong trên số đến hạn")}.items():  # fmt: skip
        part, whole = found.whole.rates[name]
        facts.add(*bound(f"tasks.{name.replace('_', '-')}", label, rate(part, whole), unit="%", **told))
    facts.lay(_whole(found, asked, source, at))
    facts.lay(_groups(found, source, at))
    if asked.is_national:
        lines = [_line(name, one) for _key, name, one in in_order(found, By.UNIT)]
        facts.lay(Grid("tasks-by-unit", _("Nhiệm vụ theo đơn vị chủ trì"), _heads(_("Đơn vị")), tuple(lines),
                       source=source, as_of=at))  # fmt: skip


def _source(asked: Asked, plan: int | None) -> str:
    """The page of the same figures: of the same unit, year and day."""
    query = {"year": plan, "unit": asked.unit, "on": vn_date(asked.day)}
    told = urlencode({name: value for name, value in query.items() if value}, safe="/")
    return f"{reverse('tasks:statistics')}?{told}"


def _labels() -> dict[str, tuple[str, str]]:
    return {
        "total": (_("Tổng số nhiệm vụ"), "total"),
        "done": (_("Nhiệm vụ đã hoàn thành"), "done"),
        "done-in-time": (_("Nhiệm vụ hoàn thành đúng hạn"), "done_in_time"),
        "done-late": (_("Nhiệm vụ hoàn thành quá hạn"), "done_late"),
        "open": (_("Nhiệm vụ đang thực hiện"), "open"),
        "open-in-time": (_("Nhiệm vụ đang thực hiện, trong hạn"), "open_in_time"),
        "open-overdue": (_("Nhiệm vụ đang thực hiện, quá hạn"), "open_overdue"),
        "due": (_("Nhiệm vụ đến hạn"), "due"),
    }


def _heads(first: str) -> tuple[Head, ...]:
    return (
        Head(first, weight=5), Head(_("Tổng số"), "right", 1.5), Head(_("Hoàn thành đúng hạn"), "right", 2),
        Head(_("Hoàn thành quá hạn"), "right", 2), Head(_("Đang thực hiện, trong hạn"), "right", 2),
        Head(_("Đang thực hiện, quá hạn"), "right", 2), Head(_("Hoàn thành/đến hạn"), "right", 2),
    )  # fmt: skip


def _line(name: str, one: Figures, *, is_total: bool = False) -> Line:
    counts = (one.total, one.done_in_time, one.done_late, one.open_in_time, one.open_overdue)
    return Line((words(name), *map(amount, counts), rate(*one.rates["done_of_due"])), is_total)


def _whole(found: Statistics, asked: Asked, source: str, at: str) -> Grid:
    day = {"day": vn_date(asked.day), "year": asked.year}
    title = _("Tình hình thực hiện nhiệm vụ đến ngày %(day)s") % day
    if len(asked.years) == 1:
        title = _("Tình hình thực hiện nhiệm vụ kế hoạch năm %(year)s, đến ngày %(day)s") % day
    lines = (_line(_("Nhiệm vụ"), found.whole),) if found.whole.total else ()
    return Grid("tasks", title, _heads(""), lines, source=source, as_of=at,
                empty=_("Không có nhiệm vụ."))  # fmt: skip


def _groups(found: Statistics, source: str, at: str) -> Grid:
    """Each general aim with the groups that serve it first."""
    groups, lines = found.groups[By.GROUP], []
    of_aim: dict[str, list[SolutionGroup]] = {}
    for group in SolutionGroup.objects.order_by("position"):
        of_aim.setdefault(group.aim_id, []).append(group)
    for aim in GeneralAim.objects.order_by("position"):
        for group in of_aim.get(aim.pk, ()):
            if group.pk in groups:
                name = _("%(aim)s) %(group)s. %(title)s") % {"aim": aim.code, "group": group.code, "title": group.title}
                lines.append(_line(name, groups[group.pk]))
    if "" in groups:
        lines.append(_line(_("Các nội dung khác"), groups[""]))
    if lines:
        lines.append(_line(_("Tổng số"), found.whole, is_total=True))
    note = _("Chữ cái trước nhóm giải pháp là mục tiêu chung mà nhóm phục vụ trước hết.")
    title = _("Nhiệm vụ theo nhóm giải pháp và mục tiêu chung")
    return Grid("groups", title, _heads(_("Nhóm giải pháp")), tuple(lines), notes=(note,),
                source=source, as_of=at)  # fmt: skip
