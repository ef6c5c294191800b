"""A register of things on loan, made of records of enterprises: from `located_on` to the day in `note`, as many as
`address` says, of the kind in `ownership`. Nothing but its declaration makes it count.
"""

from dataclasses import replace

from apps.enterprises.models import Enterprise
from apps.targets.facts import Breakdown, Column, Name, Source, Telling, Tracked
from apps.targets.models import Indicator

_ROWS = """
    SELECT n.id AS row_id, n.id AS record_id, n.tax_code AS thing, n.unit_id, n.located_on AS day,
           nullif(n.note, '')::date AS until, coalesce(nullif(n.address, ''), '1')::numeric AS amount, n.ownership
    FROM enterprises_enterprise n WHERE n.withdrawn_at IS NULL
"""
LOANS = Source(
    "tests.loan",
    rows=_ROWS,
    permission="enterprises.view_enterprise",
    tracked=(Tracked(Enterprise),),
    breakdowns={"kind": Breakdown("loại", "ownership")},
    telling=Telling(
        model=Enterprise,
        record=Enterprise,
        noun="thiết bị",
        reached="thiết bị nhận trong kỳ",
        place="Nơi đặt",
        day="Từ ngày",
        as_today="tên",
        invented="Tên thiết bị là hư cấu.",
        name=lambda row: Name(row.name, "", f"/loans/{row.pk}/"),
        names=(Column("Thiết bị", lambda row: row.name),),
        says=(Column("Đến ngày", lambda row: row.note),),
    ),
)
# The same rows, said by units in their reports, and as another register.
REPORTED = replace(LOANS, name="tests.reported_loan", basis=Indicator.Basis.REPORT)
OTHERS = replace(LOANS, name="tests.other_loan", rows=f"{_ROWS} AND n.ownership <> 'household'", breakdowns={})
