"""The pictures of the help show today's pages: each page is still made of what it was made of when its picture was
taken. `make help-pictures` takes all of them anew.
"""

import io
import json
import os
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from apps.help.pictures import FOLDER, MANIFEST, MOST_BYTES, PICTURES, WIDTH, Picture, manifest
from tests.journeys.skeleton import skeleton
from tests.journeys.watch import AT_REST, until

pytestmark = pytest.mark.xdist_group("portal")
TAKES = os.environ.get("HELP_PICTURES") == "take"
QUALITIES = (88, 80, 70, 60, 50)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=lambda picture: picture.name)
def test_picture_is_of_todays_page(enter, picture):
    page = enter(picture.role, picture.unit, viewport={"width": WIDTH, "height": picture.height})
    response = page.goto(reverse(picture.route, args=picture.args))
    assert response
    assert response.status == 200
    assert until(page, "document.fonts.status === 'loaded'")
    assert until(page, AT_REST)
    # Of a first visit, and closed by whoever came here before: part of no picture.
    page.evaluate("document.getElementById('hint')?.remove()")
    made_of = skeleton(page, picture.only, picture.besides)
    if TAKES:
        keep(picture, page, made_of)
    told = manifest().get(picture.name)
    assert told, f"no picture of {picture.name} yet: make help-pictures"
    assert made_of == told["made_of"], "the page is another now: make help-pictures, and look at the texts that show it"


def keep(picture: Picture, page: Page, made_of: dict[str, Any]) -> None:
    place = page.locator(picture.only).first if picture.only else page
    image = Image.open(io.BytesIO(place.screenshot())).convert("RGB")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{picture.name}.webp").write_bytes(light(image))
    known = json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.exists() else {}
    known[picture.name] = {"size": image.size, "made_of": made_of}
    MANIFEST.write_text(written({name: known[name] for name in sorted(known) if name in PICTURES}), "utf-8")
    manifest.cache_clear()


def written(known: dict[str, Any]) -> str:
    """A part of a skeleton in a line, so that a change is seen as one."""
    pages = []
    for name, told in known.items():
        parts = ",\n".join(f"  {json.dumps(part)}: {_line(words)}" for part, words in told["made_of"].items())
        pages.append(f'{json.dumps(name)}: {{"size": {_line(told["size"])}, "made_of": {{\n{parts}\n}}}}')
    return "{\n" + ",\n".join(pages) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def light(image: Image.Image) -> bytes:
    """As good as the weight allows."""
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "WEBP", quality=quality, method=6)
        if file.tell() <= MOST_BYTES:
            return file.getvalue()
    raise ValueError("the picture is too heavy: show a part of the page")


def test_a_skeleton_is_another_once_the_page_is_and_not_once_its_data_are(enter):
    page = enter()
    page.goto("/accounts/login/")
    before = skeleton(page)
    page.evaluate("document.querySelector('main .box').insertAdjacentHTML('beforeend', '<ol><li>Bắc Ninh</li></ol>')")
    assert skeleton(page) == before
    page.evaluate("document.querySelector('main .box').insertAdjacentHTML('beforeend', '<h2>1.300 dòng</h2>')")
    assert skeleton(page)["headings"] == before["headings"]
    page.evaluate("document.querySelector('main .box').insertAdjacentHTML('beforeend', '<h2>Cách khác</h2>')")
    assert skeleton(page)["headings"] == ["Cách khác"]
