"""What a limit of requests about data rests on, and whether somebody still has to read the law itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0018_alphabet")]

    operations = [
        migrations.AddField(
            model_name="datarequestterm",
            name="source",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="datarequestterm",
            name="must_be_checked",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="datarequestterm",
            name="carry_out_unit",
            field=models.CharField(
                choices=[
                    ("working_hours", "working_hours"),
                    ("working_days", "working_days"),
                    ("calendar_days", "calendar_days"),
                ],
                default="working_days",
                max_length=14,
            ),
        ),
    ]
