"""What somebody may write into a book to keep the portal busy."""

import pytest
from django.core.exceptions import ValidationError

from apps.publications.assembling import assemble
from apps.publications.checking import problems_of
from apps.publications.manuscript import manuscript_of
from apps.publications.services.texts import write_section

pytestmark = pytest.mark.django_db


def test_a_text_is_no_list_of_thousands_of_lines(written, officer):
    """Six sections of "a" on each line were printed in minutes, with gigabytes."""
    section = written.sections.get(code="results")
    with pytest.raises(ValidationError) as refusal:
        write_section(section, "a\n\n" * 501, seen=1, by=officer)
    assert refusal.value.code == "too_many_lines"
    assert write_section(section, "a\n\n" * 500, seen=1, by=officer)


@pytest.mark.parametrize(
    ("text", "is_error"),
    [
        (" ".join(map(str, range(9_000))), False),
        ("9" * 50_000, False),
        (" ".join("{{" + str(n) for n in range(5_000)), True),
    ],
    ids=["numbers", "digits", "braces"],
)
def test_a_page_tells_of_few_of_many_mistakes(written, officer, text, is_error):
    write_section(written.sections.get(code="results"), text, seen=1, by=officer)
    found = [one for one in problems_of(assemble(manuscript_of(written))) if one.section == "results"]
    assert 1 <= len(found) <= 51
    assert {one.is_error for one in found} == {is_error}
    assert sum(len(one.text) for one in found) < 10_000
