from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def by_number(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("review", "Version").objects.update(position=models.F("number"))


class Migration(migrations.Migration):

    dependencies = [
        ("review", "0020_confirmed_claps"),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="position",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(by_number, migrations.RunPython.noop),
    ]
