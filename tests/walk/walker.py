"""The walk itself: `violations(routes=…, actors=…)` sends every cell and says what is wrong, in words."""

import gc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db import connection

from tests.walk import probes
from tests.walk.actors import Actor, all_actors
from tests.walk.by_token import cells_of
from tests.walk.cells import Cell, Planner
from tests.walk.judging import EVIL, Judge, canaries, texts
from tests.walk.matrix import UNSAFE, Matrix, MatrixError, RouteRule, read
from tests.walk.places import OTHER_PROVINCE
from tests.walk.routes import Route, all_routes
from tests.walk.sending import Answer, send
from tests.walk.watch import Change, Watch
from tests.walk.world import World, build


class Walk:
    """One world, in a transaction that its owner rolls back.

    Asked as the owner of the tables, to whom the database gives every row: what a scope forgets is seen.
    """

    def __init__(self, *, thorough: bool = False) -> None:
        self.thorough = thorough  # the full product, for `make soak`
        self.world: World = build()
        connection.check_constraints()  # here once: asked inside a test, it is forgotten again with the test
        self.actors = all_actors(self.world)
        self.matrix: Matrix = read()
        self.routes = all_routes()
        self.judge = Judge(self.world, self.matrix)
        self.watch = Watch()
        self.sent = 0
        gc.freeze()  # the world stays; every cell's rubbish is looked through without it

    # ── the whole ───────────────────────────────────────────────────────────────────────────────────────────────────

    def violations(self, routes: Iterable[str] | None = None, actors: Iterable[str] | None = None) -> list[str]:
        wanted = list(self.routes if routes is None else routes)
        return [fault for key in wanted for fault in self.of_route(key, actors)]

    def of_route(self, key: str, actors: Iterable[str] | None = None) -> list[str]:
        if key not in self.matrix.routes:
            return [unknown_route(self.routes[key])]
        try:
            return list(self._of_route(self.routes[key], self.matrix.routes[key], actors))
        except MatrixError as wrong:
            return [f"tests/permissions.yaml: {wrong}"]

    def _of_route(self, route: Route, rule: RouteRule, actors: Iterable[str] | None) -> Iterator[str]:
        planner = Planner(self.world, route, rule, thorough=self.thorough)
        chosen = [self.actors[name] for name in (actors or self.actors)]
        answered: dict[tuple[str, str], bool] = {}
        for actor in chosen:
            if planner.is_told_by_table(actor):
                yield from self.of_table(route, actor)
            for cell in cells_of(planner, actor):
                answer, faults = self.run(cell)
                yield from (f"{cell}: {fault}" for fault in faults)
                if cell.expected.allowed and answer.status in cell.expected.statuses:
                    answered["+", cell.method] = True
                    if cell.method == "GET" and not (cell.variant or cell.state):
                        yield from self.of_shown(cell, answer)
        if actors is None and rule.methods and not any(answered.values()):
            yield f"{route.key}: nobody got in, so nothing was proved"
        yield from probes.of_route(self, planner, chosen)

    def of_table(self, route: Route, actor: Actor) -> Iterator[str]:
        """Of whom nothing is asked here, because one at home alike is: whether the page's permission is theirs."""
        methods = self.matrix.routes[route.key].methods.values()
        may, holds = any(actor.name in rule.marks for rule in methods), route.is_open_to(actor.user)
        if may != holds:
            named = f"{'holds' if holds else 'lacks'} {', '.join(route.permissions)}"
            yield f"{route.key} {actor.name}: {named}, and the file opens {'something' if may else 'nothing'} to them"

    def of_shown(self, cell: Cell, answer: Answer) -> Iterator[str]:
        """A page that shows nothing of ours would pass every search for what is others'."""
        wanted = self.matrix.routes[cell.route.key].shows
        seen = {match.group(1, 2) for _where, text in texts(answer) for match in canaries(text)}
        for kind in wanted:
            if self.world.has(kind, cell.place) and (cell.place.lower(), kind) not in seen:
                yield f"{cell}: shows no {kind} of {cell.place}, so nothing was proved"

    def planned(self) -> int:
        """How many cells there are, probes not counted."""
        known = [key for key in self.matrix.routes if key in self.routes]
        planners = [Planner(self.world, self.routes[key], self.matrix.routes[key]) for key in known]
        return sum(1 for planner in planners for actor in self.actors.values() for _cell in cells_of(planner, actor))

    # ── one cell ────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, cell: Cell) -> tuple[Answer, list[str]]:
        poison = self.poison(cell) if cell.method in UNSAFE and cell.rule else {}
        if cell.method in UNSAFE:
            cell = replace(cell, data={**poison, "next": f"https://{EVIL}/", **cell.data})
        if not cell.variant.startswith("probe"):
            cell = replace(cell, query="&".join(filter(None, (cell.query, self.astray(cell)))))
        answer, changes = self.asked(cell)
        return answer, list(self.judge.faults(cell, answer, changes, poison))

    def asked(self, cell: Cell) -> tuple[Answer, list[Change]]:
        self.sent += 1
        with self.watch.cell():
            answer = send(cell)
            return answer, self.watch.changes()

    def answered(self, cell: Cell) -> Answer:
        """Where it does not matter what was written; it is gone all the same."""
        with self.watch.cell():
            return send(cell)

    def astray(self, cell: Cell) -> str:
        """An address to come back to that is not ours. The API refuses what it does not know."""
        return "" if cell.route.is_api else f"next=//{EVIL}/"

    def poison(self, cell: Cell) -> dict[str, Any]:
        """Every field that nobody may set, the neighbour's ids among them."""
        planner, poison = Planner(self.world, cell.route, self.matrix.routes[cell.route.key]), {}
        for name, told in self.matrix.poison.items():
            kind = planner.kind_of(str(told).removeprefix("@"))
            place = cell.actor.home.other if not kind or self.world.has(kind, cell.actor.home.other) else OTHER_PROVINCE
            poison[name] = planner.sent(told, place)
        return {name: value for name, value in poison.items() if name not in cell.data}


def unknown_route(route: Route) -> str:
    args = f"\n      args: {{{', '.join(f'{name}: …' for name in route.args)}}}" if route.args else ""
    return (
        f"{route.key} is not in tests/permissions.yaml. Add under routes: who may do what there, for instance\n"
        f"    {route.key}:{args}\n      GET: {{readers: +}}\n"
        "  and read the head of that file."
    )
