"""The running number in report codes: a sequence, so that filing waits for nobody."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("onscene", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE onscene_report_number", "DROP SEQUENCE onscene_report_number"),
    ]
