"""What the decode pass stores for the checks is judged long afterwards: who changes how it is made raises the version."""

import ast
import hashlib
from pathlib import Path

from media_pipeline import steps
from media_pipeline.core import features

CORE = Path(features.__file__).parent
MAKERS = ("features.py", "fingerprint.py", "raw_picture.py", "hearing/*.py")
# The version of the step that stores features, and what made them then.
STORED_BY = (6, "4e25b4ab")


def code_of(path: Path) -> str:
    """The module's code alone: a comment changes nothing that is stored."""
    return ast.unparse(ast.parse(path.read_bytes()))


def test_features_made_otherwise_raise_the_version_of_the_step_that_stores_them():
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MAKERS for path in CORE.glob(pattern)):
        digest.update(f"{path.relative_to(CORE)}\0{code_of(path)}\0".encode())
    now = (steps.RENDITIONS.version, digest.hexdigest()[:8])
    assert now == STORED_BY, (
        "The features of media made before this change are kept. If they would come out otherwise now, raise the version of "
        "RENDITIONS in media_pipeline/steps.py (all media are made anew, a few at a time); then record what is now here."
    )
