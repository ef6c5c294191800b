"""What units of each kind are called before their name; `UnitName.kind_label` is one of these."""

from django.utils.translation import gettext_lazy as _

from apps.organisations.models import OrganisationUnit

Kind = OrganisationUnit.Kind

CITY, PROVINCE = "Thành phố", "Tỉnh"
KIND_LABELS: dict[str, tuple[str, ...]] = {
    Kind.PROVINCE: (PROVINCE, CITY),
    Kind.MINISTRY: ("Bộ",),
    Kind.MINISTERIAL_AGENCY: ("Cơ quan ngang bộ",),
    Kind.GOVERNMENT_AGENCY: ("Cơ quan thuộc Chính phủ",),
    Kind.DEPARTMENT: (
        "Sở", "Tổng cục", "Ủy ban", "Cục", "Vụ", "Chi cục", "Trung tâm", "Ban", "Văn phòng", "Viện", "Học viện",
        "Thanh tra", "Quỹ", "Báo",
    ),
    Kind.ORGANISATION: ("Tổ chức, hội",),
}  # fmt: skip
SUB_UNIT_LABELS = KIND_LABELS[Kind.DEPARTMENT]
# A body of one of these kinds may become one of another: Ủy ban Dân tộc became Bộ Dân tộc và Tôn giáo in 2025.
CENTRAL_KINDS = (Kind.MINISTRY, Kind.MINISTERIAL_AGENCY, Kind.GOVERNMENT_AGENCY)


def label_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a form in which the kind of the unit is chosen beside it."""
    groups = [
        (_("Tỉnh, thành phố"), (Kind.PROVINCE,)),
        (_("Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ"), CENTRAL_KINDS),
        (_("Đơn vị trực thuộc"), (Kind.DEPARTMENT,)),
        (_("Tổ chức, hội"), (Kind.ORGANISATION,)),
    ]
    return [(str(title), [(label, label) for kind in kinds for label in KIND_LABELS[kind]]) for title, kinds in groups]
