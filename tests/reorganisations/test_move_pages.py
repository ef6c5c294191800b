"""The page on which a sub-unit is moved: preview, confirmation, where it shows; and who may open it."""

import html
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission

from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.reorganisations.services.sub_units import add_sub_unit
from tests.organisations.found import units_found
from tests.reorganisations.acts import BAC_NINH, LAM_DONG
from tests.reorganisations.test_moves import CHI_CUC, SINCE, SO, part, unit

pytestmark = pytest.mark.django_db
PAGE = "/units/so-khcn-bac-ninh/move/"


@pytest.fixture
def so(central) -> OrganisationUnit:
    so = add_sub_unit(unit(BAC_NINH), SO, valid_from=SINCE, is_focal=True, by=central)
    add_sub_unit(so, CHI_CUC, valid_from=SINCE, by=central)
    return so


def asked(day: date, parent: str = LAM_DONG, **more: str) -> dict[str, str]:
    document = {"document": "9/QĐ-BN", "document-kind": "Quyết định", "document-issuer": "Chính phủ"}
    return {"key": "k", "parent": parent, "effective_on": f"{day:%d/%m/%Y}", **document, "step": "confirm", **more}


def text(response) -> str:
    return html.unescape(response.content.decode())


def test_preview_confirmation_and_both_histories(central_client, so, tomorrow):
    assert f'href="{PAGE}"' in text(central_client.get(so.get_absolute_url()))
    assert PAGE in text(central_client.get("/units/reorganisations/new/", {"unit": so.pk}))
    assert PAGE not in text(central_client.get("/units/reorganisations/new/", {"unit": BAC_NINH}))
    form = text(central_client.get(PAGE))
    assert '<option value="Lâm Đồng">' in form
    assert '<option value="Bắc Ninh">' not in form  # where it is already
    preview = text(central_client.post(PAGE, asked(tomorrow, step="preview")))
    assert "Chưa có gì được ghi." in preview
    assert "Đơn vị trực thuộc đi cùng" in preview
    assert CHI_CUC.name in preview
    assert "Tỉnh Lâm Đồng" in preview
    assert not Reorganisation.objects.exists()
    for _twice in range(2):
        answer = central_client.post(PAGE, asked(tomorrow))
        act = Reorganisation.objects.get()
        assert answer.url == f"/units/reorganisations/{act.pk}/"
    told = text(central_client.get(answer.url))
    assert "Thành phố Bắc Ninh" in told
    assert "Tỉnh Lâm Đồng" in told
    assert CHI_CUC.name in told
    new = part(LAM_DONG)
    for slug in (so.slug, new.slug, "bac-ninh", "lam-dong"):
        page = text(central_client.get(f"/units/{slug}/"))
        assert f'href="{answer.url}"' in page, slug
        assert f"Dự kiến từ {tomorrow:%d/%m/%Y}: Chuyển đơn vị trực thuộc" in page
    assert "Sở KH&CN (Lâm Đồng)" in text(central_client.get(f"/units/{so.slug}/"))
    assert f"từ {tomorrow:%d/%m/%Y}" in text(central_client.get("/units/lam-dong/"))
    later = text(central_client.get("/units/bac-ninh/", {"on": f"{tomorrow:%d/%m/%Y}"}))
    assert f"đến {tomorrow - timedelta(days=1):%d/%m/%Y}" in later
    assert new.pk in units_found(central_client, "so khcn")


def test_withdrawn_by_page(central_client, so, tomorrow):
    answer = central_client.post(PAGE, asked(tomorrow))
    central_client.post(f"{answer.url}withdraw/", {"reason": "Chưa có quyết định"})
    assert Reorganisation.objects.get().withdrawn_at
    assert unit(so.pk).valid_to is None
    assert central_client.get("/units/so-khcn-lam-dong/").status_code == 404
    page = text(central_client.get("/units/lam-dong/"))
    assert f'href="{answer.url}"' in page
    assert CHI_CUC.name in text(central_client.get(answer.url))


@pytest.mark.parametrize("step", ["preview", "confirm"])
@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"parent": ""}, "parent"),
        ({"parent": BAC_NINH}, "parent"),
        ({"parent": "VN-24-2008"}, "parent"),
        ({"effective_on": "31/02/2027"}, "effective_on"),
        ({"effective_on": "01/07/2025"}, "effective_on"),
        ({"document-issuer": ""}, "document"),
        ({"name": "Sở \u202eKhác"}, "name"),
    ],
)
def test_wrong_entries_are_explained_at_their_fields(central_client, so, tomorrow, step, wrong, field):
    answer = central_client.post(PAGE, asked(tomorrow, step=step) | wrong)
    assert field in answer.context["form"].errors
    assert not Reorganisation.objects.exists()


def test_name_that_is_taken_stands_at_the_name(central_client, central, so, tomorrow):
    add_sub_unit(unit(LAM_DONG), SO, valid_from=SINCE, by=central)
    answer = central_client.post(PAGE, asked(tomorrow))
    assert list(answer.context["form"].errors) == ["name"]
    assert central_client.post(PAGE, asked(tomorrow, name="Sở Hai", short_name="Sở 2")).status_code == 302


def test_only_who_changes_units_moves_them(so, tomorrow, keeper, officer, member, signed_in, client, stranger):
    for person in (keeper, officer, member("qt bn", "unit_administrator", BAC_NINH)):
        theirs = signed_in(person)
        assert (theirs.get(PAGE).status_code, theirs.post(PAGE, asked(tomorrow)).status_code) == (403, 403)
        assert PAGE not in text(theirs.get(so.get_absolute_url()))
    assert signed_in(stranger).get(PAGE).status_code == 403
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert not Reorganisation.objects.exists()


def test_with_the_right_in_own_units_nothing_moves_beyond_them(so, central, member, signed_in, tomorrow):
    """Should units' administrators be given this right one day: neither out of their units nor into them."""
    Group.objects.get(name="unit_administrator").permissions.add(
        *Permission.objects.filter(codename="change_organisationunit")
    )
    theirs = signed_in(member("qt bn", "unit_administrator", BAC_NINH))
    form = text(theirs.get(PAGE))
    assert 'value="Lâm Đồng"' not in form
    assert list(theirs.post(PAGE, asked(tomorrow)).context["form"].errors) == ["parent", "document"]  # adds no acts
    known = {"document": "202/2025/QH15"}
    answer = theirs.post(PAGE, asked(tomorrow, **known))
    assert list(answer.context["form"].errors) == ["parent"]
    other = add_sub_unit(unit(LAM_DONG), SO, valid_from=SINCE, by=central)
    away = theirs.post(f"/units/{other.slug}/move/", asked(tomorrow, parent=BAC_NINH, **known))
    assert away.status_code == 403
    chi_cuc = part(so.pk)
    assert theirs.post(f"/units/{chi_cuc.slug}/move/", asked(tomorrow, parent=BAC_NINH, **known)).status_code == 302
    assert Reorganisation.objects.get().begun.get().parent_id == BAC_NINH


def test_only_sub_units_have_the_page(central_client):
    assert central_client.get("/units/bac-ninh/move/").status_code == 404
    assert central_client.get("/units/khong-co/move/").status_code == 404
