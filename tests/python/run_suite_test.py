#!/usr/bin/python3.11
"""Checks that run_suite.py reports tests correctly, whatever the tests do."""

import argparse
import contextlib
import io
import os
import sys
import unittest
import xml.etree.ElementTree

import run_suite

EXPECTED = {
    "Sample.test_a_passes": "passed",
    "Sample.test_b_fails": "failed",
    "Sample.test_c_is_skipped": "skipped",
    "Sample.test_d_hangs": "failed",
    "Sample.test_e_hangs_deaf_to_signals": "failed",
    "Sample.test_f_crashes": "failed",
    "Sample.test_g_leaves": "failed",
    "Sample.test_h_has_subtests": "failed",
    "Sample.test_i_is_expected_to_fail": "passed",
    "Sample.test_j_is_expected_to_fail_and_does_not": "failed",
    "Sample.test_k_forks": "passed",
    "Last.test_passes": "passed",
}


def run_sample():
    options = argparse.Namespace(match="*", poller=False, timeout=2, verbose=False)
    run = run_suite.Run("test.unused", None, options)
    run.module = "run_suite_sample"
    run_suite.SUITE = os.path.dirname(os.path.realpath(run_suite.__file__))
    run.run()
    return run


class RunSuiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sample = run_sample()

    def outcomes(self):
        return {test.partition(".")[2]: outcome for test, (outcome, _) in self.sample.outcomes.items()}

    def reason(self, test):
        return self.sample.outcomes["run_suite_sample." + test][1]

    def test_each_test_has_its_outcome(self):
        self.assertEqual(self.outcomes(), EXPECTED)

    def test_a_fixture_that_fails_is_reported(self):
        self.assertEqual([outcome for _, outcome, _ in self.sample.fixtures], ["failed"] * len(self.sample.fixtures))
        self.assertIn("BrokenFixture", self.sample.fixtures[0][0])

    def test_the_reason_says_what_happened(self):
        self.assertIn("took longer than 2 s", self.reason("Sample.test_d_hangs"))
        self.assertIn("in test_d_hangs", self.reason("Sample.test_d_hangs"))
        self.assertIn("SIGSEGV", self.reason("Sample.test_f_crashes"))
        self.assertIn("exit status 3", self.reason("Sample.test_g_leaves"))
        self.assertIn("(i=1)", self.reason("Sample.test_h_has_subtests"))

    def test_what_differs_is_listed(self):
        own = run_suite.Run("x", None, self.sample.options)
        ours = run_suite.Run("x", None, self.sample.options)
        own.outcomes = {"a": ("passed", ""), "b": ("passed", ""), "c": ("passed", ""), "d": ("passed", ""), "e": ("failed", ""), "f": ("skipped", ""), "h": ("skipped", "")}
        ours.outcomes = {"a": ("passed", ""), "b": ("failed", "x\ny"), "c": ("skipped", "z"), "e": ("failed", ""), "f": ("skipped", ""), "g": ("failed", "w"), "h": ("failed", "v")}
        self.assertEqual(
            run_suite.differences(own, ours),
            [("b", "failed", "y"), ("c", "skipped", "z"), ("d", "missing", "did not run"), ("g", "failed", "w"), ("h", "failed", "v")],
        )

    def test_another_module_is_not_taken_for_ours(self):
        run = run_suite.Run("x", "/no/such/_socket.so", self.sample.options)
        with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit):
            run._prove({"file": "/usr/lib/_socket.so", "mortise": "1", "derived": True})
        self.assertIn("is not Mortise's", said.getvalue())

    def test_other_selectors_are_not_taken_for_ours(self):
        run = run_suite.Run("x", "/no/such/_socket.so", argparse.Namespace(poller=True))
        found = {"file": run.extension, "mortise": "1", "derived": True, "selectors": "selectors"}
        with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit):
            run._prove(found)
        self.assertIn("wrong selectors", said.getvalue())
        run._prove(dict(found, selectors="poller_selectors"))

    def test_the_results_are_xml(self):
        path = os.path.join(os.environ.get("TEST_TMPDIR", "/tmp"), f"run_suite_test.{os.getpid()}.xml")
        run_suite.write_junit(path, [self.sample])
        cases = xml.etree.ElementTree.parse(path).getroot().findall(".//testcase")
        os.unlink(path)
        self.assertEqual(sum(case.find("skipped") is not None for case in cases), 1)
        failures = sum(case.find("failure") is not None for case in cases)
        self.assertEqual(failures, list(EXPECTED.values()).count("failed") + len(self.sample.fixtures))


if __name__ == "__main__":
    # Bazel passes --extension to all tests in this folder.
    unittest.main(argv=sys.argv[:1])
