"""Invented tasks of all years, units and states: the same for the same seed, by COPY. All of it is marked so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.accounts.models import User
from apps.framework.models import FrameworkItem
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import programme_office, unit_labels
from apps.tasks.moving import BEFORE_APPROVAL, DONE, REPORTED, State
from apps.tasks.routes import route_of
from program996.demo import accounts
from program996.demo.dice import Dice, Weighted
from program996.demo.focal import FOCAL_UNITS, focal_unit_of
from program996.demo.programmes import MARK
from program996.demo.task_rows import write_tasks
from program996.demo.years import LAST_DAY

TASKS = 1_300
Timing = FrameworkItem.Timing
YEARS: Weighted[int] = Weighted({2019: 5, 2020: 7, 2021: 9, 2022: 11, 2023: 12, 2024: 13, 2025: 15, 2026: 22, 2027: 6})
PAST: Weighted[State] = Weighted(
    {State.CLOSED: 72, State.ACCEPTED: 18, State.TERMINATED: 4, State.REJECTED: 3}
)  # fmt: skip
STATES: dict[int, Weighted[State]] = {
    2025: Weighted({State.CLOSED: 56, State.ACCEPTED: 22, State.COMPLETION_REPORTED: 5, State.IN_PROGRESS: 8,
                    State.TERMINATED: 3, State.SUSPENDED: 2, State.REJECTED: 4}),
    2026: Weighted({State.IN_PROGRESS: 52, State.APPROVED: 8, State.COMPLETION_REPORTED: 8, State.ACCEPTED: 18,
                    State.CLOSED: 6, State.SUSPENDED: 3, State.TERMINATED: 2, State.REJECTED: 3}),
    2027: Weighted({State.DRAFT: 22, State.PROPOSED: 26, State.UNDER_APPRAISAL: 20, State.APPRAISED: 20,
                    State.RETURNED: 8, State.REJECTED: 3, State.APPROVED: 1}),
}  # fmt: skip
TITLES_B = {
    "B.1": ("Trang bị chuẩn khối lượng cho trung tâm kỹ thuật", "Xây dựng phòng hiệu chuẩn lưu lượng",
            "Rà soát hạ tầng kỹ thuật đo lường"),
    "B.2": ("Bồi dưỡng {n} cán bộ quản lý đo lường", "Tập huấn nghiệp vụ cho {n} kiểm định viên"),
    "B.3": ("Nghiên cứu phương pháp đo lưu lượng kênh hở", "Hoàn thiện phương pháp đo độ ẩm nông sản"),
    "B.4": ("Nghiên cứu chế tạo chất chuẩn khí", "Thương mại hóa phương tiện đo mức bồn chứa"),
    "B.5": ("Áp dụng bộ tiêu chí quốc gia tại {n} phòng thí nghiệm", "Đánh giá phòng thử nghiệm theo bộ tiêu chí"),
    "B.6": ("Hỗ trợ {n} doanh nghiệp áp dụng Chương trình đảm bảo đo lường",
            "Tư vấn xây dựng Chương trình đảm bảo đo lường cho {n} doanh nghiệp"),
    "B.7": ("Tuyên truyền nội dung Đề án trên báo, đài", "Tổ chức hội nghị phổ biến Đề án"),
}  # fmt: skip
DUE = ((6, 30), (9, 30), (11, 23), (12, 10), (12, 15), (12, 31))


@dataclass
class Invented:
    """One task before it is written."""

    code: str
    item: str
    title: str
    kind: str
    term: str
    year: int
    lead: str
    route: str
    approving: str
    state: State
    starts_on: date
    due_on: date
    first_due_on: date
    reported_on: date | None = None
    accepted_on: date | None = None
    proposer: int | None = None
    reporter: int | None = None
    percents: list[tuple[date, int, str]] = field(default_factory=list)


def load_tasks(seed: int, tasks: int) -> int:
    """How many; in their own codes, so that nobody takes them for tasks of the portal."""
    return write_tasks(list(Inventor(Dice(seed + 2)).tasks(tasks)), Dice(seed + 3), MARK)


class Inventor:
    def __init__(self, dice: Dice) -> None:
        self.dice, self.number = dice, 0
        self.items = {item.code: item for item in FrameworkItem.objects.items().order_by("position")}
        self.labels = unit_labels()
        self.focal = {parent: focal_unit_of(parent) for parent in FOCAL_UNITS}
        reporting = OrganisationUnit.objects.reporting().exclude(pk="BKHCN").order_by("pk")
        self.units = list(reporting.values_list("pk", "valid_from", "valid_to"))
        self.routes: dict[str, tuple[str, str]] = {}
        emails = {person.email for person in accounts.people() if person.email.startswith("de-xuat")}
        found = User.objects.filter(email__in=emails).values_list("memberships__unit", "pk")
        self.proposers = dict(found)

    def tasks(self, many: int) -> Iterator[Invented]:
        """First what the plan has of itself, then a task of each state for the units with accounts, then chance."""
        made = 0
        for one in self._first(many):
            made += 1
            yield one
        own, listed = [item for item in self.items.values() if item.list == "A"], list(TITLES_B)
        while made < many:
            year = YEARS.draw(self.dice)
            if self.dice.chance(0.15):
                due = [item for item in own if item.is_due_in(year)]
                yield self._task(self.dice.pick(due), year, self._centre(year))
            else:
                there = [pk for pk, start, end in self.units if _is_there(start, end, date(year, 1, 15))]
                unit = self.dice.pick(there)
                yield self._task(self.items[self.dice.pick(listed)], year, self.focal.get(unit, unit))
            made += 1

    def _first(self, many: int) -> Iterator[Invented]:
        if many < TASKS // 2:
            return
        for item in (one for one in self.items.values() if one.list == "A"):
            years = list(range(2019, 2028))
            if item.timing == Timing.SPAN:
                years = [year for year in (2021, 2026) if item.is_due_in(year)] or [item.first_year or 2019]
            for year in (year for year in years if item.is_due_in(year)):
                yield self._task(item, year, self._centre(year, item), medium=item.timing == Timing.SPAN)
        for lead in [*self.focal.values(), "VMI"]:
            for state in State:
                year = 2027 if state in BEFORE_APPROVAL else 2026
                code = "A.2.2.3" if lead == "VMI" else self.dice.pick(list(TITLES_B))
                yield self._task(self.items[code], year, lead, state=state)

    def _centre(self, year: int, item: FrameworkItem | None = None) -> str:
        office = programme_office()
        today = office.id if office else "UBTDC"
        if item is None and self.dice.chance(0.3):
            return "VMI"
        return today if year >= 2025 else "TCTDC"

    def _task(
        self, item: FrameworkItem, year: int, lead: str, *, state: State | None = None, medium: bool = False
    ) -> Invented:
        dice = self.dice
        self.number += 1
        if lead not in self.routes:
            self.routes[lead] = route_of(lead)
        route, approving = self.routes[lead]
        month, day = dice.pick(DUE)
        due = date(min(year - year % 5 + (5 if year % 5 else 0), 2030) if medium else year, month, day)
        starts = date(year, dice.number(1, 3), dice.number(1, 20))
        kind = "investment" if item.takes_investment and dice.chance(0.5) else dice.pick(("recurrent", "science"))
        found = state or (State.IN_PROGRESS if medium and year == 2026 else STATES.get(year, PAST).draw(dice))
        task = Invented(
            code=f"MH-{year}-{self.number:05}", item=item.code, title=self._title(item, year), kind=kind,
            term="medium" if medium else "yearly", year=year, lead=lead, route=route, approving=approving,
            state=found, starts_on=starts, due_on=due, first_due_on=due, proposer=self.proposers.get(lead),
        )  # fmt: skip
        return self._worked_on(task)

    def _title(self, item: FrameworkItem, year: int) -> str:
        if item.code in TITLES_B:
            said = self.dice.pick(TITLES_B[item.code]).format(n=self.dice.number(2, 30) * 5)
        else:
            said = item.title.split(";")[0].split(" (")[0].split(":")[0][:200]
        return f"{said}, năm {year} (minh họa)"

    def _worked_on(self, task: Invented) -> Invented:
        """When it was done, whether late, how far it is."""
        dice = self.dice
        if task.state in REPORTED:
            late = dice.chance(0.12)
            done = task.due_on + timedelta(days=dice.number(1, 60) if late else -dice.number(0, 50))
            task.reported_on = min(max(done, task.starts_on), LAST_DAY)
            task.reporter = task.proposer
        if task.state in DONE and task.reported_on:
            task.accepted_on = min(task.reported_on + timedelta(days=dice.number(5, 40)), LAST_DAY)
        if task.state in (State.IN_PROGRESS, State.SUSPENDED):
            self._tell(task)
        return task

    def _tell(self, task: Invented) -> None:
        span = max((task.due_on - task.starts_on).days, 1)
        used = min(max((LAST_DAY - task.starts_on).days / span, 0.05), 1.0)
        percent = int(100 * used * (0.55 + 0.5 * self.dice.roll()))
        risk = "none" if percent > 75 * used else self.dice.pick(("some", "high"))
        day = max(LAST_DAY - timedelta(days=self.dice.number(1, 60)), task.starts_on)
        task.percents = [(day, min(percent, 95), risk)]


def _is_there(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or end >= day)
