"""Tests that end in every possible way, for run_suite_test.py."""

import os
import signal
import time
import unittest


class Sample(unittest.TestCase):
    def test_a_passes(self):
        pass

    def test_b_fails(self):
        self.fail("on purpose")

    def test_c_is_skipped(self):
        self.skipTest("on purpose")

    def test_d_hangs(self):
        time.sleep(1000)

    def test_e_hangs_deaf_to_signals(self):
        # A program cannot ignore SIGKILL, but it can ignore this signal.
        signal.signal(signal.SIGABRT, signal.SIG_IGN)
        time.sleep(1000)

    def test_f_crashes(self):
        os.kill(os.getpid(), signal.SIGSEGV)

    def test_g_leaves(self):
        os._exit(3)

    def test_h_has_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)

    @unittest.expectedFailure
    def test_i_is_expected_to_fail(self):
        self.fail("on purpose")

    @unittest.expectedFailure
    def test_j_is_expected_to_fail_and_does_not(self):
        pass

    def test_k_forks(self):
        # The child's result must not be reported.
        if os.fork() == 0:
            self._outcome.result.addFailure(self, (AssertionError, AssertionError(), None))
            os._exit(0)
        os.wait()


class BrokenFixture(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("on purpose")

    def test_never_runs(self):
        pass


class Last(unittest.TestCase):
    def test_passes(self):
        pass
