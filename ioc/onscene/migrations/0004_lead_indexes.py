"""Indexes for the figures of the leaders' page."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("onscene", "0003_desk_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=Q(("dropped_at__isnull", True), ("step", "handle")),
                fields=["due_at"],
                include=("met_at", "report"),
                name="deadline_handle",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                include=("state", "area_path", "id"),
                name="report_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=Q(("resolved_at__isnull", False)),
                fields=["resolved_at"],
                include=("dispatched_at", "state", "area_path"),
                name="report_resolved",
            ),
        ),
    ]
