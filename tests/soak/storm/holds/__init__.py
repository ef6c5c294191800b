"""What must hold at any moment, one function each: it says in words what does not. Some are cheap and asked after every
step; the others after every hundred.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.soak.storm.storm import Storm

Hold = Callable[["Storm"], Iterator[str]]
HOLDS: dict[str, Hold] = {}
CHEAP: dict[str, Hold] = {}


def hold(said: Hold) -> Hold:
    HOLDS[said.__name__] = said
    return said


def cheap(said: Hold) -> Hold:
    """Asked after every step too."""
    CHEAP[said.__name__] = said
    return said


def begin(storm: "Storm") -> None:
    """What holds only from one look to the next is looked at first; nothing may be wrong before the storm."""
    from tests.soak.storm.steps.days import ring

    ring(storm, storm.clock.now() - timedelta(days=1))
    at_once(storm)
    look(storm)


def at_once(storm: "Storm") -> None:
    _ask(storm, CHEAP)


def look(storm: "Storm") -> None:
    try:
        storm.machinery.let_pauses_pass()
        storm.machinery.settle()
    except AssertionError as error:
        storm.log.fault(str(error))
    _ask(storm, HOLDS)


def _ask(storm: "Storm", holds: dict[str, Hold]) -> None:
    for name, said in holds.items():
        for fault in said(storm):
            storm.log.fault(f"{name}: {fault}")


for _found in iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
