"""The roles in Vietnamese, who may grant which, and which are held in person. Permissions: fixtures/40_groups.json."""

from django.utils.translation import gettext_lazy as _

ROLE_LABELS = {
    "programme_administrator": _("Quản trị viên Đề án"),
    "programme_officer": _("Chuyên viên Ủy ban TĐC"),
    "programme_leader": _("Lãnh đạo Ủy ban TĐC"),
    "unit_administrator": _("Quản trị viên đơn vị"),
    "unit_editor": _("Chuyên viên đơn vị"),
    "unit_approver": _("Lãnh đạo đơn vị"),
    "register_keeper": _("Cán bộ quản lý dữ liệu"),
    "reader": _("Người tra cứu"),
    "auditor": _("Kiểm tra, giám sát"),
    "service_account": _("Tài khoản kết nối hệ thống"),
}
PROGRAMME_ADMINISTRATOR = "programme_administrator"
APPROVER_ROLE = "unit_approver"
SERVICE_ROLE = "service_account"
# Held in the programme office only, and given by its administrators only.
CENTRAL_ROLES = frozenset({"programme_administrator", "programme_officer", "programme_leader", "auditor"})
# What a unit's administrators give. A program may belong to a unit too, but lets in whoever holds its key: the
# programme's administrators give that role, in units as in their own office.
UNIT_ROLES = frozenset(ROLE_LABELS) - CENTRAL_ROLES - {SERVICE_ROLE}
# Held there these serve the whole programme. The roles of a unit's own office (administrator, editor, approver) have
# central ones in their place: in the programme office each of them would act for every unit of the country.
OFFICE_ROLES = CENTRAL_ROLES | {"register_keeper", "reader", SERVICE_ROLE}
# Who holds the key may give the values, in the units of that membership. Nobody gives anything to themselves.
GRANTABLE = {"programme_administrator": frozenset(ROLE_LABELS), "unit_administrator": UNIT_ROLES}
SECOND_FACTOR_ROLES = frozenset({"unit_administrator", "unit_approver"})  # and everybody of the programme office
# What concerns people, what is decided of tasks, what a unit's leader signs. A member of the focal sub-unit prepares
# for the unit above, and a part of a unit that was split carries some of its past: these stay with the members of the
# unit itself, and of the one that took them over.
DIRECT_MEMBERS_ONLY = frozenset(
    {
        "people.view_person",
        "people.change_person",
        "people.view_membership",
        "people.add_membership",
        "people.change_membership",
        "people.deputise_membership",
        "people.view_invitation",
        "people.add_invitation",
        "people.change_invitation",
        "people.view_apitoken",
        "people.add_apitoken",
        "people.change_apitoken",
        "audit.view_auditevent",
        "tasks.appraise_plantask",
        "tasks.return_plantask",
        "tasks.decide_plantask",
        "publications.issue_reportbook",
    }
)
