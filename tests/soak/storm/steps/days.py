"""Days pass: one after the other, over midnight, and on to those on which something changes by itself."""

import random
from datetime import date, datetime, timedelta

from program996.celery import app
from tests.soak.storm.clock import bells
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

SPECIAL = ((6, 30), (7, 1), (12, 14), (12, 15), (12, 31), (1, 1))
LAST = date(2030, 12, 28)
LONGEST = 20  # days at once: after 45 without a sign-in an account is closed


def go_on(storm: Storm, day: date, hour: int = 9, minute: int = 0, second: int = 0) -> None:
    """The clock is put, and what beat would have rung since is rung, on the hour of its bell."""
    before = storm.clock.now()
    storm.clock.put(day, hour, minute, second)
    storm.log.note(f"it is {day} {hour:02}:{minute:02}")
    ring(storm, before)


def ring(storm: Storm, since: datetime) -> None:
    for task in bells(since, storm.clock.now()):
        app.tasks[task]()
        storm.machinery.settle()
    storm.machinery.let_pauses_pass()
    storm.machinery.settle()


def everybody_comes_to_work(storm: Storm, dice: random.Random) -> None:
    """Most of them; the few who stay away for long find their account closed."""
    for one in storm.people:
        if dice.random() < 0.9:
            one.sign_in(storm.today)


@step(2)
def a_day_passes(storm: Storm, dice: random.Random) -> None:
    if storm.today < LAST:
        go_on(storm, storm.today + timedelta(days=1))
        everybody_comes_to_work(storm, dice)


@step(1.5)
def on_to_a_special_day(storm: Storm, dice: random.Random) -> None:
    """To the next day on which something changes by itself, or as far towards it as people are away at once."""
    ahead = sorted(
        day for year in range(storm.today.year, 2031) for month, of in SPECIAL
        if storm.today < (day := date(year, month, of)) <= LAST
    )  # fmt: skip
    if ahead:
        go_on(storm, min(ahead[0], storm.today + timedelta(days=LONGEST)))
        everybody_comes_to_work(storm, dice)


@step(1)
def over_midnight(storm: Storm, dice: random.Random) -> None:
    """Something is done at half a minute to midnight, and something half a minute later."""
    from tests.soak.storm.steps import CHOICES

    if storm.today >= LAST:
        return
    go_on(storm, storm.today, 23, 59, 30)
    acts = ["move_a_task", "move_a_report", "tell_of_a_stage", "fill_cells"]
    CHOICES[dice.choice(acts)].act(storm, dice)
    go_on(storm, storm.today + timedelta(days=1), 0, 0, 30)
    CHOICES[dice.choice(acts)].act(storm, dice)
    go_on(storm, storm.today, 9)
    everybody_comes_to_work(storm, dice)
