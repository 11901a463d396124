import contextlib
import io
import json
import os
import tempfile
import unittest
import xml.etree.ElementTree

import count_tests
from count_tests import Count

# A file as GoogleTest writes it. It has one case that passed, one that failed, one
# that was skipped, and one that is disabled.
GTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" disabled="1" errors="0" name="AllTests">
  <testsuite name="S" tests="4" failures="1" disabled="1" skipped="1">
    <testcase name="Ok" status="run" result="completed" classname="S" />
    <testcase name="Bad" status="run" result="completed" classname="S">
      <failure message="x.cc:4" type=""></failure>
      <failure message="x.cc:5" type=""></failure>
    </testcase>
    <testcase name="No" status="run" result="skipped" classname="S">
      <skipped message="no IPv6"></skipped>
    </testcase>
    <testcase name="DISABLED_x" status="notrun" result="suppressed" />
  </testsuite>
</testsuites>"""

# A skipped case as GoogleTest before 1.11 writes it.
OLD_SKIP = '<testsuites><testcase name="a" status="run" result="skipped"/></testsuites>'

# The file that Bazel writes for a test that wrote none, here because it crashed.
SYNTHESISED = """<testsuites>
  <testsuite name="t" tests="1" failures="0" errors="1">
    <testcase name="t" status="run"><error message="exited with error code 134"></error></testcase>
    <system-out>log</system-out>
  </testsuite>
</testsuites>"""

PASSED = '<testsuites><testcase name="a" status="run"/></testsuites>'


class CountCases(unittest.TestCase):
    def count(self, text):
        return count_tests.count_cases(xml.etree.ElementTree.fromstring(text))

    def test_google_test(self):
        self.assertEqual(self.count(GTEST), Count(1, 1, 1))

    def test_skipped_without_element(self):
        self.assertEqual(self.count(OLD_SKIP), Count(0, 0, 1))

    def test_synthesised(self):
        self.assertEqual(self.count(SYNTHESISED), Count(0, 1, 0))


class CountEvents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(suffix=" with space")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def result(self, status, text=None):
        outputs = [{"name": "test.log", "uri": "file:///log"}]
        if text is not None:
            path = os.path.join(self.folder, "test.xml")
            with open(path, "w") as file:
                file.write(text)
            outputs.append({"name": "test.xml", "uri": "file://" + path.replace(" ", "%20")})
        return {
            "id": {"testResult": {"label": "//:t"}},
            "testResult": {"status": status, "testActionOutput": outputs},
        }

    def test_passed(self):
        count, failures = count_tests.count_events([self.result("PASSED", PASSED)], 0)
        self.assertEqual((count, failures), (Count(1, 0, 0), []))

    def test_failed_case(self):
        count, failures = count_tests.count_events([self.result("FAILED", GTEST)], 3)
        self.assertEqual(count, Count(1, 1, 1))
        self.assertEqual(failures, [("//:t", "FAILED", "/log")])

    def test_died_after_the_last_case(self):
        count, _ = count_tests.count_events([self.result("FAILED", PASSED)], 3)
        self.assertEqual(count, Count(1, 1, 0))

    def test_timed_out_without_xml(self):
        count, failures = count_tests.count_events([self.result("TIMEOUT")], 3)
        self.assertEqual(count, Count(0, 1, 0))
        self.assertEqual(failures[0][1], "TIMEOUT")

    def test_unfinished_xml(self):
        count, _ = count_tests.count_events([self.result("FAILED", "<testsuites><te")], 3)
        self.assertEqual(count, Count(0, 1, 0))

    def test_below_a_root(self):
        result = self.result("FAILED", GTEST)
        for output in result["testResult"]["testActionOutput"]:
            output["uri"] = output["uri"].replace(self.folder.replace(" ", "%20"), "")
        count, failures = count_tests.count_events([result], 3, self.folder)
        self.assertEqual(count, Count(1, 1, 1))
        self.assertEqual(failures, [("//:t", "FAILED", self.folder + "/log")])

    def test_not_built(self):
        event = {"id": {"targetCompleted": {"label": "//:t"}}, "completed": {}}
        count, failures = count_tests.count_events([event], 1)
        self.assertEqual(count, Count(0, 1, 0))
        self.assertEqual(failures, [("//:t", "NOT BUILT", None)])

    def test_built_and_incompatible_are_no_cases(self):
        events = [
            {"id": {"targetCompleted": {"label": "//:a"}}, "completed": {"success": True}},
            {"id": {"targetCompleted": {"label": "//:b"}}, "aborted": {"reason": "SKIPPED"}},
        ]
        self.assertEqual(count_tests.count_events(events, 0)[0], Count(0, 0, 0))

    def test_nothing_loaded(self):
        count, failures = count_tests.count_events([], 1)
        self.assertEqual(count, Count(0, 1, 0))
        self.assertEqual(failures, [("bazel", "exit code 1", None)])


class Programs(unittest.TestCase):
    # The events of `bazel build --nobuild` for a test, a library, and an incompatible
    # test.
    FOUND = [
        {"id": {"targetConfigured": {"label": "//a:t"}}, "configured": {"testSize": "SMALL"}},
        {"id": {"targetConfigured": {"label": "//a:l"}}, "configured": {}},
        {"id": {"targetConfigured": {"label": "//a:w"}}, "configured": {"testSize": "SMALL"}},
        {"id": {"targetCompleted": {"label": "//a:t"}}, "aborted": {"reason": "NO_BUILD"}},
        {"id": {"targetCompleted": {"label": "//a:l"}}, "aborted": {"reason": "NO_BUILD"}},
        {"id": {"targetCompleted": {"label": "//a:w"}}, "aborted": {"reason": "SKIPPED"}},
    ]
    RAN = [{"id": {"testResult": {"label": "//a:t"}}, "testResult": {"status": "FAILED"}}]

    def unrun(self, events, found, *excepted):
        """Returns the exit code and what is printed."""
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for name, lines in [("events", events), ("found", found)]:
                files.append(os.path.join(folder, name))
                with open(files[-1], "w") as file:
                    file.writelines(json.dumps(line) + "\n" for line in lines)
            with contextlib.redirect_stdout(io.StringIO()) as stdout:
                status = count_tests.main(["count_tests.py", "unrun", *files, *excepted])
            return status, stdout.getvalue()

    def test_found_and_run(self):
        self.assertEqual(count_tests.programs_found(self.FOUND), {"//a:t"})
        self.assertEqual(count_tests.programs_run(self.RAN), {"//a:t"})
        self.assertEqual(self.unrun(self.RAN, self.FOUND)[0], 0)

    def test_one_did_not_run(self):
        status, text = self.unrun([], self.FOUND)
        self.assertEqual(status, 1)
        self.assertIn("NOT RUN: //a:t\n", text)

    def test_excepted_package(self):
        self.assertEqual(self.unrun([], self.FOUND, "//a")[0], 0)
        self.assertEqual(self.unrun([], self.FOUND, "//")[0], 1)
        self.assertTrue(count_tests.within("//a/b:t", "//a"))
        self.assertFalse(count_tests.within("//ab:t", "//a"))

    def test_nothing_found(self):
        self.assertEqual(self.unrun(self.RAN, [])[0], 1)


class Total(unittest.TestCase):
    def test_sum(self):
        with tempfile.TemporaryDirectory() as folder:
            tally = os.path.join(folder, "tally")
            stdout, count_tests.sys.stdout = count_tests.sys.stdout, io.StringIO()
            try:
                count_tests.append(tally, "plain", Count(5, 0, 1))
                count_tests.append(tally, "asan", Count(4, 2, 0))
            finally:
                count_tests.sys.stdout = stdout
            self.assertEqual(count_tests.read_total(tally), Count(9, 2, 1))

    def test_text(self):
        self.assertEqual(count_tests.text_of(Count(3, 0, 0)), "3 passed, 0 failed")
        self.assertEqual(count_tests.text_of(Count(3, 1, 2)), "3 passed, 1 failed, 2 skipped")


if __name__ == "__main__":
    unittest.main()
