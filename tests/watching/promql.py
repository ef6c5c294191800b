"""As much of Prometheus as the expressions of docs/watching need: read by a parser of its language, carried out over
what /metrics told once or, for what asks how something changed, twice.

No series and no missed scrapes: `rate` and `increase` are the difference of the two over the time between them.
"""

import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

import promql_parser as parser

from tests.watching.scraped import Told

Vector = dict[frozenset[tuple[str, str]], float]
OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda one, other: one / other if other else float("nan"),
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
MATCHES: dict[str, Callable[[str, str], bool]] = {
    "MatchOp.Equal": lambda found, asked: found == asked,
    "MatchOp.NotEqual": lambda found, asked: found != asked,
    "MatchOp.Re": lambda found, asked: re.fullmatch(asked, found) is not None,
    "MatchOp.NotRe": lambda found, asked: re.fullmatch(asked, found) is None,
}


def selectors(node: Any) -> Iterator[Any]:
    """Every metric that an expression reads, with its matchers."""
    if isinstance(node, parser.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr", "vector_selector"):
        if hasattr(node, name):
            yield from selectors(getattr(node, name))
    for argument in getattr(node, "args", []):
        yield from selectors(argument)


def grouped_by(node: Any) -> Iterator[tuple[Any, list[str]]]:
    """Every aggregation, with the labels that it keeps."""
    if isinstance(node, parser.AggregateExpr):
        yield node.expr, node.modifier.labels if node.modifier else []
    for name in ("lhs", "rhs", "expr"):
        if hasattr(node, name):
            yield from grouped_by(getattr(node, name))
    for argument in getattr(node, "args", []):
        yield from grouped_by(argument)


class Evaluation:
    """`before` was told `seconds` before `now`."""

    def __init__(self, now: list[Told], *, time: float, before: list[Told] = (), seconds: float = 60) -> None:
        self.now, self.before, self.seconds, self.time = now, before, seconds, time

    def of(self, expression: str) -> Vector:
        found = self._of(parser.parse(expression))
        return found if isinstance(found, dict) else {frozenset(): found}

    def _of(self, node: Any) -> Any:
        return getattr(self, f"_{type(node).__name__}")(node)

    def _NumberLiteral(self, node: Any) -> float:
        return node.val

    def _ParenExpr(self, node: Any) -> Any:
        return self._of(node.expr)

    def _VectorSelector(self, node: Any) -> Vector:
        return self._select(node, self.now)

    def _select(self, node: Any, told: list[Told]) -> Vector:
        tests = [(MATCHES[str(one.op)], one.name, one.value) for one in node.matchers.matchers]
        return {
            frozenset(one.labels.items()): one.value
            for one in told
            if one.name == node.name and all(test(one.labels.get(name, ""), value) for test, name, value in tests)
        }

    def _Call(self, node: Any) -> Any:
        return self.time if node.func.name == "time" else getattr(self, f"_{node.func.name}")(*node.args)

    def _absent(self, node: Any) -> Vector:
        return {} if self._of(node) else {frozenset(): 1.0}

    def _delta(self, node: Any) -> Vector:
        was = self._select(node.vector_selector, self.before)
        is_now = self._select(node.vector_selector, self.now)
        return {key: value - was[key] for key, value in is_now.items() if key in was}

    _increase = _delta

    def _rate(self, node: Any) -> Vector:
        return {key: value / self.seconds for key, value in self._delta(node).items()}

    def _histogram_quantile(self, share: Any, node: Any) -> Vector:
        buckets = sorted((float(dict(key)["le"]), value) for key, value in self._of(node).items())
        if not buckets or not buckets[-1][1]:
            return {}
        wanted = share.val * buckets[-1][1]
        return {frozenset(): next(bound for bound, count in buckets if count >= wanted)}

    def _AggregateExpr(self, node: Any) -> Vector:
        kept = node.modifier.labels if node.modifier else []
        groups: dict[frozenset[tuple[str, str]], list[float]] = {}
        for key, value in self._of(node.expr).items():
            group = frozenset(pair for pair in key if pair[0] in kept)
            groups.setdefault(group, []).append(value)
        fold = {"sum": sum, "max": max, "min": min, "count": len}[str(node.op)]
        return {key: fold(values) for key, values in groups.items()}

    def _BinaryExpr(self, node: Any) -> Any:
        left, right, sign = self._of(node.lhs), self._of(node.rhs), str(node.op)
        if sign == "or":
            return left | {key: value for key, value in right.items() if key not in left}
        pairs = self._pairs(left, right)
        if sign in OPERATIONS:
            made = {key: OPERATIONS[sign](one, other) for key, one, other in pairs}
            return made if isinstance(left, dict) or isinstance(right, dict) else made[frozenset()]
        return {key: one for key, one, other in pairs if COMPARISONS[sign](one, other)}

    def _pairs(self, left: Any, right: Any) -> list[tuple[frozenset[tuple[str, str]], float, float]]:
        if not isinstance(right, dict):
            rows = left if isinstance(left, dict) else {frozenset(): left}
            return [(key, value, right) for key, value in rows.items()]
        if not isinstance(left, dict):
            return [(key, left, value) for key, value in right.items()]
        return [(key, value, right[key]) for key, value in left.items() if key in right]
