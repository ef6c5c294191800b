"""The sidebar: an entry that a person may not open is absent."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.core.addresses import fixed
from apps.exchange.resource import resources
from apps.registers.declaration import Register, family_of, registers
from apps.targets.closings import CLOSE, PREPARE

IMPORTS = "exchange:importbatch_list"
REGISTER = "registers:row_list"


@dataclass(frozen=True)
class Entry:
    """`permission`: which opens it; of several any one."""

    label: str | Promise
    icon: str
    permission: str | tuple[str, ...]
    route: str
    args: tuple[str, ...] = ()
    counts: bool = False  # a number comes to stand behind it: of what waits for this person
    family: tuple[Register, ...] = ()  # registers under this one name: it leads to the first that the person may open

    def is_open_to(self, user: User) -> bool:
        asked = (self.permission,) if isinstance(self.permission, str) else self.permission
        return any(user.has_perm(one) for one in asked)


def _of_family(head: Register) -> Entry:
    family = tuple(family_of(head))
    permissions = tuple(one.permission("view") for one in family)
    return Entry(head.in_menu or head.short, head.icon, permissions, REGISTER, (head.slug,), family=family)


def _is_activity(register: Register) -> bool:
    """What units do beside their tasks stands by itself: it is no list of things that last."""
    return register.model._meta.app_label == "activities"


# Whoever can have something to do.
ACTING = (
    "tasks.propose_plantask", "tasks.appraise_plantask", "tasks.decide_plantask", "tasks.answer_consultation",
    CLOSE, "reports.change_annualreport", "reports.sign_annualreport", "reports.review_annualreport",
    "exchange.change_importbatch", "people.change_membership", "allocations.approve_allocation",
    "allocations.add_allocationcomment", "feedback.change_feedback",
)  # fmt: skip
GROUPS: list[tuple[str | Promise, list[Entry]]] = [
    (
        "",
        [
            Entry(_("Tổng quan"), "layout-dashboard", "targets.view_indicatorvalue", "dashboard:dashboard"),
            Entry(_("Mục tiêu 2030"), "target-arrow", "targets.view_indicatorvalue", "progress:indicator_list"),
            Entry(_("Giao chỉ tiêu"), "sitemap", "allocations.view_allocation", "allocations:allocation_list"),
            Entry(pgettext_lazy("trình đơn", "Chốt số liệu"), "lock", (PREPARE, CLOSE), "progress:closing_list"),
        ],
    ),
    (
        _("Thực hiện"),
        [
            Entry(_("Chờ xử lý"), "rubber-stamp", ACTING, "dashboard:inbox", counts=True),
            Entry(_("Kế hoạch triển khai"), "list-details", "framework.view_frameworkitem", "tasks:frameworkitem_list"),
            Entry(_("Nhiệm vụ"), "clipboard-check", "tasks.view_plantask", "tasks:plantask_list"),
            Entry(_("Danh mục nhiệm vụ"), "table", "tasks.view_tasklist", "tasks:tasklist_list"),
            Entry(_("Thống kê nhiệm vụ"), "chart-line", "tasks.view_plantask", "tasks:statistics"),
            Entry(_("Kinh phí"), "coins", "tasks.view_plantask", "funding:overview"),
        ],
    ),
    (_("Hoạt động"), [_of_family(one) for one in registers() if not one.family and _is_activity(one)]),
    (
        _("Báo cáo"),
        [
            Entry(_("Báo cáo của đơn vị"), "file-text", "reports.view_annualreport", "reports:annualreport_list"),
            Entry(
                _("Theo dõi nộp báo cáo"),
                "layout-grid",
                ("reports.change_reportinground", "reports.review_annualreport", "reports.reopen_annualreport"),
                "reports:board",
            ),
            Entry(_("Thẩm tra báo cáo"), "file-search", "reports.review_annualreport", "reports:review_list"),
            Entry(_("Kỳ báo cáo"), "calendar-event", "reports.change_reportinground", "reports:reportinground_list"),
            Entry(_("Báo cáo tổng hợp"), "file-check", "publications.view_reportbook", "publications:reportbook_list"),
        ],
    ),
    (
        _("Sổ đăng ký"),
        [
            Entry(
                _("Doanh nghiệp"), "building-factory-2", "enterprises.view_enterprise", "enterprises:enterprise_list"
            ),
            *(_of_family(one) for one in registers() if not one.family and not _is_activity(one)),
            Entry(
                _("Nhập dữ liệu"),
                "file-spreadsheet",
                "exchange.view_importbatch",
                IMPORTS,
                ("enterprises",),
            ),
            Entry(_("Văn bản"), "file-text", "documents.view_legaldocument", "documents:legaldocument_list"),
        ],
    ),
    (
        _("Hệ thống"),
        [
            Entry(
                _("Cơ quan, đơn vị"),
                "sitemap",
                "organisations.view_organisationunit",
                "organisations:organisationunit_list",
            ),
            Entry(_("Nhật ký hệ thống"), "history", "audit.view_auditevent", "audit:auditevent_list"),
            Entry(_("Người dùng"), "users", "people.view_person", "people:person_list"),
            Entry(_("Ủy quyền phê duyệt"), "signature", "people.deputise_membership", "people:deputy_list"),
            Entry(_("Ngày nghỉ"), "calendar", "notifications.change_holiday", "notifications:holiday_list"),
            Entry(_("Tác vụ nền"), "clock", "jobs.view_job", "jobs:job_list"),
            Entry(_("Sao lưu"), "database", "upkeep.view_run", "upkeep:run_list"),
            Entry(_("Góp ý về cổng"), "message", "feedback.view_feedback", "feedback:feedback_list"),
            Entry(_("Nơi nhận sự kiện"), "send", "webhooks.view_subscription", "webhooks:subscription_list"),
            Entry(_("Hệ thống báo cáo quốc gia"), "upload", "handover.view_handover", "handover:handover_list"),
            Entry("API", "api", "jobs.view_job", "api-docs"),
        ],
    ),
]


def may_act(user: User) -> bool:
    """Whether something can wait for the person."""
    return any(user.has_perm(one) for one in ACTING)


def _args(entry: Entry, user: User) -> tuple[str, ...]:
    """Of imports: a register into which the person may bring files, if there is one."""
    if entry.family:
        return (next(one.slug for one in entry.family if user.has_perm(one.permission("view"))),)
    if entry.route != IMPORTS:
        return entry.args
    own = [one.register for one in resources() if user.has_perm(one.permission)]
    return entry.args if not own or entry.args[0] in own else (own[0],)


def _item(entry: Entry, user: User) -> dict[str, Any]:
    url = fixed(entry.route, *_args(entry, user))
    also = [fixed(REGISTER, one.slug) for one in entry.family]
    return {"label": entry.label, "url": url, "icon": entry.icon, "counts": entry.counts, "leads_to": [url, *also]}


def menu_of(user: User, path: str) -> list[dict[str, Any]]:
    """Groups with the entries this person may open; the longest path that leads here is the current one."""
    groups: list[dict[str, Any]] = []
    for title, entries in GROUPS:
        items = [_item(entry, user) for entry in entries if entry.is_open_to(user)]
        if items:
            groups.append({"title": title, "items": items})
    every = [item for group in groups for item in group["items"]]
    here = max((url for item in every for url in item["leads_to"] if path.startswith(url)), key=len, default="")
    for item in every:
        item["current"] = here in item["leads_to"]
    return groups
