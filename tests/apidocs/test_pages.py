"""Pages of the API's documentation: open to everybody, complete, in both languages."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from apps.apidocs import changes, stories
from apps.apidocs.english import ENGLISH, PAGES
from apps.apidocs.kept import description
from apps.apidocs.pages import resources
from apps.apidocs.parts import field_of, fields_of, resolved
from apps.apidocs.said import said

pytestmark = pytest.mark.django_db
DOCS = "/api/docs/"
SAID = re.compile(r'{% say(?:_plain)? "([^"]+)" %}')


def text_of(client, path: str = "", **query: str) -> str:
    answer = client.get(f"{DOCS}{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_index_leads_to_every_resource_and_tells_each_address_there(client):
    index = text_of(client)
    told = {f"{method.upper()} {path}" for path, found in description()["paths"].items() for method in found}
    found = set()
    for name in resources():
        assert f'href="{DOCS}{name}/"' in index
        page = text_of(client, f"{name}/")
        found |= set(re.findall(r'<a href="#\w+"><code>([^<]+)</code>', page))
        anchors = re.findall(r'\bid="([^"]+)"', page)
        assert len(anchors) == len(set(anchors)), name
        assert {one for one in re.findall(r'href="#([^"]+)"', page) if one != "noi-dung"} <= set(anchors), name
    assert found == told


def test_a_declared_register_has_its_page_by_being_declared(client):
    page = text_of(client, "registers/standards/")
    assert "<code>results" not in page  # a page of a list is told as such, its rows by their own name
    assert "POST /api/v1/registers/standards/{id}/withdraw/" in page
    assert "Idempotency-Key" in page
    assert "registers/standards:write" in page


def test_every_field_of_a_figure_has_its_meaning_and_a_default_is_told(client):
    [figure] = [one for one in resources()["indicators"].shapes if one.name == "Figure"]
    assert [one.name for one in figure.fields if not one.words] == []
    values = next(one for one in resources()["indicators"].operations if one.id == "indicators_values_list")
    told = {one.name: one for one in values.own}
    assert told["units"].default == "current"
    assert told["known_on"].kinds == ("ngày hoặc thời điểm",)
    assert "Không nêu:" in text_of(client, "indicators/")


@pytest.mark.parametrize("path", ["khong-co/", "registers/", "tasks/../", "units/x/", "%00/"])
def test_what_is_no_resource_is_not_found(client, path):
    assert client.get(f"{DOCS}{path}").status_code == 404


def test_english_is_asked_for_and_stays(client):
    page = text_of(client, lang="en")
    assert "Access by token" in page
    assert f'href="{DOCS}tasks/?lang=en"' in page
    assert '<div class="api" lang="en">' in page
    tasks = text_of(client, "tasks/", lang="en")
    assert f'href="{DOCS}problems/?lang=en"' in tasks
    assert '<span lang="vi">' in tasks  # words of fields
    assert "Truy cập bằng mã" in text_of(client, lang="<script>")


def test_nothing_that_the_pages_say_lacks_its_english():
    asked = {text for path in templates() for text in SAID.findall(path.read_text())}
    asked |= {limit.words for limit in changes.limits()}
    asked |= set(stories.WORDS.values())
    for resource in resources().values():
        asked.add(resource.words)
        for one in resource.operations:
            asked |= {one.summary, *(answer.words for answer in one.refusals)}
            asked |= {kind for field in (*one.own, *one.sent) for kind in field.kinds}
    assert sorted(asked - ENGLISH.keys()) == []
    assert sorted(PAGES.keys() - asked) == [], "no longer said"


def test_manners_are_told_alike_in_both_languages():
    """As many paragraphs, about the same words of programs."""
    vietnamese, english = (
        Path(settings.BASE_DIR, f"templates/apidocs/manners_{language}.html").read_text() for language in ("vi", "en")
    )
    for pattern in (r'id="(\w+)"', r"<(p|section)\b", r"<code>([^<]+)</code>"):
        first, second = re.findall(pattern, vietnamese), re.findall(pattern, english)
        assert sorted(first) == sorted(second)


def templates() -> list[Path]:
    return sorted(Path(settings.BASE_DIR, "templates/apidocs").glob("*.html"))


def test_the_change_log_is_that_of_the_contract():
    told = Path(settings.BASE_DIR, "docs/api.md").read_text().partition("## Change log\n")[2]
    kept = [" ".join(one.split()) for one in re.split(r"^- ", told, flags=re.MULTILINE)[1:]]
    shown = [f"{one.month:%Y-%m}: {one.english}" for one in changes.CHANGES]
    assert shown == kept, "a line of docs/api.md belongs into apps/apidocs/changes.py, too"


def test_what_is_shown_is_text(client):
    assert said("<b>`a<i>`</b>", "vi") == "&lt;b&gt;<code>a&lt;i&gt;</code>&lt;/b&gt;"
    assert said("Không có bản dịch của `câu` này", "en").startswith('<span lang="vi">')
    page = text_of(client, "tasks/")
    assert "{&quot;" in page or "&quot;version&quot;" in page
    assert "<script>" not in page


WHOLE = {
    "components": {
        "schemas": {
            "State": {"type": "string", "enum": ["draft", "done"], "description": "* `draft` - Nháp\n* `done` - Xong"},
            "Blank": {"enum": [""]},
            "Row": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "Tên\n\n* `x` - Một"},
                    "made_on": {"type": "string", "format": "date", "nullable": True, "readOnly": True},
                    "parts": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}},
                },
            },
        }
    }
}


def test_parts_of_a_description_are_read():
    row = {"$ref": "#/components/schemas/Row"}
    given = {one.name: one for one in fields_of(row, WHOLE, sent=False)}
    assert list(given) == ["name", "made_on", "parts", "parts[].a"]
    assert given["made_on"].kinds == ("ngày", "null")
    assert given["parts"].kinds == ("danh sách", "đối tượng")
    assert given["name"].words == "Tên"
    sent = {one.name: one for one in fields_of({"type": "array", "items": row}, WHOLE, sent=True)}
    assert list(sent) == ["[].name", "[].parts", "[].parts[].a"]
    assert sent["[].name"].is_required
    either = {"oneOf": [{"$ref": "#/components/schemas/State"}, {"$ref": "#/components/schemas/Blank"}]}
    assert field_of("state", either, WHOLE).values == (("draft", "Nháp"), ("done", "Xong"))
    assert resolved({"allOf": [row], "nullable": True}, WHOLE)["nullable"]
