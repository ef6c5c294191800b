from django.utils.translation import gettext_lazy as _

from apps.registers.declaration import Register, declare
from apps.training.models import Attendance, TrainingCourse

COURSES = declare(
    Register(
        model=TrainingCourse,
        key=("code",),
        named_by="title",
        title=_("Khóa đào tạo, bồi dưỡng"),
        short=_("Khóa đào tạo"),
        in_menu=_("Đào tạo, bồi dưỡng"),
        noun=_("khóa"),
        add_words=_("Thêm khóa"),
        icon="school",
        export_name="khoa-dao-tao",
        told_apart_by=("starts_on", "ends_on"),
        lead=_("Lượt học viên của mỗi khóa được tính vào mục tiêu MT4, vào ngày bế giảng, cho đơn vị tổ chức"),
        source="training.attendance",  # its days and units are those of the attendances
        counted_on="ends_on",
        is_counted=False,
    )
)
ATTENDANCES = declare(
    Register(
        model=Attendance,
        key=("course", "full_name", "birth_year", "workplace"),
        named_by="full_name",
        family="courses",
        title=_("Lượt học viên"),
        short=_("Lượt học viên"),
        noun=_("lượt học viên"),
        add_words=_("Thêm lượt học viên"),
        icon="users",
        export_name="luot-hoc-vien",
        lead=_("Nguồn tính mục tiêu MT4 · một người học hai khóa là hai lượt · số người là ước tính"),
        source="training.attendance",
        counted_on="course.ends_on",
    )
)
