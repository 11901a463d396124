#!/usr/bin/python3.11
"""Makes the same calls on the interpreter's own `_socket` and on Mortise's.

    tests/python/compare_calls.py [--extension FILE]

calls.py has the calls. Every difference is listed: another value, another class
of an exception, or other arguments of an exception. The exit status is 0 if
there is none.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import run_suite


# Beginnings of the lines that may differ; docs/python-suite.md says why.
KNOWN = (
    "gethostbyname_ex('') ",
    "gethostbyname_ex(b'') ",
    "socketpair(0, -1, ",
    "socketpair(0, 99, ",
)


def answers(extension):
    with tempfile.TemporaryDirectory(prefix="mortise-calls-") as folder:
        done = subprocess.run(
            [run_suite.PYTHON, "-W", "error", os.path.join(run_suite.HERE, "calls.py")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=run_suite.environment_for(extension, folder),
            timeout=600,
        )
        if done.returncode != 0:
            run_suite.fail(f"calls.py ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}")
        reports = run_suite.sanitizer_reports(folder, extension) if extension else []
    return done.stdout.splitlines(), reports


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extension", default=run_suite.EXTENSION, metavar="FILE")
    options = parser.parse_args()
    extension = os.path.abspath(options.extension)
    run_suite.skip_or_enter_namespaces(extension, os.environ.get("XML_OUTPUT_FILE"), __file__)

    own, _ = answers(None)
    ours, reports = answers(extension)
    differing = 0
    if len(own) != len(ours):
        print(f"{len(own)} answers of the interpreter's own, {len(ours)} of Mortise's")
        differing += 1
    for a, b in zip(own, ours):
        if a != b and not a.startswith(KNOWN):
            differing += 1
            print(f"own:  {a}\nours: {b}")
    for report in reports:
        print(report)
    print(f"{len(own)} calls, {differing} answered differently")
    return 1 if differing or reports else 0


if __name__ == "__main__":
    sys.exit(main())
