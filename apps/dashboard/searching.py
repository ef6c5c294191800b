"""What the search over the whole portal finds: each kind of thing by its own search, within the person's sight.

A kind costs at most two bounded queries, however much it holds: its first hits, and a count that stops at COUNTED.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.core.text import fold
from apps.dashboard.hits import COUNTED, Group, Hit, holds, marked, within
from apps.dashboard.places import places_called
from apps.documents.models import LegalDocument
from apps.documents.numbers import split_number
from apps.enterprises.models import Enterprise
from apps.enterprises.models.codes import is_code
from apps.framework.models import FrameworkItem
from apps.organisations.models import OrganisationUnit
from apps.organisations.search import Found, find_units
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.people.rights import units_with
from apps.progress.views import READ_FIGURES
from apps.registers.columns import Kind as ColumnKind
from apps.registers.columns import Words
from apps.registers.declaration import Register, registers
from apps.registers.merging.selectors import stays_by
from apps.registers.models import RegisterRow
from apps.reports.chips import chip_of
from apps.reports.models import AnnualReport, Submission
from apps.targets.models import Indicator
from apps.tasks.fields import like
from apps.tasks.models import PlanTask

SHORTEST = 2
SHOWN, LISTED = 5, 50  # of one kind: beside the others, and where it is shown alone
NEAR = 4
MERGED = gettext_lazy("mã của bản ghi đã được gộp")
FEW_DIGITS = 6  # so many tax codes begin alike that nobody means one of them
_TAX_CODE = re.compile(r"^(?:mst|ma so thue)[\s:.]*(?=\d)")


@dataclass(frozen=True)
class Kind:
    """`rows`: those in sight that the words meet, best first. `hit`: one of them as the page tells it. `merged`: those
    that speak for records whose code it was: asked where nothing else is found.
    """

    key: str
    title: Words
    icon: str
    permission: str
    rows: Callable[[User, str], Any]
    hit: Callable[[Any, str], Hit]
    route: str = ""
    route_args: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    merged: Callable[[User, str], Any] | None = None


def found_by(user: User, text: str, alone: str = "") -> list[Group]:
    """Every kind in which something in sight was found. `alone`: the kind of which more than the first are shown."""
    groups = [make(user, text, LISTED if alone == key else SHOWN) for key, make in _FEW.items()]
    for kind in kinds():
        if user.has_perm(kind.permission):
            groups.append(_group(kind, user, text, LISTED if alone == kind.key else SHOWN))
    groups += [make(user, text, LISTED if alone == key else SHOWN) for key, make in _ALSO.items()]
    return [group for group in groups if group.count]


Making = Callable[[User, str, int], Group]
_ALSO: dict[str, Making] = {}


def find_also(key: str, make: Making) -> None:
    """What an app above finds, after everything else."""
    _ALSO[key] = make


def exactly(groups: Iterable[Group], text: str) -> Hit | None:
    """The one record whose code, number or tax code was entered; none where several are called so."""
    asked = {fold(text), fold(split_number(text)[1]), _TAX_CODE.sub("", fold(text))}
    named = [hit for group in groups for hit in group.hits if hit.code and fold(hit.code) in asked]
    return named[0] if len(named) == 1 else None


def near(text: str) -> list[UnitLabel]:
    """Units whose names are written almost so; of two of one name today's."""
    by_age = sorted(unit_labels().values(), key=lambda label: label.ended_on is None)
    names = {fold(label.short_name): label for label in by_age}
    return [names[name] for name in get_close_matches(fold(text), names, n=NEAR, cutoff=0.7)]


@dataclass(frozen=True)
class Way:
    url: str
    title: Words
    note: Words


def ways_on(groups: list[Group], text: str, user: User) -> list[Way]:
    """Where to go on from the unit that is called just so; nothing where the first hit is another thing."""
    if not groups or groups[0].key != "units":
        return []
    unit = unit_labels()[groups[0].hits[0].code]
    if unit.kind not in OrganisationUnit.REPORTING_KINDS or fold(text) not in map(
        fold, (unit.short_name, unit.full_name)
    ):
        return []
    of_unit = {"unit": unit.id}
    ways = [Way(unit.url, _("Trang đơn vị"), _("tên gọi qua các thời kỳ, đầu mối"))]
    if unit.id in units_with(user, READ_FIGURES):
        scope = {"scope": unit.slug}
        ways.append(Way(reverse("dashboard:dashboard", query=scope), _("Tổng quan"), _("kết quả theo mục tiêu")))
    if user.has_perm("tasks.view_plantask"):
        tasks = reverse("tasks:plantask_list", query=of_unit)
        ways.append(Way(tasks, _("Nhiệm vụ"), _("chủ trì, phối hợp, phê duyệt")))
    is_seat = unit.kind == OrganisationUnit.Kind.PROVINCE and unit.id in units_with(user, _ENTERPRISES.permission)
    if is_seat:
        places = reverse("enterprises:enterprise_list", query=of_unit)
        ways.append(Way(places, _("Doanh nghiệp"), _("trên địa bàn")))
    return ways


def kinds() -> list[Kind]:
    """Units are found by their own way; registers, by their declarations: what has no name of its own is found by the
    row above it.
    """
    named = [one for one in registers() if one.by_name[one.named_by].kind != ColumnKind.ROW]
    return [*_PLAN, _ENTERPRISES, *(_of(register) for register in named), _REPORTS, _DOCUMENTS]


def _group(kind: Kind, user: User, text: str, limit: int) -> Group:
    rows = kind.rows(user, text)
    hits = [marked(kind.hit(row, text), text) for row in rows[:limit]]
    if not hits and kind.merged:
        found = (replace(kind.hit(row, text), reason=MERGED, is_code=True) for row in kind.merged(user, text))
        hits = [marked(hit, text) for hit in found]
        return Group(kind.key, kind.title, kind.icon, hits, len(hits))
    is_all = len(hits) < limit
    count = len(hits) if is_all else rows.order_by()[: COUNTED + 1].count()
    query = kind.query | {"q": text}
    more = reverse(kind.route, args=kind.route_args, query=query) if kind.route else ""
    return Group(kind.key, kind.title, kind.icon, hits, count, more)


def _codes_first(rows: QuerySet, code: str, text: str) -> QuerySet:
    """`rank`: the very code, then those that begin so, then everything else."""
    found = When(**{f"{code}__iexact": text}, then=0), When(**{f"{code}__istartswith": text}, then=1)
    return rows.annotate(rank=Case(*found, default=2, output_field=IntegerField()))


# --- units ------------------------------------------------------------------------------------------------------------


def _units(_user: User, text: str, limit: int) -> Group:
    """By whatever they were ever called. They are public: everybody who is signed in sees them all."""
    found, labels = find_units(text), unit_labels()
    asked = fold(text)

    def place(label: UnitLabel) -> tuple[bool, bool, bool, str, str]:
        hit = found[label.id]
        is_name = asked in (fold(label.short_name), fold(label.full_name), fold(label.id))
        return not is_name, label.ended_on is not None, hit.is_carrier, label.sort, label.id

    ordered = sorted((labels[pk] for pk in found if pk in labels), key=place)
    hits = [_unit_hit(label, found[label.id], text) for label in ordered[:limit]]
    return Group("units", _("Cơ quan, đơn vị"), "sitemap", hits, len(ordered))


def _unit_hit(label: UnitLabel, found: Found, text: str) -> Hit:
    parts = [str(OrganisationUnit.Kind(label.kind).label), label.id]
    if label.valid_from:
        parts.append(_("từ %(day)s") % {"day": vn_date(label.valid_from)})
    if label.valid_to:
        parts.append(_("đến %(day)s") % {"day": vn_date(label.valid_to)})
    reason, is_code = found.reason(label.short_name), False
    is_past = bool(reason)
    if not reason:
        asked = fold(text)
        is_code = fold(label.id).startswith(asked)
        names = fold(f"{label.short_name} {label.full_name}")
        if is_code:
            reason = _("mã đơn vị")
        elif asked in names:
            reason = _("tên đơn vị") if label.ended_on else _("tên hiện nay")
        else:
            reason = _("tên viết tắt")
    title = f"{label.full_name} ({label.above})" if label.above else label.full_name
    hit = Hit(label.url, title, reason, " · ".join(parts), label.id, is_past, is_code)
    return marked(hit, text)


# --- targets, pages of the portal -------------------------------------------------------------------------------------


def _targets(user: User, text: str, limit: int) -> Group:
    """By code, name, or «mục tiêu 5»; each under its own code alone leads there at once."""
    rows = Indicator.objects.visible_to(user) if user.has_perm(READ_FIGURES) else Indicator.objects.none()
    found = [row for row in rows if _is_target(row, text)]
    hits = [marked(_target_hit(row, text), text) for row in found[:limit]]
    return Group("targets", _("Mục tiêu, số liệu"), "target-arrow", hits, len(found))


def _is_target(row: Indicator, text: str) -> bool:
    return holds(f"{row.code} {row.name} {row.short_name} {row.label} mục tiêu {row.code.removeprefix('MT')}", text)


def _target_hit(row: Indicator, text: str) -> Hit:
    is_code = fold(row.code).startswith(fold(text))
    reason = _("mã mục tiêu") if is_code else within(text, (f"{row.short_name} {row.name}", _("tên mục tiêu")))
    return Hit(row.get_absolute_url(), f"{row.code} · {row.short_name}", reason, row.name, row.code, is_code=is_code)


def _places(user: User, text: str, limit: int) -> Group:
    found = places_called(user, text)
    hits = [marked(Hit(one.url, str(one.label), _("trang của cổng"), str(one.note)), text) for one in found[:limit]]
    return Group("pages", _("Trang của cổng"), "layout-dashboard", hits, len(found))


# Few enough to be looked through one by one.
_FEW: dict[str, Making] = {"units": _units, "targets": _targets, "pages": _places}


# --- the plan, enterprises, acts --------------------------------------------------------------------------------------


def _tasks(user: User, text: str) -> Any:
    rows: Any = PlanTask.objects.visible_to(user).live().search(text)
    return _codes_first(rows, "code", text).order_by("rank", "-year", "code")


def _task_hit(task: PlanTask, text: str) -> Hit:
    is_code = fold(text) in fold(task.code)
    reason = _("mã nhiệm vụ") if is_code else within(text, (task.title, _("tên nhiệm vụ")))
    due = _("hạn %(day)s") % {"day": vn_date(task.due_on)}
    note = f"{task.code} · {task.get_state_display()} · {due}"
    return Hit(task.get_absolute_url(), task.title, reason, note, task.code, is_code=is_code)


def _items(user: User, text: str) -> Any:
    rows = like(FrameworkItem.objects.visible_to(user), text)
    return _codes_first(rows, "code", text).order_by("rank", "position")


def _item_hit(item: FrameworkItem, text: str) -> Hit:
    is_code = item.code.lower().startswith(text.lower()) or item.number.lower().startswith(text.lower())
    reason = _("mã hạng mục") if is_code else _("nội dung công việc")
    note = f"{item.code} · {item.get_list_display()}"
    return Hit(item.get_absolute_url(), item.title, reason, note, item.code, is_code=is_code)


def _enterprises(user: User, text: str) -> Any:
    """By name in the order of the index, so that a word which all of them bear costs no more than a rare one."""
    asked = _TAX_CODE.sub("", fold(text))
    rows: Any = Enterprise.objects.visible_to(user).search(asked)
    is_code = _is_number(asked) and len(asked) > FEW_DIGITS
    return rows.order_by("tax_code", "id") if is_code else rows.order_by("name_sort", "id")


def _is_number(text: str) -> bool:
    return any(char.isdecimal() for char in text) and not any(char.isalpha() for char in text)


def _merged_enterprises(user: User, text: str) -> Any:
    code = is_code(_TAX_CODE.sub("", fold(text)))
    keys = stays_by(Enterprise, code) if code is not None and len(text) > FEW_DIGITS else []
    return Enterprise.objects.visible_to(user).filter(pk__in=keys).order_by("name_sort", "id")


def _enterprise_hit(enterprise: Enterprise, text: str) -> Hit:
    is_code = _is_number(_TAX_CODE.sub("", fold(text))) and fold(text) not in fold(enterprise.name)
    reason = _("mã số thuế") if is_code else _("tên doanh nghiệp")
    note = f"MST {enterprise.shown_tax_code}"
    return Hit(enterprise.get_absolute_url(), enterprise.name, reason, note, enterprise.tax_code, is_code=is_code)


def _documents(user: User, text: str) -> Any:
    number = split_number(text)[1]
    rows = LegalDocument.objects.visible_to(user).search(" ".join(split_number(text)))
    return _codes_first(rows.newest_first(), "number", number).order_by("rank", *rows.newest_first().query.order_by)


def _document_hit(act: LegalDocument, text: str) -> Hit:
    number = split_number(text)[1]
    is_code = fold(number) in fold(act.number)
    places = (act.title, _("trích yếu")), (act.issuer, _("cơ quan ban hành"))
    reason = _("số, ký hiệu") if is_code else within(text, *places)
    return Hit(act.get_absolute_url(), str(act), reason, act.shown_title, act.number, is_code=is_code)


def _reports(user: User, text: str) -> Any:
    """By the unit as it was ever called, the round, or the number of a signed paper."""
    rows: Any = AnnualReport.objects.visible_to(user).for_pages()
    papers = Submission.objects.filter(number__icontains=split_number(text)[1]).values("report")
    words = Q(round__title__icontains=text) | Q(round__code__startswith=text) | Q(pk__in=papers)
    return rows.filter(words | Q(unit__in=list(find_units(text)))).order_by("-round__year", "round__code", "unit")


def _report_hit(report: AnnualReport, text: str) -> Hit:
    unit = unit_labels()[report.unit_id]
    is_unit = fold(text) in fold(f"{unit.short_name} {unit.full_name}")
    reason = _("đơn vị báo cáo") if is_unit else within(text, (report.round.title, _("kỳ báo cáo")))
    title = f"{report.round.title} – {unit.distinct_name}"
    return Hit(report.get_absolute_url(), title, reason, f"{report.round.code} · {chip_of(report).label}")


_PLAN = (
    Kind(
        "tasks", gettext_lazy("Nhiệm vụ"), "clipboard-check", "tasks.view_plantask", _tasks, _task_hit,
        "tasks:plantask_list",
    ),
    Kind(
        "plan", gettext_lazy("Kế hoạch triển khai"), "list-details", "framework.view_frameworkitem", _items, _item_hit,
        "tasks:frameworkitem_list", query={"list": "all"},
    ),
)  # fmt: skip
_ENTERPRISES = Kind(
    "enterprises", gettext_lazy("Doanh nghiệp"), "building-factory-2", "enterprises.view_enterprise", _enterprises,
    _enterprise_hit, "enterprises:enterprise_list", merged=_merged_enterprises,
)  # fmt: skip
_REPORTS = Kind(
    "reports", gettext_lazy("Báo cáo"), "file-text", "reports.view_annualreport", _reports, _report_hit,
)  # fmt: skip
_DOCUMENTS = Kind(
    "documents", gettext_lazy("Văn bản"), "file-text", "documents.view_legaldocument", _documents, _document_hit,
    "documents:legaldocument_list",
)  # fmt: skip


# --- registers --------------------------------------------------------------------------------------------------------


def _of(register: Register) -> Kind:
    """As it is declared: whatever its `words` hold is found, and the column that holds them is the reason."""
    code = register.key[0] if register.by_name[register.key[0]].kind == ColumnKind.CODE else ""

    def rows(user: User, text: str) -> Any:
        model: Any = register.model
        found = model.objects.visible_to(user).live().search(text)
        order = (f"{register.named_by}_sort", "pk")
        return _codes_first(found, code, text).order_by("rank", *order) if code else found.order_by(*order)

    def merged(user: User, text: str) -> Any:
        model: Any = register.model
        keys = stays_by(model, Q(**{f"{code}__iexact": text.strip()}))
        return model.objects.visible_to(user).filter(pk__in=keys).order_by("pk")

    def hit(row: RegisterRow, text: str) -> Hit:
        said = str(getattr(row, code)) if code else ""
        places = [(one.name, str(one.field.verbose_name)) for one in register.columns if one.kind in _TEXTS]
        places.sort(key=lambda place: (place[0] != code, place[0] != register.named_by))
        reason = within(text, *((str(getattr(row, name)), label) for name, label in places))
        is_code = bool(said) and fold(text) in fold(said)
        return Hit(row.get_absolute_url(), str(row), reason, said, said, is_code=is_code)

    return Kind(
        register.slug, register.short, register.icon, register.permission("view"), rows, hit, "registers:row_list",
        (register.slug,), merged=merged if register.is_mergeable else None,
    )  # fmt: skip


_TEXTS = (ColumnKind.TEXT, ColumnKind.CODE)
