"""Notifications by mail."""

import django.db.models.deletion
import django.utils.timezone
import media_pipeline.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0028_notifications'),
    ]

    operations = [
        migrations.CreateModel(
            name='MutedThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thread', models.CharField(max_length=40)),
            ],
        ),
        migrations.AddField(
            model_name='notification',
            name='mail_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.CharField(default=media_pipeline.ids.new_id, editable=False, max_length=16, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed'), ('empty', 'Empty')], default='waiting', max_length=8)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_at', models.DateTimeField()),
                ('tries', models.IntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('sent_at', models.DateTimeField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='notification',
            name='mail',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='review.mail'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('mail', None), ('mail_at__isnull', False)), fields=['mail_at'], name='notification_to_mail'),
        ),
        migrations.AddField(
            model_name='mutedthread',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.project'),
        ),
        migrations.AddField(
            model_name='mutedthread',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['state', 'next_at'], name='mail_due'),
        ),
        migrations.AddConstraint(
            model_name='mutedthread',
            constraint=models.UniqueConstraint(fields=('user', 'thread'), name='muted_once'),
        ),
    ]
