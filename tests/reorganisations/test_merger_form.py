"""What a merger asks for, all at once and truthfully."""

import html
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.organisations.models import Reorganisation
from tests.reorganisations.acts import BAC_NINH, LAM_DONG

pytestmark = pytest.mark.django_db
NEW = "/units/reorganisations/new/"


def text(response) -> str:
    return html.unescape(response.content.decode())


def asked(**more: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=1)
    return {
        "key": "k",
        "unit_1": BAC_NINH,
        "unit_2": LAM_DONG,
        "effective_on": f"{day:%d/%m/%Y}",
        "step": "preview",
    } | more


def errors(client, kind: str, data: dict) -> dict[str, list[str]]:
    return dict(client.post(f"{NEW}?kind={kind}", data).context["form"].errors)


def test_what_is_called_not_required_may_be_left_empty(central_client):
    """A merger under the first unit's name: its name, kind and code need not be typed again."""
    page = text(central_client.post(f"{NEW}?kind=merger", asked(document="202/2025/QH15")))
    assert "Chưa có gì được ghi." in page
    answer = central_client.post(f"{NEW}?kind=merger", asked(document="202/2025/QH15", step="confirm"))
    new = Reorganisation.objects.get(pk=answer.url.split("/")[-2]).begun.get()
    assert (new.names.get().name, new.code) == ("Thành phố Bắc Ninh", "24")


def test_a_new_unit_is_named_and_one_that_takes_another_in_keeps_its_name(central_client):
    """The page says which of the two is meant, and asks for what that needs."""
    page = text(central_client.get(NEW, {"kind": "merger", "unit": [BAC_NINH, LAM_DONG]}))
    assert "(bắt buộc khi hợp nhất)" in page
    assert "Để trống: 24, như đơn vị thứ nhất." in page
    new = errors(central_client, "merger", asked(document="202/2025/QH15", into="new"))
    assert set(new) == {"name_1", "short_name_1"}
    kept = asked(document="202/2025/QH15", into="first")
    assert set(errors(central_client, "merger", kept | {"name_1": "Tỉnh Khác"})) == {"name_1"}
    assert "Chưa có gì được ghi." in text(central_client.post(f"{NEW}?kind=merger", kept))


def test_errors_come_in_one_wave(central_client):
    """What the service would refuse is told beside what the form refuses, not after it is mended."""
    first = errors(central_client, "merger", asked(name_1="Thành phố Huế", code_1="79", effective_on="31/02/2027"))
    assert set(first) == {"effective_on", "document", "name_1", "code_1"}
    young = errors(
        central_client, "merger", asked(name_1="Thành phố Huế", effective_on="01/07/2025", document="996/QĐ-TTg")
    )
    assert set(young) == {"effective_on", "name_1"}
    one = {"unit_1": LAM_DONG, "unit_2": "", "name_1": "Tỉnh A", "short_name_1": "A", "share_1": "0,5", "heir": "1"}
    split = errors(central_client, "split", asked(**one))
    assert {"document", "code_1", "name_2", "code_2", "share_2"} <= set(split)


def test_fields_that_concern_other_kinds_are_not_asked(central_client):
    page = text(central_client.get(NEW, {"kind": "merger", "unit": ["BCT", "BTC"]}))
    assert 'name="code_1"' not in page
    assert 'name="parent"' not in page
    page = text(central_client.get(NEW, {"kind": "split"}))
    assert "(bắt buộc với tỉnh, thành phố)" in page


def test_kind_never_stands_twice(central_client):
    sent = asked(document="Nghị quyết 99/2026/QH16", step="confirm")
    sent |= {"document-kind": "Nghị quyết", "document-issuer": "Quốc hội"}
    answer = central_client.post(f"{NEW}?kind=merger", sent)
    page = text(central_client.get(answer.url))
    assert "Nghị quyết 99/2026/QH16" in page
    assert "Nghị quyết Nghị quyết" not in page
