from django.db import migrations

SAY = """
    UPDATE documents_attachment SET withdrawn_reason = 'Gỡ khi chưa phải ghi lý do'
    WHERE withdrawn_at IS NOT NULL AND withdrawn_reason = ''
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_files_as_evidence")]

    operations = [migrations.RunSQL(SAY, migrations.RunSQL.noop)]
