"""Which requests the walk sends: every route × person × object × method, and what each must be answered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import NoReverseMatch, reverse

from apps.people.roles import SERVICE_ROLE
from tests.walk.actors import ACTORS, OUTSIDE, STRANGER, Actor
from tests.walk.matrix import METHODS, UNSAFE, MatrixError, MethodRule, RouteRule
from tests.walk.places import OTHER_PROVINCE, PROVINCE, PUBLIC, SECRET, SHARED
from tests.walk.routes import Route, repeated
from tests.walk.world import World


@dataclass(frozen=True)
class Expected:
    """The statuses allowed, and whether anything may be written."""

    statuses: frozenset[int]
    allowed: bool
    signs_in: bool = False  # where it leads away, it leads to the sign-in page


@dataclass
class Cell:
    route: Route
    actor: Actor
    method: str
    relation: str
    place: str
    expected: Expected
    state: str = ""
    variant: str = ""  # htmx, csrf, export=csv, unit of the neighbour …
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    rule: MethodRule | None = None
    csrf: bool = False
    opens: bool = False
    path: str = ""
    key: str = ""  # a token, instead of the session

    def shows(self, label: str) -> bool:
        """Whether this person may see what bears the unit's label."""
        if label.upper() == SECRET:
            return False
        return self.actor.sees is None or label.lower() in self.actor.sees or (self.opens and label == self.place)

    def __str__(self) -> str:
        words = [self.relation + (f"({self.state})" if self.state else ""), self.variant]
        return f"{self.route.key} {self.method} {self.actor.name} {' '.join(filter(None, words))}"


OUT_OF_TURN = 7
LOGIN_STATUSES = frozenset({302, 401, 403})


class Planner:
    def __init__(self, world: World, route: Route, rule: RouteRule, *, thorough: bool = False) -> None:
        self.world, self.route, self.rule, self.thorough = world, route, rule, thorough
        missing = set(route.args) - set(rule.args)
        if missing:
            raise MatrixError(f"{route.key}: say under args: what {', '.join(sorted(missing))} is")
        self.is_repeated = not thorough and route.key in repeated()
        self.kinds = [self.kind_of(told) for told in rule.args.values() if self.kind_of(told)]

    # ── arguments and values ────────────────────────────────────────────────────────────────────────────────────────

    def kind_of(self, told: Any) -> str:
        kind = str(told).partition(":")[0].partition(".")[0]
        return kind if kind in self.world.objects else ""

    def value(self, told: Any, place: str, state: str = "") -> Any:
        """`enterprise`, `importbatch.checked`, `unit:slug`; `@spreadsheet`; anything else means itself."""
        if not isinstance(told, str):
            return told
        if told.startswith("="):
            return told[1:]
        if told.startswith("@") and told[1:] in self.world.values:
            return self.world.values[told[1:]](place)
        reference, _colon, attribute = told.removeprefix("@").partition(":")
        kind, _dot, named = reference.partition(".")
        if kind not in self.world.objects:
            return told
        row = self.world.get(kind, place, named or state)
        if row is None:  # what a ministry has none of is in a body another province's, out of its sight
            row = self.world.get(kind, PROVINCE if place == SHARED else OTHER_PROVINCE, named or state)
        if row is None:
            raise MatrixError(f"{self.route.key}: the world has no {told!r} in {place}")
        return getattr(row, attribute or "pk")

    def path(self, place: str, state: str = "") -> str:
        given = {name: self.value(self.rule.args[name], place, state) for name in self.route.args}
        try:
            return reverse(self.route.name, kwargs=given)
        except NoReverseMatch as wrong:
            raise MatrixError(f"{self.route.key}: {wrong}") from None

    def data(self, told: dict[str, Any], place: str) -> dict[str, Any]:
        return {
            name: [self.sent(one, place) for one in value] if isinstance(value, list) else self.sent(value, place)
            for name, value in told.items()
        }

    def sent(self, told: Any, place: str) -> Any:
        """Values of a body are literal unless they begin with @."""
        return self.value(told, place) if isinstance(told, str) and told.startswith("@") else told

    def relations(self, actor: Actor) -> list[tuple[str, str]]:
        kinds = [kind for kind in self.kinds if not self.world.is_public(kind)]
        if not kinds:
            return [("own", actor.home.own)]
        found = [(relation, actor.home.place(relation)) for relation in actor.home.relations]
        found.append(("other", OTHER_PROVINCE))  # what no ministry has is a province's to everybody there
        fit = [(name, place) for name, place in found if all(self.world.has(kind, place) for kind in kinds)]
        return list(dict(fit).items())

    # ── expectations ────────────────────────────────────────────────────────────────────────────────────────────────

    def expected(self, actor: Actor, method: str, relation: str) -> Expected:
        rule = self.rule.methods.get(method)
        if rule is None:
            return Expected(self._unlisted(actor, method, relation), allowed=False)
        mark = rule.mark(actor.name, relation)
        if mark is None:
            return Expected(self._absent(actor), allowed=False, signs_in=actor.is_outside)
        if mark.allowed:
            return Expected(frozenset({mark.status or rule.ok}), allowed=True)
        return Expected(frozenset({mark.status or 404}), allowed=False)

    def _absent(self, actor: Actor) -> frozenset[int]:
        """Nobody is signed in: to the sign-in page. Signed in without the right: 403."""
        if actor.is_outside:
            return frozenset({self.rule.outside or (401 if self.route.is_api else 302)})
        return frozenset({403})

    def _unlisted(self, actor: Actor, method: str, relation: str) -> frozenset[int]:
        refused = {405, *LOGIN_STATUSES} if actor.is_outside else {405, 403, 404}
        if method == "OPTIONS":
            refused |= self._read_statuses(actor, relation)
            # Says which methods there are, and no more; only to those who may use one of them.
            may = any(actor.name in rule.marks for rule in self.rule.methods.values())
            if may or self.rule.public or self.rule.options == "open" or (self.route.is_api and not actor.is_outside):
                refused |= {200}
        return frozenset(refused)

    def _read_statuses(self, actor: Actor, relation: str) -> set[int]:
        """A view that leads on does so for every method."""
        rule = self.rule.methods.get("GET")
        mark = rule.mark(actor.name, relation) if rule else None
        return {mark.status} if mark and mark.status else set()

    # ── cells ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def cells(self, actor: Actor) -> Iterator[Cell]:
        for relation, place in self.relations(actor):
            for method in METHODS:
                if self._is_worth(actor, method, relation):
                    yield from self._method(actor, relation, place, method)
        yield from self._states(actor)

    def _is_worth(self, actor: Actor, method: str, relation: str) -> bool:
        """All of it in `make soak`. On every commit an answer that asks for no object is asked for once, HEAD by one
        of those whom GET answers alike. Of those who may something on a page the witnesses meet every object, and one
        more an own one and one besides; of the rest the table of permissions tells (walker.Walk.of_table).
        """
        if self.thorough:
            return True
        if not self.knocks(actor) or self._leaves_it_to_the_other(actor):
            return False
        if not self._is_first_to_ask(actor, method) or self._is_refused_by_the_same_door(actor, method):
            return False
        if relation == "own" or (relation == "other" and not self._has_own(actor)):
            return method in self.rule.methods or self._asks_for_what_is_not_there(actor, method)
        if method not in self.rule.methods or method == "HEAD":
            return False
        if not self._meets_every_object(actor, method) and relation != self._besides(actor):
            return False
        if self.rule.methods[method].mark(actor.name, relation) is not None:
            return True
        # Without the right the object does not matter; what the page of refusal says of it does.
        return relation == "other" and method == "GET" and self._asks_of_a_refusal(actor)

    def knocks(self, actor: Actor) -> bool:
        """Of those who may something here the witnesses, and one more, of another home where there is one."""
        return not self._may_something(actor.name) or actor.is_outside or actor.name in self.knocking

    @cached_property
    def knocking(self) -> set[str]:
        may = [name for name in ACTORS if self._may_something(name)]
        found = {witness for method in self.rule.methods if (witness := self._witness(method))}
        rest = [name for name in may if name not in found]
        elsewhere = [name for name in rest if ACTORS[name][1] not in {ACTORS[one][1] for one in found}] or rest
        return found | set(elsewhere[self.turn_of(len(elsewhere)) :][:1] if elsewhere else ())

    def _asks_of_a_refusal(self, actor: Actor) -> bool:
        """Of another's object: of the sign-in page on every third, of 403 with a role and without in turn."""
        if actor.is_outside:
            return actor.name == OUTSIDE[0] and not self.turn_of(3)
        return (actor.name == STRANGER) == bool(self.turn_of(2))

    def _is_refused_by_the_same_door(self, actor: Actor, method: str) -> bool:
        """Whoever may nothing on the page is refused before it looks at the method: reading is asked of each kind of
        them, changing in turn of who is outside, of who has no role, and of who has one.
        """
        if method not in UNSAFE or "GET" not in self.rule.methods or self._may_something(actor.name):
            return False
        kind = 0 if actor.is_outside else 1 if actor.name == STRANGER else 2
        return kind != self.turn_of(3)

    def _leaves_it_to_the_other(self, actor: Actor) -> bool:
        """Who is half signed in and whose account is closed stop at one door, where anybody not signed in knocks on
        each page: on every third one of them does, too.
        """
        if actor.name not in OUTSIDE[1:] or self._may_something(actor.name):
            return False
        return self.is_repeated or bool(self.turn_of(3)) or actor.name != OUTSIDE[1:][self.turn_of(2)]

    def turn_of(self, many: int) -> int:
        """Which of so many has its turn on this page; on the next page mostly another."""
        return sum(self.route.key.encode()) % many

    def _asks_for_what_is_not_there(self, actor: Actor, method: str) -> bool:
        """A method of which the file says nothing: one middleware refuses it on every page, and is asked on a sixth of
        them; of the API every fourth address is asked. Pages refuse these three before they ask who it is.
        """
        if self.is_repeated or self.turn_of(4 if self.route.is_api else 6):
            return False
        if actor.name == OUTSIDE[0]:
            return True
        if actor.is_outside or (method in ("PUT", "PATCH", "DELETE") and not self.route.is_api):
            return False
        speaks = not self._may_something(actor.name) and self._speaks_for_the_refused(actor)
        return speaks or actor.name == STRANGER or self.is_witness(actor, next(iter(self.rule.methods)))

    def _besides(self, actor: Actor) -> str:
        """Another relation for the next person and on the next route."""
        others = [name for name, _place in self.relations(actor) if name != "own"] or ["own"]
        return others[(self.turn_of(97) + list(ACTORS).index(actor.name)) % len(others)]

    def is_witness(self, actor: Actor, method: str) -> bool:
        """Of those who may, the first of a province, else of a ministry, asks what hangs on the page more than on who
        asks: its queries, its files, its states, the token of its form. Who sees few units sees a leak.
        """
        return self.thorough or actor.name == self._witness(method)

    def _witness(self, method: str) -> str:
        rule = self.rule.methods[method]
        may = [name for name in ACTORS if (mark := rule.mark(name, "own")) and mark.allowed]
        homes = ("province", "ministry", "centre", "")
        sees_least = {name for name in may if ACTORS[name][0] == SERVICE_ROLE}
        return min(may, key=lambda name: (name in sees_least, homes.index(ACTORS[name][1])), default="")

    def _is_first_to_ask(self, actor: Actor, method: str) -> bool:
        if method == "HEAD":
            if self.turn_of(6):  # one line of the framework makes HEAD of every GET
                return False
            if method not in self.rule.methods:
                return True
            marks = self.rule.methods[method].marks  # without a mark it is the sign-in page outside, 403 within
            mine = (marks.get(actor.name), actor.is_outside)
            return next(name for name in ACTORS if (marks.get(name), name in OUTSIDE) == mine) == actor.name
        return self._may_something(actor.name) or self._speaks_for_the_refused(actor)

    def is_told_by_table(self, actor: Actor) -> bool:
        """Others ask for this person too, whatever is asked, and the page names its permission."""
        if self.thorough or not self.route.permissions:
            return False
        return not self.knocks(actor) or not self._is_first_to_ask(actor, "GET")

    def _may_something(self, name: str) -> bool:
        return any(name in rule.marks for rule in self.rule.methods.values())

    def _has_own(self, actor: Actor) -> bool:
        return any(name == "own" for name, _place in self.relations(actor))

    def _meets_every_object(self, actor: Actor, method: str) -> bool:
        return not self._may_something(actor.name) or self.is_witness(actor, method)

    def _speaks_for_the_refused(self, actor: Actor) -> bool:
        """Of those to whom nothing is open one of one kind of unit asks, on the next page one of another."""
        if actor.is_outside or actor.name == STRANGER:
            return True
        refused = [name for name, (_role, at) in ACTORS.items() if at and not self._may_something(name)]
        homes = sorted({ACTORS[name][1] for name in refused})
        at_home = [name for name in refused if ACTORS[name][1] == homes[self.turn_of(len(homes))]]
        return actor.name == at_home[self.turn_of(len(at_home))]

    def _method(self, actor: Actor, relation: str, place: str, method: str) -> Iterator[Cell]:
        expected, rule = self.expected(actor, method, relation), self.rule.methods.get(method)
        cell = Cell(self.route, actor, method, relation, place, expected, rule=rule, opens=self.rule.opens)
        cell.path = self.path(place)
        if rule:
            cell.query, cell.headers = rule.query, rule.headers
        if method in UNSAFE:
            cell.data = self.data(rule.data, place) if rule else {}
        yield cell
        if rule is None or method == "HEAD":
            return
        if method == "GET":
            yield from self._reads(cell)
        elif expected.allowed and relation == "own" and self.is_witness(actor, method):
            yield from self._twists(cell, rule)

    def _reads(self, cell: Cell) -> Iterator[Cell]:
        """The same page for htmx, where lists answer a part of theirs and of other pages every third is asked, and with
        what the file asks to be tried in its query.
        """
        if cell.relation not in ("own", "other"):
            return
        is_witness = self.is_witness(cell.actor, "GET")
        refused = (OUTSIDE[0], STRANGER)  # one middleware answers a fragment's refusal: in turn
        if is_witness or self.thorough:
            asks_htmx = is_witness or cell.actor.name in refused
            asks_htmx = asks_htmx and (self.thorough or self.route.is_list or not self.turn_of(3))
        else:
            asks_htmx = cell.actor.name in refused[self.turn_of(6) :][:1] and cell.relation == "own"
        if asks_htmx and self.rule.htmx and not self.route.is_api:
            expected = cell.expected
            if cell.actor.is_outside and not expected.allowed:
                expected = Expected(LOGIN_STATUSES | expected.statuses, allowed=False)
            yield _with(cell, variant="htmx", headers={"HX-Request": "true"}, expected=expected)
        if not is_witness:
            return
        exports = ["export=xlsx", "export=csv"] if self.route.is_list else []
        for query in (*self.rule.queries, *exports):
            yield _with(cell, variant=query, query=query)

    def _twists(self, cell: Cell, rule: MethodRule) -> Iterator[Cell]:
        """Without the token of the form; with the neighbour's objects in each field that names an object."""
        if not self.route.is_api:
            refused = Expected(frozenset({403}), allowed=False)
            expected = cell.expected if self.rule.by_nobody else refused
            yield _with(cell, variant="without csrf token", csrf=True, expected=expected)
        if cell.actor.at == "centre":
            return
        for name, told in rule.data.items():
            for value in told if isinstance(told, list) else [told]:
                if not (isinstance(value, str) and self.kind_of(value.removeprefix("@")) and value.startswith("@")):
                    continue
                foreign, own = self.value(value, cell.actor.home.other), cell.data[name]
                if foreign in (own, *_listed(own)):
                    continue  # the same for everybody
                sent = [*own, foreign] if isinstance(own, list) else foreign
                unseen = Expected(frozenset({200, 302, 400, 403, 404, 409, 422}), allowed=False)
                data = self.data(rule.data, cell.place) | {name: sent}
                yield _with(cell, variant=f"{name} of the neighbour", data=data, expected=unseen)

    def _states(self, actor: Actor) -> Iterator[Cell]:
        """An own object in every other state: whoever may use the page sees it; no button works out of turn. Of the
        states that are out of turn here each page meets some, the next page others; `make soak` all.
        """
        if not self.kinds or not self.rule.states:
            return
        kind = self.kinds[0]
        place = PUBLIC if self.world.is_public(kind) else actor.home.own
        for at, state in enumerate(self.world.objects[kind].get(place, ())):
            in_turn = state in self.rule.states or self.rule.states == ["*"]
            if not in_turn and not self._meets(at):
                continue
            for method, rule in self.rule.methods.items():
                mark = rule.mark(actor.name, "own")
                if method == "HEAD" or mark is None or not mark.allowed or not self.is_witness(actor, method):
                    continue
                statuses = frozenset({mark.status or rule.ok, 200, 302, 400, 403, 404, 409, 422})
                fits = method not in UNSAFE or in_turn
                yield Cell(
                    self.route, actor, method, "own", actor.home.own, Expected(statuses, allowed=fits), state=state,
                    path=self._path_in(kind, actor.home.own, state), rule=rule, query=rule.query,
                    headers=rule.headers, data=self.data(rule.data, actor.home.own) if method in UNSAFE else {},
                )  # fmt: skip

    def _meets(self, at: int) -> bool:
        return self.thorough or (sum(self.route.key.encode()) + at) % OUT_OF_TURN == 0

    def _path_in(self, kind: str, place: str, state: str) -> str:
        told = {
            name: f"{kind}.{state}:{str(arg).partition(':')[2] or 'pk'}" if self.kind_of(arg) == kind else arg
            for name, arg in self.rule.args.items()
        }
        return reverse(self.route.name, kwargs={name: self.value(told[name], place) for name in self.route.args})


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _with(cell: Cell, **changed: Any) -> Cell:
    from dataclasses import replace

    return replace(cell, **changed)
