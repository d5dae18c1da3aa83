"""The product with crashes built in: the process kills itself at the moment that the file named here holds."""

import os
import signal
from pathlib import Path
from typing import Any

from review.asgi import application  # sets Django up, so it comes first

__all__ = ["application"]


def install() -> None:
    from media_pipeline import api as pipeline
    from media_pipeline.running_hash import RunningHash
    from media_pipeline.tus_store import HeldUpload
    from review.actions import uploads

    wish = Path(os.environ["TWOPOP_DATA"], "crash")

    def deadly(owner: Any, name: str, moment: str, *, after: bool = False) -> None:
        function = getattr(owner, name)

        def wrapped(*arguments: Any, **options: Any) -> Any:
            dies = wish.exists() and wish.read_text() == moment
            if dies and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*arguments, **options)
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, wrapped)

    deadly(HeldUpload, "sync", "before the last sync")
    deadly(RunningHash, "hexdigest", "before the hash")
    deadly(uploads, "finish_upload", "before the transaction")
    deadly(pipeline, "keep", "between link and commit", after=True)
    deadly(uploads, "finish_upload", "after the commit", after=True)
    deadly(HeldUpload, "delete", "after the file is removed", after=True)


install()
