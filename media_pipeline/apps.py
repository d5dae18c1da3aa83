from django.apps import AppConfig


class MediaPipelineConfig(AppConfig):
    name = "media_pipeline"

    def ready(self) -> None:
        from media_pipeline import tasks as tasks  # connects the doorbell
