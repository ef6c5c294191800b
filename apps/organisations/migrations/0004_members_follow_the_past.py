"""Of the successions known so far each carries the whole past or none: the people go where the past goes."""

from django.db import migrations


def follow(apps, schema_editor):
    apps.get_model("organisations", "Succession").objects.filter(share=1).update(takes_members=True)


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_reorganisations_and_people")]
    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
