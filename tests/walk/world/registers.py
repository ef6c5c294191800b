"""Declared registers: a row that stands and one that was withdrawn, in every unit."""

from django.utils import timezone

from apps.documents.models import LegalDocument
from apps.enterprises.models import ManagingMinistry, PrioritySector, ProgrammeEvaluation, SupportActivity
from apps.labs.models import Area, MeasurementStandard
from apps.plans.models import UnitPlan
from apps.registers.models import RegisterMerge
from tests.factories.enterprises import tax_code
from tests.walk.places import CENTRE, HEIRS, PUBLIC
from tests.walk.world.base import World, builder, once
from tests.walk.world.enterprises import DAYS, SEEN


@builder
def standards(world: World, place: str) -> None:
    keeper = world.get("staff", HEIRS.get(place, place), "register_keeper")
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": keeper}
    for state, given in (("live", {"withdrawn_reason": ""}), ("withdrawn", gone)):
        if state == "withdrawn" and keeper is None:
            continue
        row = world.make(
            "measurementstandard", place, MeasurementStandard, named=state,
            code=f"CANARY-{place}-{world.number()}", area=Area.MASS, unit_id=place, recognised_on=DAYS[place in HEIRS],
            entered_by=keeper, **given,
        )  # fmt: skip
        MeasurementStandard.objects.filter(pk=row.pk).update(updated_at=SEEN)


@builder
def merges(world: World, place: str) -> None:
    """Two standards to be made one; and two others that were, of which no route but that of parting them knows."""
    keeper = world.get("staff", HEIRS.get(place, place), "register_keeper")
    if keeper is None:
        return
    told = {"area": Area.MASS, "unit_id": place, "recognised_on": DAYS[place in HEIRS]}
    for which in ("kept", "gone"):
        row = world.make(
            "standardpair", place, MeasurementStandard, named=which, code=f"CANARY-{place}-{world.number()}",
            withdrawn_reason="", **told,
        )  # fmt: skip
        MeasurementStandard.objects.filter(pk=row.pk).update(updated_at=SEEN)
    told |= {"quantity": "Khối lượng", "holder": "Viện"}
    kept, gone = (
        MeasurementStandard.objects.create(code=f"G-{world.number()}", name="Chuẩn", **told) for _ in range(2)
    )
    gone.withdrawn_at, gone.withdrawn_by, gone.withdrawn_reason = timezone.now(), keeper, "Gộp"
    gone.merged_into = kept
    gone.save()
    for row in (kept, gone):
        world.own(row, place)
    world.make(
        "registermerge", place, RegisterMerge, kind="labs.measurementstandard", slug="standards", kept_id=kept.pk,
        gone_id=gone.pk, merged_by=keeper, kept_left_at=kept.updated_at, gone_left_at=gone.updated_at, undo_reason="",
    )  # fmt: skip


@builder
def plans(world: World, place: str) -> None:
    """Own of ministries and provinces; what another unit enters is its own all the same."""
    row = world.make(
        "unitplan", place, UnitPlan, number=f"{world.number()}/KH-UBND", unit_id=place, issued_on=DAYS[place in HEIRS],
        first_year=2019, last_year=2030, withdrawn_reason="",
        entered_by=world.get("staff", HEIRS.get(place, place), "register_keeper"),
    )  # fmt: skip
    UnitPlan.objects.filter(pk=row.pk).update(updated_at=SEEN)


@builder
def support(world: World, place: str) -> None:
    row = world.make(
        "supportactivity", place, SupportActivity, tax_code=tax_code(5_000_000 + world.number() * 7), unit_id=place,
        recipient_kind=SupportActivity.Recipient.ENTERPRISE, task=SupportActivity.Task.PROGRAMME,
        mode=SupportActivity.Mode.TRAINING, held_on=DAYS[place in HEIRS], withdrawn_reason="",
        entered_by=world.get("staff", HEIRS.get(place, place), "register_keeper"),
    )  # fmt: skip
    SupportActivity.objects.filter(pk=row.pk).update(updated_at=SEEN)


@builder
def evaluations(world: World, place: str) -> None:
    row = world.make(
        "programmeevaluation", place, ProgrammeEvaluation, tax_code=tax_code(8_000_000 + world.number() * 7),
        year=2025, vsic_version="2018", vsic="10", unit_id=place, evaluated_on=DAYS[place in HEIRS],
        withdrawn_reason="", entered_by=world.get("staff", HEIRS.get(place, place), "register_keeper"),
    )  # fmt: skip
    ProgrammeEvaluation.objects.filter(pk=row.pk).update(updated_at=SEEN)


@builder
def ministries(world: World, place: str) -> None:
    """A province can name none; one of its rows would be as much out of a neighbour's sight."""
    row = world.make(
        "managingministry", place, ManagingMinistry, tax_code=tax_code(7_000_000 + world.number() * 7), unit_id=place,
        since=DAYS[place in HEIRS], withdrawn_reason="",
        entered_by=world.get("staff", HEIRS.get(place, place), "register_keeper"),
    )  # fmt: skip
    ManagingMinistry.objects.filter(pk=row.pk).update(updated_at=SEEN)


@once
def priority_sectors(world: World) -> None:
    """One list for the country."""
    act = LegalDocument.objects.order_by("pk").first()
    world.values["act_pk"] = lambda _place: act.pk
    row = world.make(
        "prioritysector", PUBLIC, PrioritySector, act=act, number="1", vsic="10", vsic_version="2025",
        valid_from=DAYS[False], unit_id=CENTRE, withdrawn_reason="",
        entered_by=world.get("staff", CENTRE, "programme_officer"),
    )  # fmt: skip
    PrioritySector.objects.filter(pk=row.pk).update(updated_at=SEEN)
