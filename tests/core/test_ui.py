"""Numbers, dates, chips, icons and forms as templates show them; and what no template may hold."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import django_tables2 as tables
import pytest
from django import forms
from django.conf import settings as project
from django.core.paginator import Paginator
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.formats import sanitize_separators

from apps.core.templatetags import ui

TEMPLATES = sorted(Path(project.BASE_DIR, "templates").rglob("*.html"))
STYLES = sorted(Path(project.BASE_DIR, "static/css").rglob("*.css"))
SCRIPTS = sorted(Path(project.BASE_DIR, "static/js").rglob("*.js"))


@pytest.fixture(autouse=True)
def skeleton_alone(settings):
    """No collectstatic, hence names without a hash; of the addresses only those that the skeleton itself links to."""
    settings.ROOT_URLCONF = "apps.accounts.urls"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


# --- numbers and dates ---


def test_codes_in_a_sentence_stay_whole():
    said = render("{{ text|codes }}", text="<b> MH-2026-00586, 12-2026")
    assert said == '&lt;b&gt; <span class="code">MH-2026-00586</span>, 12-2026'


@pytest.mark.parametrize(
    "value, decimals, shown",
    [
        (None, None, "–"),
        ("", None, "–"),
        (0, None, "0"),
        (38450, None, "38.450"),
        (1234.5, None, "1.234,5"),
        (Decimal("1234.50"), None, "1.234,5"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal("0.125"), 2, "0,13"),
        (1234, 1, "1.234,0"),
        (-164, None, "\u2212164"),
        (Decimal("-0.04"), 1, "0,0"),
    ],
)
def test_number_is_written_the_vietnamese_way(value, decimals, shown):
    assert ui.number(value, decimals) == shown


@pytest.mark.parametrize(
    "value, shown", [(1234, "+1.234"), (-164, "\u2212164"), (0, "0"), (None, "–"), (Decimal("0.5"), "+0,5")]
)
def test_signed_says_the_direction_of_a_change(value, shown):
    assert ui.signed(value) == shown


def test_percent_and_millions_keep_no_data_apart_from_zero():
    assert ui.percent(61.4) == "61,4%"
    assert ui.percent(100, 0) == "100%"
    assert ui.percent(None) == "–"
    assert ui.millions(4_850_400_000) == "4.850"
    assert ui.millions(0) == "0"
    assert ui.millions(None) == "–"


def test_dates_are_day_first_and_local():
    assert ui.vn_date(date(2026, 12, 31)) == "31/12/2026"
    assert ui.vn_date(datetime(2026, 12, 31, 18, tzinfo=UTC)) == "01/01/2027"
    assert ui.vn_datetime(datetime(2026, 11, 20, 2, 42, tzinfo=UTC)) == "20/11/2026 09:42"
    assert ui.vn_date(None) == ui.vn_datetime(None) == "–"


def test_date_field_reads_day_first_then_iso():
    field = forms.DateField(localize=True)
    assert field.clean("05/04/2026") == date(2026, 4, 5)
    assert field.clean("2026-04-05") == date(2026, 4, 5)
    for wrong in ("04/31/2026", "31/02/2026", "05-04-2026", "5 April 2026"):
        with pytest.raises(forms.ValidationError):
            field.clean(wrong)


def test_numbers_are_read_and_shown_with_vietnamese_marks():
    assert sanitize_separators("1.234,5") == "1234.5"
    assert render("{{ value }}", value=1234567) == "1.234.567"
    assert render("{{ day }}", day=date(2026, 12, 31)) == "31/12/2026"


# --- chips and icons ---


@pytest.mark.parametrize(
    "family, letter", [("good", "g"), ("w", "w"), ("bad", "d"), ("b", "i"), ("v", "r"), ("closed", "k")]
)
def test_badge_has_family_icon_and_word(family, letter):
    html = render("{% badge family 'Đang áp dụng' %}", family=family)
    assert f'class="st {letter}"' in html
    assert "<use href=" in html
    assert "Đang áp dụng" in html


def test_badge_of_unknown_family_is_refused():
    with pytest.raises(ValueError, match="family"):
        render("{% badge 'purple' 'x' %}")


def test_icon_comes_from_the_sprite_and_is_silent():
    assert render("{% icon 'check' %}") == (
        '<svg class="ti" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg>'
    )


def test_unknown_icon_is_refused():
    with pytest.raises(ValueError, match="no-such-icon"):
        render("{% icon 'no-such-icon' %}")


def test_every_icon_of_the_templates_and_families_is_in_the_sprite():
    named = {icon for _, icon in ui.FAMILIES.values()}
    for template in TEMPLATES:
        named |= set(re.findall(r"""\bicon[ =]["']([a-z0-9-]+)["']""", template.read_text(encoding="utf-8")))
    assert named - ui.icon_names() == set()


# --- lists and forms ---


def test_page_range_has_ends_and_gaps():
    page = Paginator(range(46_000), 50).page(1)
    assert list(ui.page_range(page)) == [1, 2, None, 920]


def test_query_helpers_carry_the_rest_of_the_query_string():
    request = RequestFactory().get("/x/?q=a&page=3&prov=1&prov=2&sort=name")
    assert ui.query_without(request, "page sort") == [("q", "a"), ("prov", "1"), ("prov", "2")]
    assert ui.query_only(request, "sort per_page") == [("sort", "name")]


class SampleForm(forms.Form):
    name = forms.CharField(label="Tên <b>doanh nghiệp</b>")
    started = forms.DateField(label="Ngày bắt đầu", help_text="dd/mm/yyyy")
    kind = forms.ChoiceField(label="Loại hình", choices=[("", "Tất cả"), ("a", "Nhà nước")], required=False)
    many = forms.MultipleChoiceField(
        label="Địa bàn", choices=[("1", "Huế"), ("2", "Hà Nội")], required=False, widget=forms.CheckboxSelectMultiple
    )


def test_chosen_speaks_the_words_of_the_choices():
    form = SampleForm({"name": "x", "kind": "a", "many": ["1", "2"]})
    assert ui.chosen(form["kind"]) == "Nhà nước"
    assert ui.chosen(form["many"]) == "Huế, Hà Nội"
    assert ui.chosen(form["name"]) == "x"
    assert ui.chosen(SampleForm({"kind": ""})["kind"]) == ""


def test_field_says_its_error_where_it_is_and_ties_it_to_the_control():
    html = SampleForm({"started": "31/02/2026"})["started"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_started_helptext id_started_error"' in html
    assert 'id="id_started_error"' in html
    assert 'id="id_started_helptext"' in html
    assert '<label class="lbl" for="id_started">' in html


def test_field_escapes_its_label():
    assert "&lt;b&gt;" in SampleForm()["name"].as_field_group()


def test_form_with_errors_starts_with_them():
    html = render_to_string("layouts/form.html", {"form": SampleForm({}), "title": "Thêm doanh nghiệp"})
    assert "<title>Lỗi: Thêm doanh nghiệp" in html
    assert "Cần sửa 2 lỗi" in html
    assert 'href="#id_started"' in html
    assert re.search(r'class="errsum"[^>]*autofocus', html)


def test_form_without_errors_has_no_summary():
    html = render_to_string("layouts/form.html", {"form": SampleForm(), "title": "Thêm doanh nghiệp"})
    assert "<title>Thêm doanh nghiệp" in html
    assert "errsum" not in html


class SampleTable(tables.Table):
    name = tables.Column(verbose_name="Tên")
    count = tables.Column(verbose_name="Số lượng", attrs={"td": {"class": "num"}})


def list_html(query: str, template: str = "layouts/table.html#table") -> str:
    request = RequestFactory().get(f"/list/?{query}")
    rows = [{"name": f"Công ty {i:02}", "count": i} for i in range(60)]
    table = SampleTable(rows)
    tables.RequestConfig(request, paginate={"per_page": 25}).configure(table)
    context = Context({"request": request, "table": table, "view": {"title": "Công ty", "noun": "công ty"}})
    context.request = request  # what {% querystring %} asks for; a RequestContext would ask for the person, too
    return engines["django"].engine.get_template(template).render(context)


def test_list_fragment_is_part_of_the_page_and_labels_its_cells():
    fragment = list_html("sort=-name&page=2&q=a")
    assert "<html" not in fragment
    assert 'id="list"' in fragment
    assert "26–50 trong 60" in fragment
    assert "60 công ty" in fragment
    assert 'aria-sort="descending"' in fragment
    assert '<td class="num" data-l="Số lượng">' in fragment
    assert '<th scope="row" class="full">' in fragment
    page = list_html("", "layouts/table.html")
    assert "<html" in page
    assert 'id="list"' in page


def test_links_of_a_list_keep_its_filter():
    fragment = list_html("sort=name&page=2&q=a")
    assert 'href="?sort=name&amp;page=3&amp;q=a"' in fragment
    assert 'href="?sort=name&amp;q=a&amp;export=xlsx"' in fragment


# --- what no template, style sheet or script may hold ---


# A style of an element is a length or a place.
FORBIDDEN = (
    r"<style",
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    r"<[^>]*\son[a-z]+=",
    r"hx-on",
    r'\sstyle="(?!(?:width|left|height|grid-(?:column|row|area)):)[^"]*"',
)


def test_no_template_has_what_the_content_policy_forbids():
    assert len(TEMPLATES) > 200
    sources = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES}
    found = {name: [sign for sign in FORBIDDEN if re.search(sign, source)] for name, source in sources.items()}
    assert {name: signs for name, signs in found.items() if signs} == {}


@pytest.mark.parametrize(
    "source",
    [
        *("<style>", "<script>x()</script>", '<p onclick="x()">', '<p hx-on:click="x()">', '<p style="color: red">'),
        *('<p style="">', '<td style="width: 1px" style="top: 0">'),
    ],
)
def test_what_it_forbids_is_found(source):
    assert any(re.search(sign, source) for sign in FORBIDDEN)


@pytest.mark.parametrize(
    "source", ['<script src="a.js"></script>', '<script type="application/json">1</script>', '<i style="width: 3%">']
)
def test_what_it_allows_is_not(source):
    assert not any(re.search(sign, source) for sign in FORBIDDEN)


@pytest.mark.parametrize("source", STYLES + SCRIPTS, ids=lambda path: path.name)
def test_style_sheet_or_module_is_short_and_stays_at_home(source):
    text = source.read_text(encoding="utf-8")
    assert text.count("\n") < 400
    assert not re.search(r"https?://", text)
