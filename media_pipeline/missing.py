"""Published files that are gone (after a restore without them, say), and the steps that made them."""

from django.db.models import QuerySet

from media_pipeline import steps
from media_pipeline.models import Rendition
from media_pipeline.storage import Storage, table_key

WITH_TABLE = frozenset({Rendition.Kind.ORIGINAL, Rendition.Kind.PREVIEW, Rendition.Kind.PROXY, Rendition.Kind.WATERMARKED})


def steps_with_missing_files(storage: Storage, renditions: "QuerySet[Rendition]") -> dict[str, set[str]]:
    """Names of steps by media id, of the current ones among `renditions` whose file or frame table is not there."""
    found: dict[str, set[str]] = {}
    # Comparisons are made again by whoever chose them (comparisons.compare).
    own = renditions.exclude(job__step__in=[step.name for step in steps.all_steps() if step.compares])
    current = own.filter(superseded_at=None).values_list("media_id", "kind", "storage_key", "pk", "job__step")
    for media_id, kind, key, pk, maker in current.iterator():
        keys = [key, table_key(media_id, pk)] if kind in WITH_TABLE else [key]
        if all(map(storage.exists, keys)):
            continue
        able = {step.name for step in steps.all_steps() if kind in step.kinds and not step.compares}
        # Two steps may make files of one kind; whose it was is known unless the job was removed.
        found.setdefault(media_id, set()).update({maker} if maker in able else able)
    return found
