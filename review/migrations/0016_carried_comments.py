import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0015_sequence_locks'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='carried_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried_to', to='review.comment'),
        ),
    ]
