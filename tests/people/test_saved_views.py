"""Filters of lists that people keep: seen by their owner and the unit they are shared with, read anew by the list."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.people.models import SavedView
from apps.people.services.saved_views import MOST, change_view, delete_view
from tests.conftest import BAC_NINH, LAM_DONG
from tests.people.people import person

PAGE = "tasks:plantask_list"
LIST, ADD = reverse(PAGE), reverse("people:savedview_add")


@pytest.fixture
def owner(reference):
    return person("Trần Văn Lợi", "unit_editor", BAC_NINH)


@pytest.fixture
def client_of_owner(owner, signed_in):
    return signed_in(owner)


def save(client, query: str, name: str = "Của tôi", **more):
    return client.post(ADD, {"page": PAGE, "query": query, "name": name, **more})


def test_kept_as_the_list_understands_it_and_shown_as_a_tab(owner, client_of_owner):
    asked = "state=draft&state=proposed&nothing=1&year=1&lead_unit__id=x&sort=due_on&page=7&unit=BCT"
    answer = save(client_of_owner, asked)
    view = SavedView.objects.get()
    assert view.query == "sort=due_on&state=draft&state=proposed"  # a filter nobody declared, or refused, falls out
    assert (view.owner, view.page, view.shared_with) == (owner, PAGE, None)
    assert answer.url == f"{LIST}?{view.query}"
    kept = client_of_owner.get(f"{LIST}?state=proposed&state=draft&sort=due_on").context["kept"]
    assert [tab.label for tab in kept.tabs if tab.is_current] == ["Của tôi"]
    assert not kept.is_new
    assert AuditEvent.objects.filter(action="savedview.saved", actor_id=owner.pk).count() == 1


def test_what_was_kept_is_read_again_by_the_filters_of_now(owner, client_of_owner):
    SavedView.objects.create(owner=owner, page=PAGE, name="Cũ", query="state=draft&state=gone&gone=1&holder=me")
    [tab] = [tab for tab in client_of_owner.get(LIST).context["kept"].tabs if tab.key]
    assert tab.query == "holder=me"


def test_shared_only_within_the_unit(owner, client_of_owner, signed_in):
    colleague, neighbour = person("B", "reader", BAC_NINH), person("C", "unit_editor", LAM_DONG)
    save(client_of_owner, "state=draft", "Riêng")
    save(client_of_owner, "state=proposed", "Chung", shared_with=BAC_NINH)
    tabs = [tab for tab in signed_in(colleague).get(LIST).context["kept"].tabs if tab.key]
    assert [(tab.label, tab.note) for tab in tabs] == [("Chung", "Trần Văn Lợi chia sẻ")]
    assert [tab for tab in signed_in(neighbour).get(LIST).context["kept"].tabs if tab.key] == []
    save(client_of_owner, "state=closed", "Cho đơn vị khác", shared_with=LAM_DONG)  # one does not work there
    assert not SavedView.objects.filter(name="Cho đơn vị khác").exists()


def test_another_s_view_is_out_of_sight_and_a_shared_one_is_not_theirs_to_change(owner, client_of_owner, signed_in):
    save(client_of_owner, "state=draft", "Riêng")
    save(client_of_owner, "state=proposed", "Chung", shared_with=BAC_NINH)
    own, shared = SavedView.objects.order_by("pk")
    colleague = signed_in(person("B", "unit_editor", BAC_NINH))
    for verb in ("change", "delete"):
        assert colleague.post(reverse(f"people:savedview_{verb}", args=[own.pk]), {"name": "x"}).status_code == 404
        assert colleague.post(reverse(f"people:savedview_{verb}", args=[shared.pk]), {"name": "x"}).status_code == 403
    assert SavedView.objects.count() == 2


def test_renamed_shared_and_deleted_by_its_owner(owner, client_of_owner):
    save(client_of_owner, "state=draft")
    view = SavedView.objects.get()
    change = reverse("people:savedview_change", args=[view.pk])
    assert "Của tôi" in client_of_owner.get(change).content.decode()
    client_of_owner.post(change, {"name": "Bản nháp", "shared_with": BAC_NINH})
    view.refresh_from_db()
    assert (view.name, view.shared_with_id) == ("Bản nháp", BAC_NINH)
    page = client_of_owner.get(reverse("people:savedview_list")).content.decode()
    assert "Bản nháp" in page
    assert "Bắc Ninh" in page
    assert f"{LIST}?state=draft" in page
    client_of_owner.post(reverse("people:savedview_delete", args=[view.pk]))
    assert not SavedView.objects.exists()
    told = AuditEvent.objects.filter(action__startswith="savedview.").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["savedview.saved", "savedview.changed", "savedview.deleted"]


def test_a_list_that_keeps_none_or_is_not_theirs_is_not_found(owner, client_of_owner, signed_in, stranger):
    for page in (
        "documents:legaldocument_list",
        "registers:row_list",
        "registers:row_list nothing",
        "people:person_detail",
        "nowhere",
        "",
        "\x00",
    ):
        assert client_of_owner.post(ADD, {"page": page, "query": "", "name": "x"}).status_code == 404
    assert save(signed_in(stranger), "state=draft").status_code == 404


@pytest.mark.parametrize(
    ("page", "asked", "kept"),
    [
        (
            "registers:row_list courses",
            "subject=management&subject=other&col=place&year=1",
            "col=place&subject=management&subject=other",
        ),
        (
            "enterprises:enterprise_list",
            "ownership=private&ownership=fdi&stage=gone",
            "ownership=fdi&ownership=private",
        ),
    ],
)
def test_every_register_keeps_views_of_its_own(owner, client_of_owner, page, asked, kept):
    answer = client_of_owner.post(ADD, {"page": page, "query": asked, "name": "Của tôi"})
    assert SavedView.objects.get().query == kept
    page_of_list = client_of_owner.get(answer.url)
    assert [tab.label for tab in page_of_list.context["kept"].tabs if tab.is_current] == ["Của tôi"]
    assert client_of_owner.get("/registers/standards/").context["kept"].tabs == []
    managed = client_of_owner.get(reverse("people:savedview_list")).content.decode()
    assert answer.url.replace("&", "&amp;") in managed


def test_twice_the_same_name_and_too_many_are_refused(owner, client_of_owner):
    save(client_of_owner, "state=draft")
    again = client_of_owner.post(ADD, {"page": PAGE, "query": "state=closed", "name": "Của tôi"}, follow=True)
    assert "Bạn đã có một cách xem tên này" in again.content.decode()
    SavedView.objects.bulk_create(SavedView(owner=owner, page=PAGE, name=str(n)) for n in range(MOST - 1))
    full = client_of_owner.post(ADD, {"page": PAGE, "query": "state=closed", "name": "Nữa"}, follow=True)
    assert "nhiều nhất 30 cách xem" in full.content.decode()
    assert SavedView.objects.count() == MOST


def test_the_services_themselves_ask_whose_it_is(owner):
    colleague = person("B", "reader", BAC_NINH)
    view = SavedView.objects.create(owner=owner, page=PAGE, name="Chung", query="", shared_with_id=BAC_NINH)
    with pytest.raises(PermissionDenied):
        change_view(view, "Tên khác", None, by=colleague)
    with pytest.raises(PermissionDenied):
        delete_view(view, by=colleague)
    assert SavedView.objects.get().name == "Chung"
    assert change_view(view, "Tên khác", BAC_NINH, by=owner).name == "Tên khác"
    delete_view(view, by=owner)
    assert not SavedView.objects.exists()


def test_a_look_at_the_plan_is_kept_with_its_list_and_headings(owner, client_of_owner):
    asked = "list=B&by=group&q=do%20luong&status=overdue&status=nothing&export=xlsx&sort=code"
    answer = client_of_owner.post(ADD, {"page": "tasks:frameworkitem_list", "query": asked, "name": "Quá hạn của tôi"})
    view = SavedView.objects.get()
    assert (view.page, view.query) == (
        "tasks:frameworkitem_list",
        "by=group&list=B&q=do+luong",
    )
    assert answer.url == f"/plan/?{view.query}"
    page = client_of_owner.get("/plan/?list=B&by=group&q=do+luong")
    kept = page.context["kept"]
    assert [tab.label for tab in kept.tabs if tab.is_current] == ["Quá hạn của tôi"]
    assert "Lưu cách xem" not in page.content.decode()
    assert "Lưu cách xem" in client_of_owner.get("/plan/?list=B&by=aim&q=luong").content.decode()
    assert "Lưu cách xem" not in client_of_owner.get("/plan/?list=B").content.decode()  # everybody finds it there
    part = client_of_owner.get("/plan/?list=B&q=khac", headers={"HX-Request": "true"}).content.decode()
    assert 'id="keeping" hx-swap-oob="true"' in part  # it stands above the region that is asked for anew
