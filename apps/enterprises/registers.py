"""What the app keeps beside the register of enterprises, which has pages of its own."""

from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import ManagingMinistry, PrioritySector, ProgrammeEvaluation, SupportActivity
from apps.enterprises.models.priorities import DIVISION, UNKNOWN_VSIC
from apps.enterprises.models.support import OTHER_NAME
from apps.enterprises.source import SOURCE
from apps.enterprises.tax_codes import UNCONFIRMED_MESSAGE, wrong_check_digit_sql
from apps.registers.declaration import Register, declare
from apps.registers.filerules import FileRules

_CODE = "s.clean->>'tax_code'"
# A wrong check digit is let through where the register of enterprises has the code: there somebody said why.
CHECK_DIGIT = f"""
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'tax_code', {_CODE}, 'tax_code_check_digit', 'error', %(unconfirmed)s
    FROM staged s LEFT JOIN (
        SELECT DISTINCT left(tax_code, 10) AS digits FROM enterprises_enterprise WHERE withdrawn_at IS NULL
    ) n ON n.digits = left({_CODE}, 10)
    WHERE n.digits IS NULL AND {wrong_check_digit_sql(f"({_CODE})")}
"""
# The same for the same code on the same day is one activity, in the register and in earlier rows of the file.
_OTHER_NAME = """
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'recipient', s.clean->>'recipient', 'other_spelling', 'error',
           format(%(other_spelling)s, other.name)
    FROM staged s JOIN (
        SELECT x.number AS row, min(said.name) AS name
        FROM staged x JOIN (
            SELECT n.tax_code, n.task, n.mode, n.unit_id, n.held_on, n.recipient, 0
            FROM enterprises_supportactivity n WHERE n.withdrawn_at IS NULL
          UNION ALL
            SELECT t.key_tax_code, t.key_task, t.key_mode, t.key_unit, t.key_held_on, t.key_recipient, t.number
            FROM staged t
        ) said(code, task, mode, unit, day, name, row)
          ON said.code = x.key_tax_code AND said.task = x.key_task AND said.mode = x.key_mode
         AND said.unit = x.key_unit AND said.day = x.key_held_on
        WHERE x.key_tax_code <> '' AND lower(said.name) <> lower(x.key_recipient) AND said.row < x.number
        GROUP BY x.number
    ) other ON other.row = s.number
    WHERE NOT s.twin
"""
_NO_SUCH_CODE = f"""
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'vsic', s.clean->>'vsic', 'unknown_vsic', 'error', %(unknown_vsic)s
    FROM staged s LEFT JOIN enterprises_industry i
      ON i.version = s.clean->>'vsic_version' AND i.code = left(s.clean->>'vsic', {DIVISION})
    WHERE i.id IS NULL AND s.clean ?& ARRAY['vsic_version', 'vsic']
"""

SUPPORT = declare(
    Register(
        model=SupportActivity,
        key=("recipient", "tax_code", "task", "mode", "unit", "held_on"),
        named_by="recipient",
        title=_("Hoạt động hỗ trợ doanh nghiệp"),
        short=_("Hỗ trợ doanh nghiệp"),
        in_menu=_("Hỗ trợ, đánh giá doanh nghiệp"),
        noun=_("hoạt động hỗ trợ"),
        add_words=_("Thêm hoạt động hỗ trợ"),
        icon="users",
        export_name="ho-tro-doanh-nghiep",
        lead=_(
            "Tư vấn, đào tạo, hỗ trợ theo nhiệm vụ 2.4.1, 2.4.2 của Kế hoạch triển khai Đề án · không tính vào "
            "mục tiêu nào"
        ),
        files=FileRules(
            words={"unconfirmed": _(UNCONFIRMED_MESSAGE), "other_spelling": OTHER_NAME},
            told=("tax_code_check_digit", "other_spelling"),
            wanted=CHECK_DIGIT + _OTHER_NAME,
        ),
    )
)
EVALUATIONS = declare(
    Register(
        model=ProgrammeEvaluation,
        key=("tax_code", "year", "unit"),
        named_by="name",
        title=_("Đánh giá kết quả thực hiện Chương trình đảm bảo đo lường"),
        short=_("Đánh giá chương trình"),
        noun=_("đánh giá"),
        add_words=_("Thêm đánh giá"),
        icon="clipboard-search",
        export_name="danh-gia-chuong-trinh",
        family="support",
        lead=_(
            "Theo tiêu chí nâng cao năng lực cạnh tranh và hội nhập quốc tế của doanh nghiệp, theo ngành, lĩnh vực · "
            "không tính vào mục tiêu nào"
        ),
        files=FileRules(
            words={"unconfirmed": _(UNCONFIRMED_MESSAGE), "unknown_vsic": UNKNOWN_VSIC},
            told=("tax_code_check_digit", "unknown_vsic"),
            wanted=CHECK_DIGIT + _NO_SUCH_CODE,
        ),
    )
)
MINISTRIES = declare(
    Register(
        model=ManagingMinistry,
        key=("tax_code", "since"),
        named_by="name",
        title=_("Bộ, ngành quản lý doanh nghiệp"),
        short=_("Bộ, ngành quản lý"),
        noun=_("dòng"),
        add_words=_("Thêm bộ, ngành quản lý"),
        icon="building",
        export_name="bo-nganh-quan-ly",
        family="support",
        lead=_(
            "Số liệu MT5 theo bộ, ngành được xếp theo bộ, ngành quản lý doanh nghiệp vào ngày được tính, đứng bên cạnh "
            "và không cộng vào số của các tỉnh, thành phố"
        ),
        source=SOURCE,  # its rows move figures of the enterprises that they name
        counted_on="since",
        counted_until="ended_on",
        is_counted=False,
        files=FileRules(
            words={"unconfirmed": _(UNCONFIRMED_MESSAGE)}, told=("tax_code_check_digit",), wanted=CHECK_DIGIT
        ),
    )
)
PRIORITIES = declare(
    Register(
        model=PrioritySector,
        key=("act", "number", "vsic_version", "vsic"),
        named_by="sector",
        title=_("Danh mục ngành, lĩnh vực trọng tâm"),
        short=_("Ngành trọng tâm"),
        noun=_("mã ngành"),
        add_words=_("Thêm mã ngành"),
        icon="list-details",
        export_name="nganh-trong-tam",
        family="support",
        lead=_(
            "Mỗi dòng là một mã VSIC của một ngành, lĩnh vực trong Danh mục · số liệu MT5 theo ngành trọng tâm được "
            "xếp theo Danh mục có hiệu lực vào ngày được tính"
        ),
        source=SOURCE,  # its rows move figures of the enterprises whose trade they name
        counted_on="valid_from",
        counted_until="valid_to",
        is_counted=False,
        files=FileRules(words={"unknown_vsic": UNKNOWN_VSIC}, told=("unknown_vsic",), wanted=_NO_SUCH_CODE),
    )
)
