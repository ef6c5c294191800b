"""Our import beside django-import-export's, in the same run: the same rows, columns and checks."""

from functools import partial
from statistics import median

from apps.accounts.models import User
from apps.labs.registers.bodies import SCOPE
from tests.bench import library
from tests.bench.conftest import LARGE
from tests.bench.measuring import Figure
from tests.bench.test_uploads import ROWS, SCOPE_ROWS, imported, lines, scope_lines
from tests.conftest import BAC_NINH
from tests.exchange.enterprise_files import HEADER, workbook
from tests.soak.uploads import IMPORTS, unknown_codes
from tests.soak.visitor import Visitor

TIMES, FASTER = 3, 10  # theirs once, between ours: it takes minutes


def figure_of(name: str, ours: list[tuple[float, float]], theirs: tuple[float, float]) -> Figure:
    (check, write), (their_check, their_write) = map(median, zip(*ours, strict=True)), theirs
    ratio = (check + write) / (their_check + their_write)
    return Figure(
        name, f"{check:.2f} + {write:.2f} s", f"django-import-export {their_check:.1f} + {their_write:.1f} s", ratio,
        1 / FASTER, f"≤ 0.1 ({1 / ratio:.0f} times as fast)",
    )  # fmt: skip


def test_5000_rows_of_enterprises_ten_times_as_fast(portal, base, take):
    account = portal.account("register_keeper", BAC_NINH)
    visitor = Visitor(portal.url).sign_in(account)
    with base(LARGE):
        codes, by = unknown_codes("95"), User.objects.get(email=account["email"])
        first, *others, theirs = [workbook(lines(codes=codes), HEADER) for _ in range(TIMES + 1)]
        ours = [imported(visitor, BAC_NINH, IMPORTS, [first])]
        peer = library.seconds_of(theirs, partial(library.enterprises, BAC_NINH, by))
        ours += [imported(visitor, BAC_NINH, IMPORTS, [file]) for file in others]
    take(figure_of(f"import of {ROWS:,} rows: check + write", ours, peer))


def test_5000_scope_lines_ten_times_as_fast(portal, base, take):
    """A register by declaration; other lines than those of `test_uploads`."""
    account = portal.account("register_keeper", BAC_NINH)
    visitor, page = Visitor(portal.url).sign_in(account), "/registers/scope/imports/"
    header = tuple(column.label for column in SCOPE.columns)
    with base(LARGE):
        by = User.objects.get(email=account["email"])
        every = scope_lines(SCOPE_ROWS + ROWS * (TIMES + 1))[SCOPE_ROWS:]
        first, *others, theirs = [workbook(every[at :: TIMES + 1], header) for at in range(TIMES + 1)]
        ours = [imported(visitor, BAC_NINH, page, [first])]
        peer = library.seconds_of(theirs, lambda: [library.ScopeLines(by)])
        ours += [imported(visitor, BAC_NINH, page, [file]) for file in others]
    take(figure_of(f"import of {ROWS:,} scope lines: check + write", ours, peer))
