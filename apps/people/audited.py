from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_codes, name_keys, name_target, stay_at_hand
from apps.organisations.selectors import name_at_this_moment
from apps.people.models import Invitation
from apps.people.roles import ROLE_LABELS

name_actions(
    {
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
        "account.renamed": _("Sửa họ và tên của tài khoản"),
        "account.erased": _("Xóa thông tin cá nhân của tài khoản"),
        "savedview.saved": _("Lưu cách xem danh sách"),
        "savedview.changed": _("Sửa cách xem danh sách"),
        "savedview.deleted": _("Xóa cách xem danh sách"),
        "token.issued": _("Cấp mã truy cập"),
        "token.revoked": _("Thu hồi mã truy cập"),
        "token.refused": _("Từ chối mã truy cập"),
        "factor_reset.requested": _("Đề nghị cấp lại mã xác thực"),
        "factor_reset.approved": _("Chấp thuận cấp lại mã xác thực"),
        "factor_reset.refused": _("Từ chối cấp lại mã xác thực"),
    }
)
name_target(
    "accounts.user",
    permission="people.view_person",
    url_of=lambda pk: reverse("people:person_detail", args=[pk]),
)


def _invited(invitation: Invitation) -> str:
    role = ROLE_LABELS.get(invitation.role.name, invitation.role.name)
    return f"{invitation.email} – {role} – {name_at_this_moment(invitation.unit_id)}"


name_target("people.invitation", named=_invited)
name_target("people.savedview", named=lambda view: f"{view.name} · {view.owner}")
name_codes(ROLE_LABELS)
name_target(
    "people.apitoken",
    permission="people.view_apitoken",
    url_of=lambda pk: reverse("people:apitoken_list"),
    named=lambda token: f"{token.label} · {token.owner}",
)
name_codes(
    {
        "expired_token": _("mã đã hết hạn"),
        "foreign_network": _("gọi từ mạng khác"),
        "owner_closed": _("tài khoản đã đóng"),
        "owner_without_role": _("tài khoản không còn vai trò"),
        "revoked_token": _("mã đã thu hồi"),
    }
)
name_keys(
    {
        "acting_for": _("thay cho"),
        "closes_on": _("ngày đóng"),
        "membership": _("mã lượt giữ vai trò"),
        "reset": _("mã đề nghị"),
        "role": _("vai trò"),
    }
)
stay_at_hand("membership.ended_at_once")  # no row but this one tells of it
