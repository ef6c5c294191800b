"""Who works in a unit, on the unit's page."""

from datetime import date

from apps.people.staff import Staff
from tests.factories.people import MembershipFactory


def staff_on(response) -> Staff:
    [panel] = response.context["panels"]
    return panel.shown


def test_people_of_a_unit_only_for_those_who_look_after_them(reader_client, member, signed_in, keeper):
    MembershipFactory(
        unit_id="VN-24-2025", user__full_name="Nguyễn Thị Trước", valid_to=date(2025, 12, 31), role__name="reader"
    )
    MembershipFactory(unit_id="VN-24-2008", user__full_name="Trần Văn Theo", role__name="unit_editor")
    assert "Nguyễn Thị Trước" not in reader_client.get("/units/bac-ninh/").content.decode()
    neighbour = signed_in(member("qt lam dong", "unit_administrator", "VN-68-2025"))
    assert "Trần Văn Theo" not in neighbour.get("/units/bac-ninh/").content.decode()

    client = signed_in(member("qt bac ninh", "unit_administrator", "VN-24-2025"))
    staff = staff_on(client.get("/units/bac-ninh/"))
    assert {(post.person.full_name, post.role, post.given_in) for post in staff.now} >= {
        ("Trần Văn Theo", "Chuyên viên đơn vị", "Bắc Giang"),
        (keeper.full_name, "Cán bộ quản lý dữ liệu", ""),
    }
    assert [post.person.full_name for post in staff.before] == ["Nguyễn Thị Trước"]
    old = staff_on(client.get("/units/bac-giang/"))
    assert [post.person.full_name for post in old.before] == ["Trần Văn Theo"]
