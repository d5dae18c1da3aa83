from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"

    def ready(self) -> None:
        from review import catalogues

        catalogues.compile_stale()  # before the first text is asked for
        from media_pipeline.signals import enclosure_changed, media_changed
        from media_pipeline.worker import on_sweep
        from review import celery as celery  # the app must exist before a task is sent
        from review import events, tasks
        from review.actions import corrections, locks, watermarks
        from review.actions.attachments import record_enclosure_changed
        from review.actions.media import record_media_changed
        from review.actions.reference_sounds import follow
        from review.actions.references import compare_when_ready

        events.on_activity(locks.stay)
        on_sweep(tasks.ring_if_work_waits)
        on_sweep(watermarks.sweep)
        media_changed.connect(record_media_changed, dispatch_uid="review")
        media_changed.connect(corrections.follow, dispatch_uid="review.corrections")
        media_changed.connect(compare_when_ready, dispatch_uid="review.references")
        media_changed.connect(follow, dispatch_uid="review.reference_sounds")
        enclosure_changed.connect(record_enclosure_changed, dispatch_uid="review")
