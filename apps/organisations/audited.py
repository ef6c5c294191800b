from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_codes, name_keys, name_target, name_units
from apps.organisations.roles import ROLE_LABELS
from apps.organisations.selectors import unit_labels

name_units(unit_labels)
name_target(
    "organisations.organisationunit",
    permission="organisations.view_organisationunit",
    url_of=lambda pk: unit_labels()[pk].url,
)
name_actions(
    {
        "reorganisation.recorded": _("Ghi nhận sắp xếp đơn vị"),
        "reorganisation.withdrawn": _("Rút việc sắp xếp đơn vị"),
        "unit.added": _("Thêm đơn vị trực thuộc"),
        "unit.corrected": _("Sửa đơn vị trực thuộc"),
        "unit.ended": _("Kết thúc đơn vị trực thuộc"),
        "unit.focal_set": _("Đặt đơn vị đầu mối"),
        "unit.focal_cleared": _("Bỏ đơn vị đầu mối"),
        "membership.granted": _("Cấp vai trò"),
        "membership.extended": _("Gia hạn vai trò"),
        "membership.ended": _("Kết thúc vai trò"),
        "membership.ended_at_once": _("Kết thúc vai trò ngay trong ngày bắt đầu"),
        "membership.taken_back": _("Thu hồi vai trò chưa bắt đầu"),
        "membership.kept": _("Giữ vai trò khi rà soát"),
        "invitation.sent": _("Gửi lời mời"),
        "invitation.withdrawn": _("Rút lời mời"),
        "invitation.accepted": _("Nhận lời mời"),
        "account.created": _("Tạo tài khoản"),
        "account.closed": _("Đóng tài khoản"),
        "account.closing_announced": _("Báo trước việc đóng tài khoản"),
        "account.reopened": _("Mở lại tài khoản"),
        "factor_reset.requested": _("Đề nghị cấp lại mã xác thực"),
        "factor_reset.approved": _("Chấp thuận cấp lại mã xác thực"),
        "factor_reset.refused": _("Từ chối cấp lại mã xác thực"),
    }
)
name_target(
    "accounts.user",
    permission="organisations.view_person",
    url_of=lambda pk: reverse("organisations:person_detail", args=[pk]),
)
name_target("organisations.invitation")
name_codes(ROLE_LABELS)
name_keys(
    {
        "acting_for": _("thay cho"),
        "closes_on": _("ngày đóng"),
        "membership": _("mã lượt giữ vai trò"),
        "parent": _("trực thuộc"),
        "reset": _("mã đề nghị"),
        "role": _("vai trò"),
        "unit": _("đơn vị"),
        "valid_from": _("từ ngày"),
        "valid_to": _("đến ngày"),
    }
)
