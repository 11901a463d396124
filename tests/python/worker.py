"""Runs the tests of one module of CPython's suite and reports each as it goes.

    worker.py MODULE REPORT_FD [PATTERN]

run_suite.py starts this program, and starts it again after a test that hung or
crashed. Standard input has the ids of all tests that must not be run (again).
Each line on REPORT_FD is an object in JSON.
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
        # Tests may fork. Results of a child must not be reported.
        self._pid = os.getpid()

    def __call__(self, event, **fields):
        if os.getpid() != self._pid:
            return
        data = (json.dumps(dict(fields, event=event)) + "\n").encode()
        while data:
            data = data[os.write(self._fd, data) :]


class Result(unittest.TestResult):
    """Reports one outcome per test: the worst one of its subtests."""

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
            # This is a fixture of a class or module, and not a test.
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
    # When a test hangs, run_suite.py sends SIGABRT, so that this prints where
    # all threads are.
    faulthandler.enable()
    report = Reporter(fd)

    # Imported before the suite, which imports them too.
    import _socket
    import selectors
    import socket

    report(
        "module",
        file=getattr(_socket, "__file__", "built into the interpreter"),
        mortise=getattr(_socket, "__mortise__", None),
        selectors=selectors.DefaultSelector.__module__,
        socket=socket.__file__,
        derived=issubclass(socket.socket, _socket.socket),
    )
    del _socket, selectors, socket

    module = importlib.import_module(name)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    report("suite", file=module.__file__)
    tests = [
        test
        for test in flatten(suite)
        if test.id() not in done and fnmatch.fnmatch(test.id(), f"*{pattern}*")
    ]
    # The tests stay in the loader's order, with the tests of a class together.
    unittest.TestSuite(tests).run(Result(report))
    report("finished")


if __name__ == "__main__":
    # A thread of the suite or of a library must not keep the process running
    # when all results have been reported. Exit handlers run nevertheless.
    try:
        main()
    except BaseException:
        traceback.print_exc()
        sys.exit(1)
