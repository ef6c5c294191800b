"""How a programme goes: its dated stages, in order, in the province of each day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.enterprises.models import AssuranceProgramme, ProgrammeEvent
from program996.demo.dice import Dice
from program996.demo.places import Place, Places
from program996.demo.years import APPLYING, FIRST_DAY, Years

Form, Stage = AssuranceProgramme.Form, ProgrammeEvent.Stage

# Stages on the way to use, each with the share of programmes for which it is on record.
ON_THE_WAY = {
    Form.SERVED: ((Stage.APPROACHED, 0.4), (Stage.SURVEYED, 0.25)),
    Form.WRITTEN: (
        (Stage.APPROACHED, 0.55),
        (Stage.SURVEYED, 0.45),
        (Stage.BEING_BUILT, 0.55),
        (Stage.ISSUED, 0.75),
    ),
}
KEPT_UP, STOPPED, MOVED = 0.55, 0.04, 0.03
BOTH, WRITTEN_FIRST = 0.15, 0.25
MISTAKEN = 0.004
MISTAKES = (
    "Nhập sai ngày, đã nhập lại theo biên bản",
    "Nhập trùng với giai đoạn của doanh nghiệp khác",
    "Doanh nghiệp chưa ban hành chương trình vào ngày này",
)
MARK = "Số liệu minh họa"
NOTES = (MARK, f"{MARK}: biên bản làm việc", f"{MARK}: quyết định áp dụng", f"{MARK}: phiếu kết quả hiệu chuẩn")


@dataclass
class Event:
    stage: str
    day: date
    unit: str = ""
    note: str = ""
    withdrawn_reason: str = ""


@dataclass
class Story:
    """One enterprise's way through the programme."""

    programmes: dict[str, list[Event]] = field(default_factory=dict)

    @property
    def events(self) -> list[Event]:
        return sorted((event for events in self.programmes.values() for event in events), key=lambda event: event.day)

    @property
    def live(self) -> list[Event]:
        return [event for event in self.events if not event.withdrawn_reason]


class Storyteller:
    def __init__(self, dice: Dice, places: Places, years: Years):
        self.dice, self.places, self.years = dice, places, years
        self.merged_on = max(last for place in places.all for _unit, last in place.units if last) + timedelta(days=1)

    def tell(self, home: Place) -> Story:
        """What became of an enterprise of that territory; most come to use, some never do, a few move away."""
        dice = self.dice
        day = self.years.draw_day(dice)
        form = Form.WRITTEN if dice.chance(WRITTEN_FIRST) else Form.SERVED
        if dice.chance(APPLYING):
            story = Story({form: self.used_from(day, form)})
            other = Form.SERVED if form == Form.WRITTEN else Form.WRITTEN
            later = day + timedelta(days=dice.number(60, 700))
            if dice.chance(BOTH) and later <= self.years.last_day:
                story.programmes[other] = self.used_from(later, other, not_before=day)
        else:
            story = Story({form: self.never_used(day, form)})
        self.mistake(story, form)
        self.settle(story, home)
        return story

    def tell_of_both_eras(self, home: Place, year: int) -> Story:
        """In use before the provinces merged and kept up after: however few are invented, each unit has a row."""
        events = [
            Event(Stage.APPLIED, self.years.day_in(year, self.dice)),
            Event(Stage.MAINTAINED, self.dice.day(self.merged_on, self.years.last_day)),
        ]
        story = Story({Form.SERVED: events})
        self.settle(story, home)
        return story

    def used_from(self, day: date, form: AssuranceProgramme.Form, not_before: date = FIRST_DAY) -> list[Event]:
        dice = self.dice
        events = [*self.way_to(day, form, not_before), Event(Stage.APPLIED, day)]
        while dice.chance(KEPT_UP):
            day += timedelta(days=dice.number(330, 420))
            events.append(Event(Stage.MAINTAINED, day))
        if dice.chance(STOPPED):
            events.append(Event(Stage.STOPPED, day + timedelta(days=dice.number(90, 600))))
        return [event for event in events if event.day <= self.years.last_day]

    def way_to(self, day: date, form: AssuranceProgramme.Form, not_before: date) -> list[Event]:
        """The stages before that day, going back; what would lie before the programme is not on record."""
        events: list[Event] = []
        for stage, share in reversed(ON_THE_WAY[form]):
            if self.dice.chance(share):
                day -= timedelta(days=self.dice.number(12, 75))
                if day > not_before:
                    events.insert(0, Event(stage, day))
        return events

    def never_used(self, day: date, form: AssuranceProgramme.Form) -> list[Event]:
        stages = ON_THE_WAY[form]
        events = []
        for stage, _share in stages[: self.dice.number(1, len(stages))]:
            events.append(Event(stage, day))
            day += timedelta(days=self.dice.number(20, 120))
        return [event for event in events if event.day <= self.years.last_day]

    def mistake(self, story: Story, form: AssuranceProgramme.Form) -> None:
        """Now and then a row was wrong and somebody took it back."""
        day = story.programmes[form][0].day - timedelta(days=self.dice.number(5, 40))
        if self.dice.chance(MISTAKEN) and day >= FIRST_DAY:
            wrong = Event(Stage.APPLIED, day, withdrawn_reason=self.dice.pick(MISTAKES))
            story.programmes[form].insert(0, wrong)

    def settle(self, story: Story, home: Place) -> None:
        """Give each event the unit of its place on its day."""
        dice = self.dice
        events = story.events
        if dice.chance(MOVED) and events[-1].day > events[0].day:
            target, moved_on = self.places.draw(dice), dice.day(events[0].day, events[-1].day)
        else:
            target, moved_on = home, self.years.last_day
        for event in events:
            event.unit = (home if event.day <= moved_on else target).unit_on(event.day)
            if dice.chance(0.2):
                event.note = dice.pick(NOTES)
