"""A live session can go through the playlist of a share link."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0030_webhook_format'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewsession',
            name='share',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='review.share'),
        ),
    ]
