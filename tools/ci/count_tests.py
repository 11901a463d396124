#!/usr/bin/env python3
"""Counts test cases, not targets, over several runs of `bazel test`.

    count_tests.py bazel LANE EVENTS EXIT_CODE TALLY [ROOT]  one run of Bazel's
    count_tests.py command LANE NAME EXIT_CODE TALLY         a command, as one case
    count_tests.py unittest LANE TALLY FILE...               Python's own tests
    count_tests.py total TALLY                               all that TALLY holds
    count_tests.py unrun EVENTS FOUND [EXCEPT]               what did not run

The first three append to the file TALLY and say what failed, with the end of
its log. `total` prints `N passed, N failed`, and exits 1 unless all passed.
`unrun` prints the test programs that Bazel found, by the events FOUND, but did
not run, by the events EVENTS. It exits 1 if there are any. Test programs below
the package EXCEPT do not count.

EVENTS is a file that `--build_event_json_file` wrote. The folder bazel-testlogs is
not used, because it still holds the results of earlier runs. The files that
EVENTS names are below ROOT.
"""

import collections
import json
import os
import sys
import unittest
import urllib.parse
import xml.etree.ElementTree

LOG_LINES = 60

Count = collections.namedtuple("Count", "passed failed skipped")


def count_cases(root):
    """Counts the test cases of one test.xml, given its root element."""
    passed = failed = skipped = 0
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            skipped += 1
        elif case.get("status") != "notrun":  # not run: disabled, or filtered out
            passed += 1
    return Count(passed, failed, skipped)


def add(a, b):
    return Count(*(x + y for x, y in zip(a, b)))


def path_of(output, root):
    return root + urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)


def count_result(result, root=""):
    """Counts one test target's run, given its testResult event."""
    outputs = {o["name"]: path_of(o, root) for o in result.get("testActionOutput", [])}
    try:
        root = xml.etree.ElementTree.parse(outputs["test.xml"]).getroot()
        count = count_cases(root)
    except (KeyError, OSError, xml.etree.ElementTree.ParseError):
        count = Count(0, 0, 0)
    # After a crash, a time-out, or a sanitizer's report after the last case, all the
    # cases in the file may have passed.
    if result["status"] not in ("PASSED", "FLAKY") and count.failed == 0:
        count = count._replace(failed=1)
    return count, outputs.get("test.log")


def read_events(file_name):
    """Returns a run's events; none if Bazel ended before the first one."""
    try:
        with open(file_name) as file:
            return [json.loads(line) for line in file]
    except OSError:
        return []


def count_events(events, exit_code, root=""):
    """Returns the count, and (label, what happened, log or None) per failure."""
    total = Count(0, 0, 0)
    failures = []
    for event in events:
        identity = event["id"]
        if "testResult" in event:
            label = identity["testResult"]["label"]
            count, log = count_result(event["testResult"], root)
            total = add(total, count)
            if count.failed:
                failures.append((label, event["testResult"]["status"], log))
        elif "targetCompleted" in identity:
            skipped = event.get("aborted", {}).get("reason") == "SKIPPED"
            if not skipped and not event.get("completed", {}).get("success"):
                total = add(total, Count(0, 1, 0))
                label = identity["targetCompleted"]["label"]
                failures.append((label, "NOT BUILT", None))
    # A run that loaded nothing must not pass.
    if exit_code != 0 and total.failed == 0:
        total = add(total, Count(0, 1, 0))
        failures.append(("bazel", "exit code %d" % exit_code, None))
    return total, failures


def programs_found(events):
    """Returns the labels of the tests that a run should have run."""
    found, left_out = set(), set()
    for event in events:
        identity = event["id"]
        if "testSize" in event.get("configured", {}):
            found.add(identity["targetConfigured"]["label"])
        elif event.get("aborted", {}).get("reason") == "SKIPPED":  # incompatible
            left_out.add(identity.get("targetCompleted", {}).get("label"))
    return found - left_out


def programs_run(events):
    """Returns the labels of the tests that ran, whatever their results."""
    return {event["id"]["testResult"]["label"] for event in events if "testResult" in event}


def within(label, package):
    return label.startswith((package + "/", package + ":"))


def count_unittests(files, stream=sys.stdout):
    """Runs the tests in Python files, each seeing the modules beside it."""
    suite = unittest.TestSuite()
    for file in files:
        folder, name = os.path.split(os.path.abspath(file))
        sys.path.insert(0, folder)
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name[: -len(".py")]))
    result = unittest.TextTestRunner(stream=stream).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    return Count(max(result.testsRun - failed - skipped, 0), failed, skipped)


def text_of(count):
    text = "%d passed, %d failed" % (count.passed, count.failed)
    return text + (", %d skipped" % count.skipped if count.skipped else "")


def append(tally, lane, count):
    print("%s: %s" % (lane, text_of(count)), flush=True)
    with open(tally, "a") as file:
        file.write("%d\t%d\t%d\t%s\n" % (count + (lane,)))


def read_total(tally):
    total = Count(0, 0, 0)
    with open(tally) as file:
        for line in file:
            total = add(total, Count(*map(int, line.split("\t")[:3])))
    return total


def print_tail(log):
    try:
        with open(log, errors="replace") as file:
            lines = file.read().splitlines()
    except OSError as error:
        lines = ["(no log: %s)" % error]
    for line in lines[-LOG_LINES:]:
        print("    " + line)


def main(argv):
    command, arguments = argv[1], argv[2:]
    if command == "bazel":
        lane, events_file, exit_code, tally, *root = arguments
        count, failures = count_events(read_events(events_file), int(exit_code), *root)
        for label, what, log in failures:
            print("FAILED in %s: %s (%s)" % (lane, label, what))
            if log:
                print_tail(log)
        append(tally, lane, count)
    elif command == "command":
        lane, name, exit_code, tally = arguments
        failed = int(exit_code) != 0
        if failed:
            print("FAILED in %s: %s (exit code %s)" % (lane, name, exit_code))
        append(tally, lane, Count(not failed, failed, 0))
    elif command == "unittest":
        lane, tally, *files = arguments
        append(tally, lane, count_unittests(files))
    elif command == "unrun":
        events_file, found_file, *excepted = arguments
        ran, found = programs_run(read_events(events_file)), programs_found(read_events(found_file))
        unrun = {label for label in found - ran if not any(within(label, e) for e in excepted)}
        print("%d of %d test programs ran" % (len(found & ran), len(found)))
        for label in sorted(unrun):
            print("NOT RUN: %s" % label)
        # If no test program was found, that is a failure too.
        return 1 if unrun or not found else 0
    elif command == "total":
        total = read_total(arguments[0])
        print(text_of(total))
        return 0 if total.passed and not total.failed else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
