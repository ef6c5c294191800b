"""What is not public does not move a byte of what is, in any language and in any form."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.enterprises.models import Enterprise
from apps.labs.models import ConformityBody, Laboratory
from apps.progress.services import recompute
from apps.targets.models import Indicator, IndicatorValue, Period, Publication, UnitStatistic
from apps.targets.publishing import withdraw_publication
from tests.conftest import BAC_GIANG, LAM_DONG
from tests.factories.closings import close, publish
from tests.public.conftest import DAY, HA_NOI
from tests.public.crawl import Met, crawl

FORMS = (".csv", ".xlsx", ".json", ".json-stat", "datapackage.json", "catalog.jsonld", "feed.atom", ".png")
# Figures that nobody has by chance. Of each state in which a figure is not told, and of one that is.
TOLD, LATER, UNPUBLISHED, PRELIMINARY, WITHDRAWN, AGAINST = 1300417, 2700531, 5300869, 3900647, 4100753, 7200183
CANARY = "CANARY-"


@pytest.fixture(autouse=True)
def _no_limit(settings, own_counts) -> None:
    settings.LIMITS = settings.LIMITS | {"public": (10**9, 60)}


def figure(year: int, value: int, unit: str | None = None, code: str = "MT1") -> None:
    """Of a unit and, for the nation is counted from units, so of the nation."""
    told = {"indicator": Indicator.objects.get(code=code), "period": Period.objects.get(year=year), "unit_id": unit}
    known, now = IndicatorValue.objects.filter(**told, known_to=None), timezone.now()
    known.update(known_to=now)
    IndicatorValue.objects.create(**told, basis=told["indicator"].basis, value=Decimal(value), known_from=now)


def both(year: int, value: int) -> None:
    figure(year, value, HA_NOI)
    figure(year, value)


def spelt(number: int) -> re.Pattern[str]:
    """In any language and form: 1300417, 1.300.417, 1,300,417."""
    return re.compile(r"(?<!\d)" + r"[.,\s  ]?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", str(number))))


def where(met: Mapping[str, Met], sign: re.Pattern[str]) -> list[str]:
    return [address for address, one in met.items() if sign.search(one.text)]


def differing(before: Mapping[str, Met], after: Mapping[str, Met]) -> set[str]:
    return {one for one in before.keys() | after.keys() if _said(before.get(one)) != _said(after.get(one))}


def _said(one: Met | None) -> object:
    return one and (one.status, one.parts)


@pytest.fixture
def told(closed) -> Publication:
    """2025 is published, with a figure that stands out."""
    both(2025, TOLD)
    close(2025)
    return publish(2025)


def test_the_crawl_meets_every_page_and_every_form(told, client):
    met = crawl(client)
    assert {one.status for one in met.values()} == {200}
    for form in FORMS:
        assert any(address.partition("?")[0].endswith(form) for address in met), form
    for page in ("/", "/provinces/", "/provinces/ha-noi/", "/documents/", "/about/", "/open-data/", "/accessibility/"):
        assert {page, f"/en{page}"} <= met.keys(), page
    seen = where(met, spelt(TOLD))
    assert {"/", "/en/", f"/open-data/{told.pk}/figures.csv", f"/en/open-data/{told.pk}/targets.json"} <= set(seen)


def test_what_nobody_published_moves_no_byte(told, event, enterprise, client):
    """A later closing, a year closed and never published, the running year, its rows, people, what rates are set
    against: all of it new, and nothing outside says so.
    """
    before = crawl(client)
    both(2025, LATER)
    both(2024, UNPUBLISHED)
    both(2026, PRELIMINARY)
    close(2025, reason=f"{CANARY}later")
    close(2024, reason=f"{CANARY}unpublished")
    UnitStatistic.objects.filter(unit_id=HA_NOI).update(value=AGAINST)
    for number in range(7):
        event(date(2026, 2, 1), LAM_DONG, of=enterprise(LAM_DONG, name=f"{CANARY}enterprise-{number}"))
    body = ConformityBody.objects.create(code=f"{CANARY}b", name=f"{CANARY}body", unit_id=HA_NOI)
    Laboratory.objects.create(body=body, code=f"{CANARY}l", name=f"{CANARY}lab", unit_id=HA_NOI)
    User.objects.update(full_name=f"{CANARY}person")
    entered = User.objects.create_user("canary-nobody@example.vn", full_name=f"{CANARY}nobody")
    LegalDocument.objects.create(number=f"{CANARY}77/QĐ", kind="Quyết định", issuer="A", added_by=entered)
    after = crawl(client)
    assert differing(before, after) == set()
    assert where(after, re.compile(CANARY, re.IGNORECASE)) == []


def test_names_of_rows_and_people_stand_in_no_form(told, client):
    """Of those whose facts are counted, and of those who closed and published."""
    Enterprise.objects.update(name=f"{CANARY}enterprise", address=f"{CANARY}address")
    User.objects.update(full_name=f"{CANARY}person")
    codes = set(Enterprise.objects.values_list("tax_code", flat=True))
    assert codes
    assert User.objects.exists()
    met = crawl(client)
    private = re.compile(
        "|".join([CANARY, "@chot.example", "nguoi-(?:lap|chot|cong-bo)", *sorted(codes)]), re.IGNORECASE
    )
    assert where(met, private) == []


def test_a_unit_of_few_moves_nothing_but_the_nation(closed, event, client):
    """Lâm Đồng has 2, then 4: no form tells them apart, once the nation's figure is the same."""
    event(DAY, LAM_DONG)
    event(DAY, LAM_DONG)
    recompute()
    close(2025)
    publication = publish(2025)
    met = crawl(client)
    assert {met[f"/provinces/{one}/"].status for one in ("lam-dong", "ha-noi")} == {200}
    for address, one in met.items():
        for line in re.split(r"\n|</tr>|\}", one.text):
            if f'"{LAM_DONG}"' in line or line.startswith(f"MT5,2025,{LAM_DONG},"):
                assert not re.search(r"(?<![\d.\-])4(?![\d.\-])", line), (address, line)
    hidden = {row["unit"]: row for row in client.get(f"/open-data/{publication.pk}/figures.json").json()
              if row["indicator"] == "MT5"}[LAM_DONG]  # fmt: skip
    assert {name for name, value in hidden.items() if value} == {"indicator", "period", "unit", "unit_name", "reason"}


def test_what_was_taken_back_is_in_no_form(told, client, leader):
    """Nor in what the process has kept: every answer is as it was before, but where it is said what was taken back.
    Publishing and taking back show at once, also to whoever asks with the tag of what they have.
    """
    before = crawl(client)
    both(2024, WITHDRAWN)
    close(2024)
    wrong = publish(2024)
    shown = crawl(client)
    assert len(where(shown, spelt(WITHDRAWN))) > 10
    withdraw_publication(wrong, "Sai số liệu", by=leader)
    after = crawl(client)
    assert where(after, spelt(WITHDRAWN)) == []
    say_so = {"/open-data/", "/open-data/feed.atom", f"/open-data/{wrong.pk}/"}
    assert differing(before, after) == say_so | {f"/en{one}" for one in say_so}
    for old, new in ((before, shown), (shown, after)):
        changed = differing(old, new) & old.keys() & new.keys()
        assert {"/provinces/ha-noi/", "/en/provinces/ha-noi/", "/open-data/", "/open-data/catalog.jsonld"} <= changed
        assert not [one for one in changed if old[one].tag == new[one].tag]
    for address, one in shown.items():
        answer = client.get(address, headers={"If-None-Match": one.tag})
        assert (answer.status_code == 410) == (f"/open-data/{wrong.pk}/" in address and not address.endswith("/")), (
            address
        )
        assert answer.status_code != 304 or one.parts == before[address].parts, address


def test_the_answer_itself_goes_with_its_publication(told, client, leader):
    first = client.get("/")
    assert spelt(TOLD).search(first.content.decode())
    withdraw_publication(told, "Sai số liệu", by=leader)
    again = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, spelt(TOLD).search(again.content.decode())) == (200, None)


def test_the_past_of_a_merged_province_is_not_told_apart(told, client):
    """Bắc Giang reported six: in today's view they are Bắc Ninh's, and its own page is none."""
    assert client.get("/provinces/bac-giang/").status_code == 404
    rows = client.get(f"/open-data/{told.pk}/figures.json").json()
    assert BAC_GIANG not in {row["unit"] for row in rows}
