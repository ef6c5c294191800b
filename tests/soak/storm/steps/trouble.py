"""Machines fail: workers are killed at their work, the broker hangs, the post office is shut."""

import random

from tests.soak.storm.machinery import deadly
from tests.soak.storm.steps import CHOICES, step
from tests.soak.storm.storm import Storm


@step(3)
def workers_die(storm: Storm, dice: random.Random) -> None:
    """Those of the next jobs; of one job two at the most, as the third attempt is the last for most kinds."""
    storm.machinery.kills += [deadly(dice) for _ in range(dice.choice([1, 1, 2]))]
    act = ("a_file_comes", "a_file_comes_and_is_undone", "tell_of_a_stage", "move_a_report", "move_a_task")
    CHOICES[dice.choice(act)].act(storm, dice)
    storm.machinery.settle()
    storm.machinery.kills.clear()
    storm.machinery.let_pauses_pass()


@step(0.4)
def the_broker_hangs(storm: Storm, dice: random.Random) -> None:
    """People go on working meanwhile; afterwards everything is done."""
    storm.machinery.hang_broker()
    try:
        for name in dice.sample(["move_a_task", "tell_of_a_stage", "fill_cells", "a_file_comes", "move_a_report"], 2):
            CHOICES[name].act(storm, dice)
            storm.machinery.settle()
    finally:
        storm.machinery.wake_broker()


@step(1)
def the_post_office_is_shut(storm: Storm, dice: random.Random) -> None:
    storm.machinery.office.is_away = True
    try:
        for name in dice.sample(["move_a_task", "move_a_report", "move_a_report", "move_a_task"], 3):
            CHOICES[name].act(storm, dice)
            storm.machinery.settle()
    finally:
        storm.machinery.office.is_away = False
    storm.machinery.let_pauses_pass()
