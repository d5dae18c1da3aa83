"""Inboxes. What happened before them is told to nobody."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def begin_now(apps: Any, _schema: Any) -> None:
    cursor = apps.get_model("review", "NotificationCursor")
    rows = apps.get_model("review", "Project").objects.values_list("pk", "event_seq")
    cursor.objects.bulk_create([cursor(project_id=pk, seq=seq) for pk, seq in rows], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0027_live_sessions'),
    ]

    operations = [
        migrations.CreateModel(
            name='NotificationCursor',
            fields=[
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notification_cursor', serialize=False, to='review.project')),
                ('seq', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mention', 'Mention'), ('reply', 'Reply'), ('comment', 'Comment'), ('approval_asked', 'Approval Asked'), ('decision', 'Decision'), ('version', 'Version'), ('media_failed', 'Media Failed'), ('checks_failed', 'Checks Failed'), ('lock_asked', 'Lock Asked'), ('lock_free', 'Lock Free'), ('lock_forced', 'Lock Forced'), ('delivery', 'Delivery'), ('recall', 'Recall')], max_length=16)),
                ('thread', models.CharField(max_length=40)),
                ('detail', models.JSONField(default=dict)),
                ('happened_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.comment')),
                ('delivery', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.delivery')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.event')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.project')),
                ('sequence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.sequence')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='review.version')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'thread', 'id'], name='notification_line'), models.Index(condition=models.Q(('read_at', None)), fields=['user', 'id'], name='notification_unread')],
                'constraints': [models.UniqueConstraint(fields=('event', 'user'), name='notification_once')],
            },
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
    ]
