"""The command line, made from the registries: every job is a sub-command, every command is offered by `landplan edit`.

Exit codes: 0 done; 1 a bug; 2 bad input or use; 3 scheme or recipe; 4 cannot be solved; 5 export; 6 a difference was
found; 130 stopped. An error is one line on stderr; `--debug` adds the traceback. Results go to stdout, progress to stderr;
with `--json` an error that says more than its sentence, such as the rules that clash, is an object on stdout too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import landplan.cli.gui  # noqa: F401  (registers the job that opens the window)
from landplan import __version__
from landplan.cli.pages import front_page
from landplan.cli.terminal import STOPPED, Wishes, calm, make_output_safe, verdict, wishes
from landplan.core.errors import LandplanError
from landplan.core.messages import locale_language, set_language
from landplan.core.registry import jobs


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code and lets nothing through but that."""
    given = list(sys.argv[1:] if argv is None else argv)
    make_output_safe()
    set_language(locale_language())
    try:
        words, wanted = wishes(given)
        set_language(wanted.lang or locale_language())
        code = _run(words, wanted)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough: `landplan methods | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (the last stop: one line, the right code)
        return _told(error, debug="--debug" in given, as_json="--json" in given)


def _run(words: list[str], wanted: Wishes) -> int:
    if words == ["--version"]:
        sys.stdout.write(f"landplan {__version__}\n")
        return 0
    if words in ([], ["--help"], ["-h"]):  # the first page, without the parser: it comes at once
        sys.stdout.write(f"{front_page(jobs)}\n")
        return 0
    from landplan.app.report import Report
    from landplan.cli.shell import application

    done = application(words, wanted.quiet).main(words, prog_name="landplan", standalone_mode=False)
    if done == STOPPED:
        raise KeyboardInterrupt
    if not isinstance(done, Report):
        return 0  # help was asked for, and shown
    report = done
    shown = report.json if wanted.as_json else "\n".join(calm(line) for line in report.lines)
    sys.stdout.write(f"{shown}\n" if shown else "")
    sys.stderr.write("".join(f"landplan: {calm(line, one=True)}\n" for line in report.problems))
    return int(report.exit_code)


def _told(error: BaseException, *, debug: bool, as_json: bool) -> int:
    """Say the error in one line on stderr (and its traceback when asked); returns the exit code."""
    if debug:
        import traceback

        traceback.print_exception(error)
    line, code = verdict(error)
    if as_json and isinstance(error, LandplanError) and error.data is not None:
        from landplan.app.report import Report

        sys.stdout.write(f"{Report(data={'error': error.id, 'text': line, 'exit_code': code, 'data': error.data}).json}\n")
    sys.stderr.write(f"landplan: {calm(line, one=True)}\n")
    return code
