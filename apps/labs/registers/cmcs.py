from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.labs.models import CalibrationAndMeasurementCapability, CmcStatus
from apps.labs.selectors import FAMILIES, Now, published_today, status_today
from apps.registers.declaration import Register, Spans, Standing, declare
from apps.registers.filerules import FileRules, Stays

_COUNTED = ", ".join(f"'{status}'" for status in CmcStatus.COUNTED)
_MAY_FOLLOW = ", ".join(
    f"('{before}', '{status}')" for before, statuses in CmcStatus.FOLLOWERS.items() for status in statuses
)
# When a CMC is published: from a status that says so until the day of its next one.
PUBLISHED = f"""
    SELECT cmc_id, day, until FROM (
        SELECT cmc_id, status, happened_on AS day,
               lead(happened_on) OVER (PARTITION BY cmc_id ORDER BY happened_on) AS until
        FROM labs_cmcstatus WHERE withdrawn_at IS NULL
    ) told WHERE status IN ({_COUNTED})
"""
_PUBLISHED_OF_FILE = f"""
    SELECT x.number, span.day, span.until FROM exchange_stagedrow x
    JOIN labs_calibrationandmeasurementcapability c
      ON lower(c.code) = lower(x.clean->>'code') AND c.withdrawn_at IS NULL
    JOIN ({PUBLISHED}) span ON span.cmc_id = c.id
    WHERE x.batch_id = %(batch)s
"""
# Those of the file beside those of the register.
_HOLDING_OF_FILE = """
    SELECT number, day, until FROM (
        SELECT number, day, lead(day) OVER (PARTITION BY cmc ORDER BY day) AS until FROM (
            SELECT DISTINCT ON (cmc, day) number, cmc, day FROM (
                SELECT x.number, (x.clean->>'cmc')::bigint, (x.clean->>'happened_on')::date FROM exchange_stagedrow x
                WHERE x.batch_id = %(batch)s AND x.state IN ('new', 'update')
              UNION ALL
                SELECT NULL, n.cmc_id, n.happened_on FROM labs_cmcstatus n WHERE n.withdrawn_at IS NULL
            ) said(number, cmc, day) ORDER BY cmc, day, number
        ) days
    ) spans WHERE number IS NOT NULL
"""
# A staged row that is not written for reasons of its own: the register stays as it is there.
_LEFT_OUT = """
    (coalesce(s.clean->>'status', '') = '' OR EXISTS (
        SELECT FROM exchange_rowproblem p
        WHERE p.batch_id = %(batch)s AND p.number = s.number AND p.code NOT IN ('sequence', 'duplicate')
          AND (p.severity = 'error' OR p.severity = 'warning' AND p.accepted_reason = '')
    ))
"""
# What stands at a CMC once the file is written, in the order of its days: nothing of a CMC is written while one of its
# statuses cannot follow the one before it.
_SEQUENCE = f"""
  UNION ALL
    SELECT o.number, %(headers)s::jsonb->>'status', %(labels)s::jsonb->'status'->>o.status, 'sequence', 'error',
           CASE WHEN NOT o.follows AND o.before = '' THEN %(first_status)s
                WHEN NOT o.follows THEN format(
                    %(cannot_follow)s, %(labels)s::jsonb->'status'->>o.before, to_char(o.was_on, 'DD/MM/YYYY'))
                WHEN NOT o.is_followed AND o.next IS NULL THEN format(
                    %(cannot_lead)s, %(labels)s::jsonb->'status'->>o.after, to_char(o.goes_on, 'DD/MM/YYYY'))
                ELSE %(others_of_cmc)s END
    FROM (
        SELECT *, bool_or(NOT follows) OVER (PARTITION BY cmc) AS is_broken
        FROM (
            SELECT *, (before, status) IN ({_MAY_FOLLOW}) AS follows,
                   after IS NULL OR (status, after) IN ({_MAY_FOLLOW}) AS is_followed
            FROM (
                SELECT *, lag(status, 1, '') OVER days AS before, lag(day) OVER days AS was_on,
                       lead(status) OVER days AS after, lead(day) OVER days AS goes_on,
                       lead(number) OVER days AS next
                FROM (
                    SELECT s.number, s.key_cmc AS cmc, s.key_happened_on AS day, s.clean->>'status' AS status
                    FROM staged s WHERE NOT s.twin AND NOT {_LEFT_OUT}
                  UNION ALL
                    SELECT NULL, n.cmc_id, n.happened_on, n.status
                    FROM labs_cmcstatus n LEFT JOIN staged s
                      ON s.key_cmc = n.cmc_id AND s.key_happened_on = n.happened_on AND NOT s.twin
                    WHERE n.withdrawn_at IS NULL AND n.cmc_id IN (SELECT key_cmc FROM staged) AND (
                        s.id IS NULL OR {_LEFT_OUT}
                    )
                ) told WINDOW days AS (PARTITION BY cmc ORDER BY day)
            ) beside
        ) judged
    ) o WHERE o.number IS NOT NULL AND o.is_broken
"""
_LATER = """
    EXISTS (
        SELECT FROM labs_cmcstatus o WHERE o.cmc_id = n.cmc_id AND o.withdrawn_at IS NULL
          AND o.happened_on > n.happened_on AND o.created_at > n.created_at AND o.batch_id IS DISTINCT FROM n.batch_id
    )
"""
_ORDER = FileRules(
    words={
        "first_status": _("Trạng thái đầu tiên của một CMC là “Công bố”. Thêm dòng công bố, hoặc sửa ngày, trạng thái"),
        "cannot_follow": _("Không thể tiếp sau “%s” ngày %s của CMC này. Kiểm tra ngày và trạng thái"),
        "cannot_lead": _(
            "CMC này có “%s” ngày %s, không thể tiếp sau trạng thái của dòng này. Kiểm tra ngày, trạng thái"
        ),
        "others_of_cmc": _("Một dòng khác của CMC này trong tệp sai thứ tự trạng thái. Sửa hoặc bỏ dòng đó trước"),
        "other_name": _("Sổ đang ghi “%s”, tệp ghi “%s”. Nếu nhầm ngày thì sửa ngày; nếu đúng thì xác nhận kèm lý do"),
    },
    told=("sequence",),
    wanted=_SEQUENCE,
    stays=(Stays("followed", _("có trạng thái được ghi sau đó"), _LATER),),
)


CMCS = declare(
    Register(
        model=CalibrationAndMeasurementCapability,
        key=("code",),
        named_by="name",
        title=_("Khả năng đo và hiệu chuẩn (CMC)"),
        short=pgettext_lazy("trình đơn", "CMC"),
        noun=_("CMC"),
        add_words=_("Thêm CMC"),
        icon="file-check",
        export_name="cmc",
        told_apart_by=("instrument", "measuring_range", "uncertainty", "holder"),
        lead=_(
            "Nguồn tính mục tiêu MT2 · mỗi CMC được tính từ ngày công bố đến trước ngày tạm dừng hoặc rút bỏ, và lại "
            "được tính từ ngày khôi phục"
        ),
        source="labs.cmc",
        spans=Spans(attrgetter("spans"), _PUBLISHED_OF_FILE),
        standing=Standing(_("Trạng thái hiện nay"), Now, FAMILIES, status_today),
        tells=published_today,
    )
)
STATUSES = declare(
    Register(
        model=CmcStatus,
        key=("cmc", "happened_on"),
        named_by="reason",
        title=_("Trạng thái CMC"),
        short=_("Trạng thái CMC"),
        noun=_("trạng thái"),
        add_words=_("Thêm trạng thái"),
        icon="timeline",
        export_name="trang-thai-cmc",
        family="cmc",
        lead=_("Công bố, tạm dừng, khôi phục, rút bỏ của từng CMC, theo ngày · làm tăng, giảm mục tiêu MT2"),
        source="labs.cmc",
        counted_on="happened_on",
        spans=Spans(attrgetter("spans"), _HOLDING_OF_FILE),
        files=_ORDER,
        is_told_above=True,
    )
)
