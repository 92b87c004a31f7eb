"""A person's place in the alphabet is kept in a column: working it out again for each of thousands found was slow."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("management", "0017_population")]

    operations = [
        migrations.RemoveIndex("person", name="person_alphabet"),
        migrations.AddField(
            "person",
            "alphabet",
            models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Collate(
                    models.Func(models.F("full_name"), function="ioc_alphabet", output_field=models.TextField()), "C"
                ),
                output_field=models.TextField(db_collation="C"),
            ),
        ),
        migrations.AddIndex("person", models.Index(fields=["alphabet", "id"], name="person_alphabet")),
    ]
