"""Webhooks speak the languages of chats."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0029_mails'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhook',
            name='format',
            field=models.CharField(choices=[('twopop', 'Twopop'), ('slack', 'Slack'), ('teams', 'Teams'), ('discord', 'Discord')], default='twopop', max_length=12),
        ),
    ]
