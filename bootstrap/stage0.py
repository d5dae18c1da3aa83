"""From whatever Python started manage.py to the one in `.venv`, and on to the command."""

import contextlib
import os
import sys

from bootstrap import console, environment, frontend

BOOTSTRAP_COMMANDS = {"up", "test"}
USAGE = """\
python3 manage.py up      set everything up and run Twopop        (--help tells the options)
python3 manage.py test    set everything up and run every test    (arguments go to pytest)
python3 manage.py doctor  say what is missing or unsafe, and how to mend it

All other commands are Django's:
"""


def run(argv: list[str]) -> int:
    """Make the environment fit for the command, enter it, run the command. Returns the exit code."""
    command = argv[1] if len(argv) > 1 else "help"
    try:
        _enter_environment(argv, command)
        if command == "up":
            from bootstrap import up

            return up.main(argv[2:])
        if command == "test":
            from bootstrap import suite

            return suite.main(argv[2:])
    except console.Refused as error:
        console.refuse(error)
    except KeyboardInterrupt:
        return 130
    return _django(argv, command)


def _enter_environment(argv: list[str], command: str) -> None:
    """Install what is missing, then replace this process by the same command under the environment's Python.

    TWOPOP_STAGE0=0 says that the interpreter in use has everything (a container image): then nothing is done. Nor is
    it for whoever calls `.venv/bin/python manage.py …` by hand, except for the two commands that promise a set-up.
    """
    if os.environ.get("TWOPOP_STAGE0") == "0":
        return
    inside = environment.is_current()
    if inside and command not in BOOTSTRAP_COMMANDS:
        return
    beside = frontend.modules_beside(to_build=command == "up") if command in BOOTSTRAP_COMMANDS else contextlib.nullcontext()
    with beside:
        environment.ensure(dev=command == "test")
    os.environ["TWOPOP_STAGE0"] = "0"  # for the processes that start from here on
    _keep_bytecode()
    if not inside:
        python = str(environment.PYTHON)
        os.execv(python, [python, *argv])


def _keep_bytecode() -> None:
    """Where Python is told to leave no bytecode beside sources (containers often are), keep it inside `.venv`: without any,
    every process compiles some 1,500 modules anew before it does a thing (measured: 3.6 s of a core instead of 1.1)."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(environment.VENV / "pycache"))


def _django(argv: list[str], command: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review.settings")
    from django.core.management import execute_from_command_line

    if command in {"help", "--help", "-h"} and len(argv) <= 2:
        console.say(USAGE)
    execute_from_command_line(argv)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv))
