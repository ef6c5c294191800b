"""The roles and what each may do, read from the groups as they are, in Vietnamese."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.people.held import role_label
from apps.people.roles import (
    CENTRAL_ROLES,
    DIRECT_MEMBERS_ONLY,
    GRANTABLE,
    OFFICE_ROLES,
    ROLE_LABELS,
    SECOND_FACTOR_ROLES,
)

VERBS = {"view": _("Xem"), "add": _("Thêm"), "change": _("Sửa"), "delete": _("Xóa")}
# What is more than seeing, adding and changing has its own words.
ACTS = {
    "organisations.reorganise_organisationunit": _("Ghi nhận sắp xếp đơn vị"),
    "people.deputise_membership": _("Ủy quyền phê duyệt"),
    "people.add_membership": _("Cấp vai trò"),
    "people.change_membership": _("Gia hạn, kết thúc, rà soát vai trò"),
    "people.add_invitation": _("Mời người dùng"),
    "people.change_invitation": _("Rút, gửi lại lời mời"),
    "people.add_apitoken": _("Cấp mã cho hệ thống"),
    "people.change_apitoken": _("Thu hồi mã"),
    "people.change_person": _("Đóng, mở tài khoản, đề nghị cấp lại mã xác thực"),
    "targets.add_closingproposal": _("Lập, rút đề nghị"),
    "targets.close_period": _("Chốt hoặc không chốt"),
    "targets.publish_closing": _("Công bố, rút công bố"),
    "allocations.change_allocation": _("Lập, sửa, gửi lấy ý kiến, trình"),
    "allocations.approve_allocation": _("Phê duyệt, trả lại"),
    "allocations.add_allocationcomment": _("Góp ý cho đơn vị mình"),
    "jobs.change_job": _("Chạy lại"),
    "feedback.change_feedback": _("Đánh dấu đã xử lý"),
    "tasks.propose_plantask": _("Đề xuất, bắt đầu, báo cáo hoàn thành"),
    "tasks.appraise_plantask": _("Thẩm định, lập danh mục"),
    "tasks.return_plantask": _("Trả lại để hoàn thiện"),
    "tasks.decide_plantask": _("Phê duyệt, nghiệm thu, gia hạn"),
    "tasks.answer_consultation": _("Trả lời lấy ý kiến"),
    "reports.submit_annualreport": _("Nộp, đính chính"),
    "reports.sign_annualreport": _("Ký, chuyển lại"),
    "reports.review_annualreport": _("Thẩm tra, trả lại, chấp nhận"),
    "reports.reopen_annualreport": _("Mở lại"),
    "publications.issue_reportbook": _("Ký, ban hành"),
    "targets.add_exclusion": _("Loại khỏi số toàn quốc, tính lại"),
    "exchange.add_importbatch": _("Tải lên"),
    "exchange.change_importbatch": _("Kiểm tra, ghi, hoàn tác"),
}


@dataclass(frozen=True)
class Act:
    label: str | Promise
    held: list[tuple[str, bool]]  # role in words, whether it may
    direct_only: bool


@dataclass(frozen=True)
class Role:
    label: str
    held_in: str | Promise
    second_factor: str | Promise
    granted_by: list[str]


def roles() -> list[Role]:
    return [
        Role(
            label=role_label(name),
            held_in=_held_in(name),
            second_factor=_second_factor(name),
            granted_by=[role_label(giver) for giver, given in GRANTABLE.items() if name in given],
        )
        for name in ROLE_LABELS
    ]


def _held_in(role: str) -> str | Promise:
    if role in CENTRAL_ROLES:
        return _("Cơ quan điều phối Đề án")
    return _("Mọi đơn vị") if role in OFFICE_ROLES else _("Mọi đơn vị, trừ cơ quan điều phối Đề án")


def _second_factor(role: str) -> str | Promise:
    if role in CENTRAL_ROLES | SECOND_FACTOR_ROLES:
        return _("Bắt buộc")
    return _("Không bắt buộc, trừ khi giữ ở cơ quan điều phối") if role in OFFICE_ROLES else _("Không bắt buộc")


def acts_by_subject() -> list[tuple[str, list[Act]]]:
    """Per subject, in the order of the apps, what may be done to it and which roles may."""
    holders: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    rows = Permission.objects.filter(group__name__in=ROLE_LABELS).order_by("content_type", "codename")
    for app, model, codename, group in rows.values_list(
        "content_type__app_label", "content_type__model", "codename", "group__name"
    ):
        holders[app, model, codename].add(group)
    subjects: dict[str, list[Act]] = defaultdict(list)
    for (app, model, codename), held in sorted(holders.items(), key=_place):
        permission = f"{app}.{codename}"
        cells = [(role_label(name), name in held) for name in ROLE_LABELS]
        subjects[_subject(app, model)].append(Act(_words(permission), cells, permission in DIRECT_MEMBERS_ONLY))
    return list(subjects.items())


def _subject(app: str, model: str) -> str:
    name = str(apps.get_model(app, model)._meta.verbose_name)
    return name[:1].upper() + name[1:]


def _words(permission: str) -> str | Promise:
    verb = permission.partition(".")[2].partition("_")[0]
    return ACTS.get(permission) or VERBS.get(verb) or permission


def _place(item: tuple[tuple[str, str, str], set[str]]) -> tuple[int, str, int, str]:
    app, model, codename = item[0]
    labels = [config.label for config in apps.get_app_configs()]
    verb = codename.partition("_")[0]
    return labels.index(app), model, list(VERBS).index(verb) if verb in VERBS else len(VERBS), codename
