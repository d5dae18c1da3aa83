"""The Celery application. Tasks are doorbells only: what must be done stands in media_pipeline's job rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")

app = Celery("twopop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["media_pipeline", "review"])
