"""What the two unit views need to know of an indicator and of a figure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_unit_successors"),
        ("targets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="stock_adds_up",
            field=models.BooleanField(
                default=False,
                help_text="Chỉ chọn khi định nghĩa đếm từng vật, mỗi vật ở đúng một đơn vị; các cách gộp khác không dùng đến.",
                verbose_name="trạng thái cuối kỳ cộng được",
            ),
        ),
        migrations.AddField(
            model_name="indicatorvalue",
            name="covers_predecessors",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="gồm cả phần của đơn vị trước sắp xếp"
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("covers_predecessors", False),
                    models.Q(("basis", "report"), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="only_a_units_report_covers_predecessors",
                violation_error_message="Chỉ số báo cáo của một đơn vị mới gồm được phần của đơn vị trước sắp xếp.",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                    models.Q(("denominator__gte", 0), ("denominator__isnull", False), ("numerator__isnull", False)),
                    _connector="OR",
                ),
                name="numerator_with_denominator",
                violation_error_message="Tử số và mẫu số phải đi cùng nhau; mẫu số không âm.",
            ),
        ),
    ]
