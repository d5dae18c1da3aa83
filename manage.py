#!/usr/bin/env python3
"""Twopop's one entry point. Stage 0 (standard library only) makes `.venv` and runs itself again inside it; then Django.

`up` and `test` are answered by the package `bootstrap`, every other command by Django.
"""

import os
import sys

OLDEST = (3, 11)


def main() -> None:  # this file is kept readable for old Pythons, so that the check below can speak
    if sys.version_info < OLDEST:
        _use_newer_python()
    from bootstrap import stage0

    sys.exit(stage0.run(sys.argv))


def _use_newer_python() -> None:
    """Run again under a newer Python of this machine, or say which one is needed."""
    import shutil

    for minor in range(14, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031 -- see above
        if found:
            os.execv(found, [found] + sys.argv)  # noqa: RUF005 -- see above
    sys.exit(
        "Twopop needs Python 3.11 or newer; this is Python %d.%d (%s).\n"  # noqa: UP031 -- see above
        "Install one (Debian and Ubuntu: apt install python3.11 python3.11-venv) and run it by name: python3.11 manage.py up"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )


if __name__ == "__main__":
    main()
