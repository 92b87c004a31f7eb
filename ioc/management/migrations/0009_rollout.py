"""Systems and their rollout: which is open for whom, where and from when."""

import django.db.models.deletion
from django.db import migrations, models

SYSTEMS = (
    ("onscene", "Hệ thống thông tin phản ánh hiện trường", "On-the-scene information"),
    ("citizen", "Ứng dụng cho người dân, doanh nghiệp", "App for people and businesses"),
    ("officer", "Ứng dụng cho cán bộ, công chức, viên chức", "App for officials"),
    ("dashboards", "Bảng điều hành", "Dashboards"),
    ("indicators", "Hệ thống thông tin kinh tế - xã hội", "Socio-economic information"),
    ("assistant", "Trợ lý ảo", "Virtual assistant"),
)


def add_systems(apps, _schema):
    system = apps.get_model("management", "System")
    rows = enumerate(SYSTEMS, start=1)
    system.objects.bulk_create(
        system(code=code, name=name, name_en=english, position=position) for position, (code, name, english) in rows
    )


class Migration(migrations.Migration):
    dependencies = [("management", "0008_catalogue")]

    operations = [
        migrations.CreateModel(
            name="Rollout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "audience",
                    models.CharField(
                        choices=[("citizens", "citizens"), ("businesses", "businesses"), ("officials", "officials")],
                        max_length=10,
                    ),
                ),
                ("legal_basis", models.CharField(max_length=300)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("note_en", models.CharField(blank=True, max_length=300)),
                ("batch", models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="System",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("onscene", "on-the-scene information"),
                            ("citizen", "app for people and businesses"),
                            ("officer", "app for officials"),
                            ("dashboards", "dashboards"),
                            ("indicators", "socio-economic information"),
                            ("assistant", "virtual assistant"),
                        ],
                        max_length=14,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("name_en", models.CharField(max_length=100)),
                ("closed_text", models.TextField(blank=True)),
                ("closed_text_en", models.TextField(blank=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="rollout",
            name="area",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="openings",
                to="management.area",
            ),
        ),
        migrations.AddField(
            model_name="rollout",
            name="system",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="management.system"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="rollout_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.UniqueConstraint(
                fields=("system", "audience", "area", "valid_from"), name="rollout_once", nulls_distinct=False
            ),
        ),
        migrations.RunPython(add_systems, migrations.RunPython.noop),
    ]
