"""The roles in Vietnamese. Their permissions stand in fixtures/40_groups.json."""

from django.utils.translation import gettext_lazy as _

ROLE_LABELS = {
    "programme_administrator": _("Quản trị Đề án"),
    "programme_officer": _("Chuyên viên TĐC"),
    "programme_leader": _("Lãnh đạo TĐC"),
    "unit_administrator": _("Quản trị của đơn vị"),
    "unit_editor": _("Chuyên viên đơn vị"),
    "unit_approver": _("Lãnh đạo đơn vị"),
    "register_keeper": _("Cán bộ sổ đăng ký"),
    "reader": _("Người đọc"),
    "auditor": _("Kiểm toán"),
    "service_account": _("Tài khoản dịch vụ"),
}
