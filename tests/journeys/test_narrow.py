"""A telephone's width: nothing that is drawn or written is cut or stands on something else."""

import pytest
from playwright.sync_api import Page

from tests.exchange import enterprise_files as files
from tests.journeys import imports
from tests.journeys.watch import until

pytestmark = pytest.mark.xdist_group("portal")
NARROW = {"width": 390, "height": 844}
# What of a tile is out of its box; a name for ears alone is none.
CUT_TILES = """[...document.querySelectorAll('.tiles :is(a, .none, .rest, .isl)')]
    .filter(tile => tile.scrollHeight > tile.clientHeight + 1).map(tile => tile.innerText)"""
# Forecasts moved to both ends of their tracks, where those of other figures stand.
CUT_DIAMONDS = """[...document.querySelectorAll('.bul .fc')].flatMap(mark => ['0%', '100%'].map(left => {
    mark.style.left = left;
    const [inner, outer] = [mark, mark.closest('td')].map(one => one.getBoundingClientRect());
    return inner.left >= outer.left && inner.right <= outer.right;
})).filter(whole => !whole).length"""
# Two lines of text of which one lies on the other by more than the room above its letters.
OVERPRINTED = """[...document.querySelectorAll('.traj')].flatMap(drawing => {
    const texts = [...drawing.querySelectorAll('text')].filter(one => one.getClientRects().length);
    const boxes = texts.map(one => [one.textContent, one.getBoundingClientRect()]);
    return boxes.flatMap(([words, a], at) => boxes.slice(0, at)
        .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)
        .map(([others]) => `${words} | ${others}`));
})"""
HIDDEN_TABS = """[...document.querySelectorAll('.tabs a')]
    .filter(tab => tab.getBoundingClientRect().right > tab.closest('.tabs').getBoundingClientRect().right + 1)
    .map(tab => tab.innerText)"""
# What a chip opened, where it is not wholly inside the window.
OUT_OF_PAGE = """[...document.querySelectorAll('details[open] > .panel')].map(one => one.getBoundingClientRect())
    .filter(one => one.left < 0 || one.right > document.documentElement.clientWidth).map(one => one.left)"""


# A title that somebody typed without a single blank.
LONG_WORDS = """document.querySelectorAll('.phead :is(h1, .sub, p a), .todo a')
    .forEach(one => { one.textContent = 'Đolường'.repeat(60); })"""


def none_of(page: Page, expression: str) -> bool:
    """A drawing follows a new width a moment later."""
    return until(page, f"({expression}).length === 0", 5)


def test_tiles_hold_their_names_and_figures(enter):
    page = enter("programme_leader", viewport=NARROW)
    for path in ("/targets/mt4/", "/targets/mt5/"):
        page.goto(path)
        assert page.locator(".tiles").get_by_text("TP. Hồ Chí Minh").count()
        assert page.evaluate(CUT_TILES) == []


def test_forecasts_at_the_ends_of_their_tracks_are_whole(enter):
    page = enter("programme_leader", viewport=NARROW)
    page.goto("/targets/")
    assert page.locator(".bul .fc").count()
    assert page.evaluate(CUT_DIAMONDS) == 0
    page.set_viewport_size({"width": 800, "height": 844})  # where the row of chips breaks below the title
    page.locator("summary", has_text="Đã biết đến ngày").click()
    assert none_of(page, OUT_OF_PAGE)


@pytest.mark.parametrize(
    "width", [390, 1440, *(pytest.param(width, marks=pytest.mark.thorough) for width in (320, 768))]
)
def test_words_of_a_chart_keep_clear_of_each_other(enter, width):
    page = enter("programme_leader", viewport=NARROW | {"width": width})
    for path in ("/dashboard/", "/targets/mt4/", "/targets/mt5/"):
        page.goto(path)
        assert page.locator(".traj").count()
        assert none_of(page, OVERPRINTED), page.evaluate(OVERPRINTED)


def test_every_part_of_an_import_is_in_sight(enter):
    page = enter("register_keeper", files.BAC_NINH, viewport=NARROW)
    lines = imports.rows(4)
    files.put(lines[1], "Mã số thuế", files.wrong_check_digit(str(lines[1][0])))
    imports.upload(page, "bon-dong.xlsx", files.workbook(lines))
    imports.await_check(page)
    assert page.locator(".tabs a").count() > 3
    assert page.evaluate(HIDDEN_TABS) == []


def test_a_word_without_end_breaks_and_not_the_page(enter):
    page = enter("programme_leader", viewport=NARROW)
    for path in ("/dashboard/", "/funding/", "/documents/"):
        page.goto(path)
        page.evaluate(LONG_WORDS)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
