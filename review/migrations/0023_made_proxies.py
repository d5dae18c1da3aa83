"""Copies may be proxies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0022_socket_tickets")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="purpose",
            field=models.CharField(choices=[("correct", "Correct"), ("proxy", "Proxy")], default="correct", max_length=8),
        ),
        migrations.AlterField(
            model_name="correction", name="verdict_before", field=models.CharField(blank=True, max_length=16)
        ),
        migrations.RemoveConstraint(model_name="correction", name="correction_one_at_a_time"),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ordered")), fields=("version", "purpose"), name="correction_one_at_a_time"
            ),
        ),
    ]
