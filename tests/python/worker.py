"""Runs the tests of one module of CPython's suite and reports each as it goes.

    worker.py MODULE REPORT_FD [PATTERN]

For run_suite.py, which starts it anew after a test that hung or crashed, with
the ids of all tests that are not to be run (again) on standard input. Each line
on REPORT_FD is an object in JSON.
"""

import faulthandler
import fnmatch
import importlib
import json
import os
import sys
import traceback
import unittest


class Reporter:
    def __init__(self, fd):
        self._fd = fd
        # Tests fork. What a child has to say about itself is not ours.
        self._pid = os.getpid()

    def __call__(self, event, **fields):
        if os.getpid() != self._pid:
            return
        data = (json.dumps(dict(fields, event=event)) + "\n").encode()
        while data:
            data = data[os.write(self._fd, data) :]


class Result(unittest.TestResult):
    """Each test ends in one outcome; the worst of its subtests counts."""

    def __init__(self, report):
        super().__init__()
        self._report = report
        self._outcome = None

    def startTest(self, test):
        super().startTest(test)
        self._outcome = ("passed", "")
        self._report("start", id=test.id())

    def stopTest(self, test):
        super().stopTest(test)
        if self._outcome is not None:
            self._report("end", id=test.id(), outcome=self._outcome[0], reason=self._outcome[1])
        self._outcome = None

    def _set(self, test, outcome, reason):
        if self._outcome is None:
            # A fixture of a class or module, which is no test.
            self._report("fixture", id=test.id(), outcome=outcome, reason=reason)
        elif self._outcome[0] != "failed":
            self._outcome = (outcome, reason)

    def addError(self, test, err):
        super().addError(test, err)
        self._set(test, "failed", "".join(traceback.format_exception(*err)))

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        if err is not None:
            text = "".join(traceback.format_exception(*err))
            self._set(test, "failed", f"{subtest.id()}\n{text}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._set(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._set(test, "failed", "was expected to fail, and did not")


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def main():
    name, fd = sys.argv[1], int(sys.argv[2])
    pattern = sys.argv[3] if len(sys.argv) > 3 else "*"
    done = set(json.load(sys.stdin))
    # What the supervisor asks for when a test hangs: where all threads are.
    faulthandler.enable()
    report = Reporter(fd)

    # Before the suite is imported, which imports them too.
    import _socket
    import socket

    report(
        "module",
        file=getattr(_socket, "__file__", "built into the interpreter"),
        mortise=getattr(_socket, "__mortise__", None),
        socket=socket.__file__,
        derived=issubclass(socket.socket, _socket.socket),
    )
    del _socket, socket

    module = importlib.import_module(name)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    report("suite", file=module.__file__)
    tests = [
        test
        for test in flatten(suite)
        if test.id() not in done and fnmatch.fnmatch(test.id(), f"*{pattern}*")
    ]
    # With its children's classes together, as the loader ordered them.
    unittest.TestSuite(tests).run(Result(report))
    report("finished")


if __name__ == "__main__":
    # In a thread of the suite's own, or of a library, nothing is to keep the
    # process once all results are out; exit handlers run all the same.
    try:
        main()
    except BaseException:
        traceback.print_exc()
        sys.exit(1)
