"""What is told of a row of a file of tasks before it is written, beside what is told of any register's row.

How a known task stands only the workflow changes: where the file says otherwise, it is told so and not written. A new
one comes with its state, days and decisions.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.documents.numbers import issuer_key_sql
from apps.framework.models import INVESTMENT_GROUP
from apps.tasks.moving import BEFORE_APPROVAL, WRITABLE, State
from apps.tasks.services.working import TOLD_IN

WITH_A_REASON = (State.RETURNED, State.REJECTED, State.SUSPENDED, State.TERMINATED)
AFTER_APPROVAL = tuple(one for one in State if one not in BEFORE_APPROVAL)
LEFT_BLANK = ("reported_on", "accepted_on", "percent", "decision_number", "acceptance_number")


def listed(words: Any) -> str:
    """Our own constants as a list of SQL."""
    return ", ".join(f"'{word}'" for word in sorted(words))


def said(key: str, row: str = "s") -> str:
    return f"nullif({row}.clean->>'{key}', '')"


def _header(key: str) -> str:
    return f"%(headers)s::jsonb->>'{key}'"


OPEN = f"n.state IN ({listed(WRITABLE)})"
_NEW = "NOT s.twin AND NOT EXISTS (SELECT FROM known k WHERE k.id = s.id)"
_DAYS = "to_char(({0})::date, 'DD/MM/YYYY')"


def _day(key: str, now: str) -> str:
    told = said(key, "k")
    return f"('{key}', ({now})::text, {told}, {_DAYS.format(now)}, {_DAYS.format(told)}, %(other_day)s)"


# The first due date of a draft follows the one that the file writes.
_FIRST_DUE = f"CASE WHEN {OPEN} THEN coalesce({said('due_on', 'k')}::date, n.due_on) ELSE n.first_due_on END"
_UNITS = "(SELECT string_agg(coalesce(%(units)s::jsonb->>u, u), '; ' ORDER BY u) FROM {0} named(u))"
_TAKING_PART = "(SELECT unit_id FROM tasks_participation WHERE task_id = n.id)"
_NAMED = "jsonb_array_elements_text(k.clean->'coordinating')"
_PARTS_SAID = "CASE WHEN jsonb_typeof(k.clean->'coordinating') = 'array' THEN {0} END"


def _decision(key: str) -> str:
    """Any of its steps may carry the act."""
    number = said(f"{key}_number", "k")
    known = f"""(
        SELECT d.number FROM tasks_taskstep t JOIN documents_legaldocument d ON d.id = t.decision_id
        WHERE t.task_id = n.id ORDER BY lower(d.number) = lower({number}) DESC, t.id DESC LIMIT 1
    )"""
    return f"('{key}_number', lower({known}), lower({number}), {known}, {number}, %(other_value)s)"


_BY_WORKFLOW = f"""
  UNION ALL
    SELECT k.number, %(headers)s::jsonb->>c.key, c.new_word, 'by_workflow', 'note',
           format(c.told, coalesce(left(c.old_word, 150), '–'), left(c.new_word, 150))
    FROM known k JOIN tasks_plantask n ON n.id = k.row_id CROSS JOIN LATERAL (VALUES
        ('state', n.state, {said("state", "k")}, %(states)s::jsonb->>n.state,
         %(states)s::jsonb->>(k.clean->>'state'), %(other_state)s),
        {_day("first_due_on", _FIRST_DUE)},
        {_day("reported_on", "n.reported_on")},
        {_day("accepted_on", "n.accepted_on")},
        {_decision("decision")},
        {_decision("acceptance")},
        ('coordinating', {_UNITS.format(_TAKING_PART)}, {_PARTS_SAID.format(_UNITS.format(_NAMED))},
         {_UNITS.format(_TAKING_PART)}, {_PARTS_SAID.format(_UNITS.format(_NAMED))}, %(other_value)s)
    ) c(key, old, new, old_word, new_word, told)
    WHERE k.own AND NOT k.twin AND c.new <> '' AND c.new IS DISTINCT FROM c.old
"""
_LATEST = "(SELECT p.percent FROM tasks_taskprogress p WHERE p.task_id = n.id ORDER BY told_on DESC, id DESC LIMIT 1)"
_IS_TOLD = f"""(n.state IN ({listed(TOLD_IN)}) AND NOT EXISTS (
    SELECT FROM tasks_plantask sub WHERE sub.parent_id = n.id AND sub.withdrawn_at IS NULL
))"""
_PROGRESS = f"""
  UNION ALL
    SELECT k.number, {_header("percent")}, k.clean->>'percent',
           CASE WHEN {_IS_TOLD} THEN 'progress' ELSE 'not_told' END, 'note',
           CASE WHEN {_IS_TOLD} THEN format(%(progress)s, coalesce({_LATEST} || '%%', '–'), k.clean->>'percent' || '%%')
                ELSE %(not_told)s END
    FROM known k JOIN tasks_plantask n ON n.id = k.row_id
    WHERE k.own AND NOT k.twin AND {said("percent", "k")}::int IS DISTINCT FROM {_LATEST}
      AND {said("percent", "k")} IS NOT NULL
"""


def _of_new(key: str, code: str, when: str, severity: str = "error") -> str:
    return f"""
  UNION ALL
    SELECT s.number, {_header(key)}, s.clean->>'{key}', '{code}', '{severity}', %({code})s
    FROM staged s WHERE {_NEW} AND {when}"""


_RULES_OF_NEW = "".join(
    (
        _of_new(
            "state", "state_blank",
            f"s.clean->>'state' = '' AND coalesce({', '.join(map(said, LEFT_BLANK))}) IS NOT NULL",
        ),
        _of_new(
            "note", "reason_missing", f"s.clean->>'state' IN ({listed(WITH_A_REASON)}) AND s.clean->>'note' = ''"
        ),
        _of_new(
            "decision_number", "decision_missing",
            f"s.clean->>'state' IN ({listed(AFTER_APPROVAL)}) AND s.clean->>'decision_number' = ''",
            "warning",
        ),
    )
)  # fmt: skip


def _alike(act: str) -> str:
    """A number of one day with another issuer than the portal's act, or than the row that names it first, is most
    often one act. People's Committees and Councils all have a 15/QĐ-UBND.
    """
    number, issuer = said(f"{act}_number"), said(f"{act}_issuer")
    mine, first = issuer_key_sql("said.issuer"), issuer_key_sql("coalesce(d.issuer, said.first)")
    return f"""
  UNION ALL
    SELECT said.number, {_header(f"{act}_issuer")}, said.issuer, 'act_alike', 'warning',
           format(%(act_alike)s, coalesce(d.issuer, said.first))
    FROM (
        SELECT s.number, {number} AS act, {issuer} AS issuer, {said(f"{act}_on")}::date AS day,
               first_value({issuer}) OVER (PARTITION BY lower({number}), {said(f"{act}_on")} ORDER BY s.number) AS first
        FROM staged s WHERE {_NEW} AND {number} IS NOT NULL AND {issuer} IS NOT NULL AND {said(f"{act}_on")} IS NOT NULL
    ) said LEFT JOIN LATERAL (
        SELECT d.issuer FROM documents_legaldocument d
        WHERE lower(d.number) = lower(said.act) AND d.issued_on = said.day
        ORDER BY {issuer_key_sql("d.issuer")} = {mine} DESC, d.id LIMIT 1
    ) d ON true
    WHERE {mine} <> {first} AND said.act !~* '(UBND|HĐND)$'"""


def _of_change(key: str, code: str, fields: tuple[str, ...], when: str) -> str:
    return f"""
  UNION ALL
    SELECT c.number, {key}, c.new_word, '{code}', 'error', %({code})s
    FROM differing c JOIN tasks_plantask n ON n.id = c.row_id
    WHERE c.is_written AND c.field IN ({listed(fields)}) AND {when}"""


_RULES_OF_CHANGES = "".join(
    (
        _of_change(
            _header("framework_item"), "investment", ("framework_item_id",),
            f"""c.new <> '{INVESTMENT_GROUP}' AND NOT starts_with(c.new, '{INVESTMENT_GROUP}.') AND EXISTS (
                SELECT FROM tasks_budgetline b WHERE b.task_id = n.id AND b.source = 'central_investment'
            )""",
        ),
        _of_change(
            "%(headers)s::jsonb->>c.key", "yearly", ("framework_item_id", "lead_unit_id", "year"), "n.origin = 'yearly'"
        ),
        _of_change(
            _header("lead_unit"), "other_route", ("lead_unit_id",),
            """EXISTS (
                SELECT FROM tasks_plantask o
                WHERE o.withdrawn_at IS NULL AND (o.id = n.parent_id OR o.parent_id = n.id)
                  AND o.approving_unit_id <> %(routes)s::jsonb->c.new->>'unit'
            )""",
        ),
    )
)  # fmt: skip
WANTED = _BY_WORKFLOW + _PROGRESS + _RULES_OF_NEW + _alike("decision") + _alike("acceptance") + _RULES_OF_CHANGES
WORDS = {
    "other_state": _("Nhiệm vụ đang ở “%s”, tệp ghi “%s”. Trạng thái chỉ đổi theo quy trình: xử lý ở trang nhiệm vụ"),
    "other_day": _("Cổng đang ghi “%s”; “%s” trong tệp không được ghi. Ngày này chỉ đổi theo quy trình xử lý nhiệm vụ"),
    "other_value": _("Cổng đang ghi “%s”; “%s” trong tệp không được ghi. Sửa ở trang nhiệm vụ"),
    "kept": _("Nhiệm vụ đã trình: giữ “%s”, không ghi “%s” của tệp. Nội dung chỉ sửa khi là bản nháp hoặc bị trả lại"),
    "other_thing": _("Mã này là của nhiệm vụ “%s”, tệp ghi “%s”. Nếu nhầm mã thì sửa mã, nếu không thì ghi đúng tên"),
    "other_record": _("Mã này đã dùng cho nhiệm vụ của đơn vị khác. Thêm ký hiệu đơn vị vào mã, ví dụ BCT-2026-01"),
    "progress": _("Tiến độ đang ghi %s, sẽ ghi %s"),
    "not_told": _("Không ghi tỷ lệ: nhiệm vụ chưa phê duyệt, đã báo cáo hoàn thành hoặc có nhiệm vụ thành phần"),
    "state_blank": _("Ghi trạng thái: ngày hoàn thành, tỷ lệ và quyết định đi cùng trạng thái của nhiệm vụ"),
    "reason_missing": _("Trạng thái này cần lý do. Ghi lý do ở cột Ghi chú"),
    "act_alike": _(
        "Văn bản số này, cùng ngày, đã ghi do “%s” ban hành. Nếu là một thì ghi cơ quan như vậy, nếu không thì xác "
        "nhận kèm lý do"
    ),
    "decision_missing": _("Chưa có quyết định phê duyệt. Ghi số, ngày, cơ quan ban hành, hoặc xác nhận kèm lý do"),
    "investment": _(
        "Nhiệm vụ có vốn đầu tư phát triển, chỉ dùng cho nhóm 2.2 (mục III, Quyết định 996/QĐ-TTg). Giữ hạng mục cũ"
    ),
    "yearly": _("Nhiệm vụ sinh từ hạng mục hằng năm giữ hạng mục, đơn vị chủ trì và năm. Ghi như cổng đang có"),
    "other_route": _("Nhiệm vụ thành phần phải cùng cơ quan phê duyệt. Ghi đơn vị chủ trì cùng cơ quan phê duyệt"),
}
TOLD = (
    "by_workflow", "progress", "not_told", "state_blank", "reason_missing", "act_alike", "decision_missing",
    "investment", "yearly", "other_route",
)  # fmt: skip
