"""The list of a declared register, by hand: the scope lines."""

from html import escape

from tests.bench.byhand.lists import template_of
from tests.bench.byhand.view import Answers, Part

FIELDS, LINES = 'FROM "labs_measurementfield"', 'ORDER BY "labs_scopeitem"."quantity_sort"'
ACTIVITIES = {"verification": "Kiểm định", "calibration": "Hiệu chuẩn", "testing": "Thử nghiệm"}
WANTED = ("activity", "field_id", "quantity", "measuring_range", "uncertainty", "name")
ROWS = """{% for row in rows %}
<tr>
  <th scope="row" class="full"><span class="tick">
    <input class="cbx" type="checkbox" name="row" value="{{ row.id|unlocalize }}" form="chosen"
           aria-label="Chọn {{ row.quantity }}">
    <a href="/registers/scope/{{ row.id|unlocalize }}/">{{ row.quantity }}</a></span></th>
  <td data-l="Phòng thí nghiệm">{{ row.name }}</td>
  <td data-l="Hoạt động">{{ row.activity }}</td>
  <td data-l="Lĩnh vực đo">{{ row.field }}</td>
  <td data-l="Phạm vi đo"{% if not row.measuring_range %} data-none{% endif %}>
    {{ row.measuring_range|default:"–" }}</td>
  <td data-l="Độ không đảm bảo đo, cấp chính xác"{% if not row.uncertainty %} data-none{% endif %}>
    {{ row.uncertainty|default:"–" }}</td>
  <td class="nowrap sub" data-l="Nguồn">Minh họa</td>
</tr>{% endfor %}"""


def fields(answers: Answers) -> str:
    return "".join(
        f'<label for="id_field_{at}"><input type="checkbox" name="field" value="{code}" id="id_field_{at}">'
        f" <span>{escape(name)}</span></label>"
        for at, (code, name) in enumerate(answers.of(FIELDS).rows)
    )


def lines(answers: Answers) -> str:
    answer, names = answers.of(LINES), dict(answers.of(FIELDS).rows)
    places = dict(zip(WANTED, answer.places(*WANTED), strict=True))
    rows = [{"id": row[0]} | {name: row[place] for name, place in places.items()} for row in answer.rows]
    for row in rows:
        row["activity"], row["field"] = ACTIVITIES[row["activity"]], names[row["field_id"]]
    return template_of(ROWS).render({"rows": rows})


_TICKS = '<legend class="vh">Lĩnh vực đo</legend><div class="ticks" data-ticks>'
SCOPE = [Part(_TICKS, '<p class="sub" data-none', fields), Part("<tbody>", "</tbody>", lines)]
