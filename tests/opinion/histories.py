"""Random histories: what may befall the registers, one thing after another, each through the portal's own services.

A step that the portal refuses did not happen; what it would have changed is taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise, Industry, ProgrammeEvent
from apps.labs.models import CalibrationAndMeasurementCapability, ConformityBody, Laboratory
from apps.organisations.models import OrganisationUnit
from apps.registers.merging.services import merge_rows, part_rows
from apps.registers.models import RegisterMerge
from apps.registers.services import add_row, change_row, restore_row, withdraw_row
from apps.reorganisations.services.plans import Plan
from apps.training.models import TrainingCourse
from tests.factories import registers
from tests.factories.enterprises import tax_code
from tests.reorganisations import acts

TODAY = timezone.localdate()
BREAK = date(2025, 7, 1)  # of the provinces
OLD, NEW = ("VN-24-2008", "VN-27-2008", "VN-68-2008", "VN-60-2008"), ("VN-24-2025", "VN-68-2025")
MINISTRIES = ("BGTVT", "BXD", "BTNMT", "BNNPTNT", "BNNMT", "BCT")  # before and after 01/03/2025
EDGES = (
    date(2018, 12, 14), date(2018, 12, 15), date(2019, 12, 14), date(2019, 12, 15), date(2024, 12, 14),
    date(2024, 12, 15), date(2025, 2, 28), date(2025, 3, 1), date(2025, 6, 30), BREAK, date(2025, 12, 14),
    date(2025, 12, 15), TODAY - timedelta(days=1), TODAY,
)  # fmt: skip
DAYS = st.one_of(st.sampled_from(EDGES), st.sampled_from(EDGES), st.dates(date(2018, 11, 1), TODAY))
PICK = st.integers(0, 7)
HOUSEHOLD = 7

FOOD = acts.Result("Bộ Công Thương và Nông nghiệp", "Bộ Công Nông", "Bộ")
AGENCY = acts.Result("Ủy ban Công Thương", "Ủy ban Công Thương", "Cơ quan ngang bộ")

FACTORIES = registers.FACTORIES | {"priority-sectors": registers.PrioritySectorFactory}
Step = tuple[str, tuple[Any, ...]]


def step(name: str, *what: st.SearchStrategy) -> st.SearchStrategy[Step]:
    return st.tuples(st.just(name), st.tuples(*what))


KIND = st.sampled_from(["state", "private", "fdi", "cooperative"])
STAGE = st.sampled_from(["applied", "applied", "maintained", "issued", "stopped"])
FORM = st.sampled_from(["served", "written"])
AREA = st.sampled_from(["m", "em", "l"])
REGISTERS = ("standards", "cmc", "cmc-status", "products", "courses", "attendances", "bodies", "labs", "assessments",
             "unit-plans", "managing-ministries", "priority-sectors")  # fmt: skip
SLUG = st.sampled_from(REGISTERS)


@dataclass
class History:
    by: User

    def __post_init__(self) -> None:
        self.done: list[str] = []
        self._look_at_units()

    def _look_at_units(self) -> None:
        """The two families of provinces and some ministries, with whoever follows them by an act of the history."""
        self.units = {
            is_province: [
                (row["id"], row["valid_from"] or date.min, row["valid_to"] or date.max)
                for row in OrganisationUnit.objects.filter(
                    Q(pk__in=[*OLD, *NEW] if is_province else MINISTRIES)
                    | Q(
                        begun_by__isnull=False,
                        kind__in=["province"] if is_province else ["ministry", "ministerial_agency"],
                    )
                )
                .order_by("pk")
                .values("id", "valid_from", "valid_to")
            ]
            for is_province in (True, False)
        }

    def _of_day(self, pick: int, day: date, *, province: bool) -> str:
        found = [unit for unit, begins, ends in self.units[province] if begins <= day <= ends]
        return found[pick % len(found)]

    def province(self, pick: int, day: date) -> str:
        return self._of_day(pick, day, province=True)

    def ministry_of(self, pick: int, day: date) -> str:
        return self._of_day(pick, day, province=False)

    def home(self, pick: int, day: date) -> str:
        return self.province(pick, day) if pick < 4 else self.ministry_of(pick, day)

    def take(self, name: str, what: tuple[Any, ...]) -> bool:
        """One step, all of it or nothing of it."""
        act: Callable[..., Any] = getattr(self, name)
        try:
            with transaction.atomic():
                happened = act(*what) is not False
        except ValidationError:
            happened = False
        if happened:
            self.done.append(name)
        return happened

    # --- acts on units

    def reorganise(self, kind: str, day: date, pick: int) -> Any:
        """Before anything else: an act is refused that is dated before what hangs on its units."""
        plan = {
            "merger": lambda: acts.merger(day, *NEW),
            "split": lambda: acts.split(day, *(("0.6", "0.4"), ("0.333333", "0.333333", "0.333334"))[pick % 2]),
            "renaming": lambda: acts.renaming(day),
            "ministries": lambda: acts.merger(day, "BCT", "BNNMT", result=FOOD),
            "as an agency": lambda: Plan(acts.Kind.CHANGE_OF_KIND, [acts.unit("BCT")], [AGENCY], day),
        }[kind]()
        acts.done(plan, self.by)
        self._look_at_units()

    # --- declared registers

    def _add(self, slug: str, **given: Any) -> Any:
        return add_row(FACTORIES[slug].build(**given), by=self.by)

    def standard(self, pick: int, day: date, years: int, area: str) -> Any:
        ended = end_of(day, years)
        return self._add("standards", unit_id=self.home(pick, day), recognised_on=day, ended_on=ended, area=area)

    def cmc(self, pick: int, day: date, area: str) -> Any:
        line = self._add("cmc", unit_id=self.home(pick, day), area=area)
        return self._add("cmc-status", cmc=line, status="published", happened_on=day)

    def cmc_status(self, pick: int, day: date, status: str) -> Any:
        line = _one(CalibrationAndMeasurementCapability, pick) or self.cmc(pick, EDGES[pick], "m").cmc
        return self._add("cmc-status", cmc=line, status=status, happened_on=day)

    def product(self, pick: int, day: date, kind: str, area: str, is_sold: bool) -> Any:
        sold = day if is_sold else None
        return self._add("products", unit_id=self.home(pick, day), accepted_on=day, kind=kind, area=area,
                         commercialised_on=sold)  # fmt: skip

    def course(self, pick: int, day: date, subject: str) -> Any:
        return self._add("courses", unit_id=self.home(pick, day), starts_on=day, ends_on=day, subject=subject)

    def attendance(self, pick: int, who: int, audience: str) -> Any:
        """One of six people; two of them are written in two ways."""
        course = _one(TrainingCourse, pick) or self.course(pick, EDGES[pick], "assurance")
        name, year = (("Đỗ Văn Đo", 1980), ("ĐỖ VĂN ĐO", 1980), ("Đỗ Văn Đo", 1981), ("Lê Thị Hòa", None),
                      ("Lê Thị Hoà", None), ("Lê Thị Hoa", 1975))[who % 6]  # fmt: skip
        return self._add(
            "attendances", course=course, full_name=name, birth_year=year, workplace="Trung tâm Đo", audience=audience
        )

    def laboratory(self, pick: int, which: int, kind: str) -> Any:
        body = _one(ConformityBody, which)
        if body is None or which % 3 == 0:
            body = self._add("bodies", unit_id=self.home(pick, TODAY), kind=kind)
        return self._add("labs", unit_id=self.province(pick, TODAY if pick % 2 else EDGES[0]), body=body)

    def assessment(self, pick: int, day: date, verdict: str) -> Any:
        lab = _one(Laboratory, pick) or self.laboratory(pick, 0, "public")
        return self._add("assessments", laboratory=lab, assessed_on=day, verdict=verdict)

    def plan(self, pick: int, day: date, first: int, years: int, ends: int) -> Any:
        first_year = max(2018, day.year + first)
        ended = end_of(day, ends)
        return self._add(
            "unit-plans", unit_id=self.home(pick, day), issued_on=day, first_year=first_year,
            last_year=max(first_year + years, day.year), ended_on=ended,
        )  # fmt: skip

    def ministry(self, who: int, pick: int, day: date, years: int) -> Any:
        ended = end_of(day, years)
        unit = self.ministry_of(pick, day)
        return self._add("managing-ministries", tax_code=code_of(who), unit_id=unit, since=day,
                         ended_on=ended)  # fmt: skip

    def sector(self, vsic: str, day: date, years: int) -> Any:
        ended = end_of(day, years)
        return self._add("priority-sectors", vsic=vsic, valid_from=day, valid_to=ended, number=str(years + 1))

    # --- whatever register

    def change(self, slug: str, pick: int, day: date, unit: int, choice: int) -> Any:
        """Another day, another unit, another kind; each register has what it has."""
        row = _one(FACTORIES[slug]._meta.model, pick)
        if row is None:
            return False
        names = {field.name for field in row._meta.fields}
        found = {name: day for name in ("recognised_on", "accepted_on", "assessed_on", "happened_on", "issued_on")
                 if name in names}  # fmt: skip
        if slug == "courses":
            found |= {"starts_on": day, "ends_on": day}
        if "unit" in names and slug != "priority-sectors":
            place = self.province(unit, day) if slug == "labs" else self.home(unit, day)
            found["unit"] = OrganisationUnit.objects.get(pk=place)
        for name in ("kind", "area", "audience", "subject", "verdict"):
            if name in names:
                values = row._meta.get_field(name).choices
                found[name] = values[choice % len(values)][0]
        if slug == "attendances":
            found["course"] = _one(TrainingCourse, unit)
        if slug == "assessments":
            found["laboratory"] = _one(Laboratory, unit)
        return change_row(row, found, "Sai", by=self.by)

    def withdraw(self, slug: str, pick: int) -> Any:
        row = _one(FACTORIES[slug]._meta.model, pick)
        return row is not None and withdraw_row(row, "Nhầm", by=self.by)

    def restore(self, slug: str, pick: int) -> Any:
        rows = list(FACTORIES[slug]._meta.model.objects.exclude(withdrawn_at=None).order_by("pk"))
        return bool(rows) and restore_row(rows[pick % len(rows)], "Đúng", by=self.by)

    def merge(self, slug: str, pick: int, other: int) -> Any:
        model = Enterprise if slug == "enterprises" else FACTORIES[slug]._meta.model
        kept, gone = _one(model, pick), _one(model, other)
        return kept is not None and kept != gone and merge_rows(kept, gone, [], "Một mà hai", by=self.by)

    def part(self) -> Any:
        merge = RegisterMerge.objects.filter(undone_at=None).last()
        return merge is not None and part_rows(merge, "Không phải một", by=self.by)

    # --- enterprises

    def _enterprise(self, who: int, kind: str, trade: int) -> Enterprise:
        """One of eight: three enterprises, a branch of two of them, a household …"""
        if found := Enterprise.objects.live().filter(tax_code=code_of(who)).first():
            return found
        row = Enterprise(
            tax_code=code_of(who), name=f"DN {who}", ownership="household" if who == HOUSEHOLD else kind,
            unit_id=NEW[who % 2], located_on=BREAK, **trade_of(trade),
        )  # fmt: skip
        return enterprises.register_enterprise(row, by=self.by)

    def event(self, who: int, kind: str, trade: int, place: int, day: date, form: str, stage: str) -> Any:
        """Of an enterprise that the register does not have yet it is the first that is heard."""
        one = self._enterprise(who, kind, trade)
        unit = OrganisationUnit.objects.get(pk=self.province(place, day))
        row = ProgrammeEvent(stage=stage, occurred_on=day, unit=unit)
        return enterprises.add_event(one, form, row, reported_by=unit, by=self.by)

    def correct(self, pick: int, place: int, day: date, stage: str) -> Any:
        row = _one(ProgrammeEvent, pick)
        unit = OrganisationUnit.objects.get(pk=self.province(place, day))
        changes = {"occurred_on": day, "unit": unit, "stage": stage}
        return row is not None and enterprises.correct_event(row, changes, "Sai", by=self.by)

    def withdraw_event(self, pick: int) -> Any:
        row = _one(ProgrammeEvent, pick)
        return row is not None and enterprises.withdraw_event(row, "Sai", by=self.by)

    def become(self, pick: int, kind: str, trade: int) -> Any:
        one = _one(Enterprise, pick)
        changes = {"ownership": kind, **trade_of(trade)}
        return one is not None and enterprises.update_enterprise(one, changes, by=self.by)


def end_of(day: date, pick: int) -> date | None:
    """None, or one of the days on which something else may happen."""
    later = [edge for edge in EDGES if edge > day]
    return later[(pick - 1) % len(later)] if pick and later else None


def trade_of(pick: int) -> dict[str, Any]:
    known = (None, *Industry.objects.filter(code__in=["10", "20", "47"]).order_by("version", "code"))
    industry = known[pick % len(known)]
    return {"industry": industry, "industry_code": industry.code if industry else ""}


def code_of(who: int) -> str:
    """The third and fourth are branches of the first two, registered or not."""
    if who == HOUSEHOLD:
        return "024091700017"
    return f"{tax_code(who % 3 + 1)}-001" if who in (3, 4) else tax_code(who + 1)


def _one(model: Any, pick: int) -> Any:
    """One of the rows that stand, if any does."""
    rows = list(model.objects.filter(withdrawn_at=None).order_by("pk"))
    return rows[pick % len(rows)] if rows else None


WHO = st.sampled_from([0, 0, 0, 1, 3, 3, HOUSEHOLD])
EVENT = step("event", WHO, KIND, st.integers(0, 6), PICK, DAYS, FORM, STAGE)
ACTS = st.tuples(
    st.just("reorganise"),
    st.tuples(
        st.sampled_from(["merger", "split", "split", "renaming", "ministries", "as an agency"]),
        st.sampled_from([date(2026, 2, 10), date(2026, 2, 10), TODAY, TODAY + timedelta(days=30)]), st.integers(0, 1),
    ),
)  # fmt: skip
OF_ENTERPRISES = (
    *[EVENT] * 6,
    step("correct", PICK, PICK, DAYS, STAGE),
    step("withdraw_event", PICK),
    step("become", PICK, KIND, st.integers(0, 6)),
    *[step("ministry", WHO, PICK, DAYS, st.integers(0, 3))] * 2,
    *[step("sector", st.sampled_from(["10", "2", "G", "C", "47"]), DAYS, st.integers(0, 3))] * 2,
    step("merge", st.just("enterprises"), PICK, PICK),
    step("part"),
)
OF_PLANS = (
    *[step("plan", PICK, DAYS, st.integers(-1, 1), st.integers(0, 5), st.integers(0, 3))] * 6,
    step("change", st.just("unit-plans"), PICK, DAYS, PICK, PICK),
    step("withdraw", st.just("unit-plans"), PICK),
)
OF_REGISTERS = (
    step("standard", PICK, DAYS, st.integers(0, 3), AREA),
    step("cmc", PICK, DAYS, AREA),
    step("cmc_status", PICK, DAYS, st.sampled_from(["suspended", "reinstated", "withdrawn"])),
    step("product", PICK, DAYS, st.sampled_from(["material", "instrument"]), AREA, st.booleans()),
    step("course", PICK, DAYS, st.sampled_from(["management", "assurance"])),
    step("attendance", PICK, PICK, st.sampled_from(["authority", "service"])),
    step("attendance", PICK, PICK, st.sampled_from(["authority", "service"])),
    step("laboratory", PICK, PICK, st.sampled_from(["public", "private"])),
    step("assessment", PICK, DAYS, st.sampled_from(["met", "met", "not_met"])),
    step("change", SLUG, PICK, DAYS, PICK, PICK),
    step("withdraw", SLUG, PICK),
    step("restore", SLUG, PICK),
    step("merge", SLUG, PICK, PICK),
    step("part"),
)
SUBJECTS = (OF_ENTERPRISES, OF_ENTERPRISES, OF_PLANS, OF_REGISTERS)
CLOSING = step("close", st.integers(2023, 2025))


def histories(*besides: st.SearchStrategy[Step]) -> st.SearchStrategy[list[Step]]:
    """An act on units or none, then what befalls one subject, densely: registers of strangers never meet."""
    lives = st.one_of(*(st.lists(st.one_of(*one, *besides), min_size=14, max_size=26) for one in SUBJECTS))
    return st.tuples(st.lists(ACTS, max_size=1), lives).map(lambda told: [*told[0], *told[1]])
