from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_reason_of_earlier_withdrawals")]

    operations = [
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_reason", ""))
                | (Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)) & ~Q(("withdrawn_reason", ""))),
                name="attachment_withdrawn_with_who_and_why",
                violation_error_message="Gỡ tệp phải có người gỡ và lý do.",
            ),
        ),
    ]
