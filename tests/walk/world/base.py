"""The world: objects by kind, unit and state, every text a canary `CANARY-<unit>-<kind>-<field>-<n>`."""

from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from django.db import models

from tests.walk.places import CENTRE, EVERYWHERE, PUBLIC

Row = TypeVar("Row", bound=models.Model)
Builder = Callable[["World", str], None]
_builders: list[Builder] = []
_once: list[Callable[["World"], None]] = []
# Others stand on these; the rest comes after, in the order of the alphabet.
FIRST = ("people", "documents", "enterprises", "exchange")


def builder(function: Builder) -> Builder:
    """Called for every unit of the walk."""
    _builders.append(function)
    return function


def once(function: Callable[["World"], None]) -> Callable[["World"], None]:
    """Called once, after all builders: for what belongs to no unit, or to two."""
    _once.append(function)
    return function


class World:
    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, models.Model]]] = defaultdict(lambda: defaultdict(dict))
        self.owners: dict[tuple[str, str], str] = {}
        self.canaried: set[str] = set()
        self.grantors: set[str] = set()  # texts of those whom a page of refusal names
        self.values: dict[str, Callable[[str], Any]] = {}
        self._numbers = count(1)

    def number(self) -> int:
        return next(self._numbers)

    def canary(self, place: str, kind: str, field: str) -> str:
        self.canaried.add(kind)
        return f"CANARY-{place}-{kind}-{field}-{self.number()}"

    def make(self, kind: str, place: str, model: type[Row], /, *, named: str = "", **given: Any) -> Row:
        """An object of the unit; every text field that is not given holds a canary."""
        values = self.texts(kind, place, model, given) | given
        return self.put(kind, place, model._base_manager.create(**values), named=named)

    def texts(self, kind: str, place: str, model: type[models.Model], given: Any = ()) -> dict[str, str]:
        return {
            field.name: self._text(kind, place, field)
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
            and not (field.name in given or field.choices or field.generated or field.primary_key)
        }

    def _text(self, kind: str, place: str, field: Any) -> str:
        text = self.canary(place, kind, field.name)
        if isinstance(field, models.EmailField):
            return f"{text}@example.vn".lower()
        if field.max_length and len(text) > field.max_length:
            raise ValueError(f"{kind}.{field.name} is too short for a canary: give it a value in its builder")
        return text

    def put(self, kind: str, place: str, row: Row, *, named: str = "") -> Row:
        """Take in an object made elsewhere. The first of a kind in a unit is the one meant where no state is named."""
        states = self.objects[kind][place]
        states[named or f"{len(states)}"] = row
        self.own(row, place)
        return row

    def own(self, row: models.Model, place: str) -> None:
        """Whose row it is, though no route names it."""
        self.owners[row._meta.db_table, str(row.pk)] = place

    def get(self, kind: str, place: str, state: str = "") -> Any:
        states = self.objects[kind].get(place) or self.objects[kind].get(PUBLIC) or {}
        return states.get(state) if state else next(iter(states.values()), None)

    def has(self, kind: str, place: str) -> bool:
        return place in self.objects.get(kind, {})

    def is_public(self, kind: str) -> bool:
        """The same for everybody."""
        return list(self.objects.get(kind, {})) == [PUBLIC]


def build() -> World:
    world = World()
    for make in sorted(_builders, key=_turn):
        for place in (*EVERYWHERE, CENTRE):
            make(world, place)
    for make_once in sorted(_once, key=_turn):
        make_once(world)
    return world


def _turn(function: Callable[..., None]) -> int:
    module = function.__module__.rpartition(".")[2]
    return FIRST.index(module) if module in FIRST else len(FIRST)
