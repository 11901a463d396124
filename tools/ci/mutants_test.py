import contextlib
import io
import pathlib
import subprocess
import tempfile
import unittest

import mutants

PATCH = """Target: //a:test
Test: *Sum*

Sums become differences.

--- a/sum.txt
+++ b/sum.txt
@@ -1 +1 @@
-a + b
+a - b
"""

# Stands for Bazel: fails as a test does if the fault is in. The file `exit` may
# ask for another exit code.
BAZEL = """#!/bin/sh
echo "$@" > arguments
[ ! -f exit ] || exit "$(cat exit)"
grep -q -e - sum.txt && exit 3
exit 0
"""


class Mutants(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tests/mutants").mkdir(parents=True)
        self.write("sum.txt", "a + b\n")
        self.write("tests/mutants/minus.patch", PATCH)
        self.write("bazel", BAZEL)
        (self.root / "bazel").chmod(0o755)
        for command in (["init", "-q"], ["add", "."],
                        ["-c", "user.name=t", "-c", "user.email=t", "commit", "-qm", "t"]):
            subprocess.run(["git", *command], cwd=self.root, check=True)

    def write(self, name, text):
        (self.root / name).write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def run_all(self, *arguments):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = mutants.main(
                ["--root", str(self.root), "--bazel", str(self.root / "bazel"), *arguments])
        return code, out.getvalue()

    def test_a_fault_that_is_noticed(self):
        code, out = self.run_all("--flag=--config=x")
        self.assertEqual(code, 0, out)
        self.assertIn("1 noticed, 0 not", out)
        self.assertEqual(
            self.read("arguments"),
            "test //a:test --test_timeout=120 --test_filter=*Sum* --config=x\n")
        self.assertEqual(self.read("sum.txt"), "a + b\n")

    def test_a_fault_that_is_not_noticed(self):
        self.write("exit", "0")
        code, out = self.run_all()
        self.assertEqual(code, 1)
        self.assertIn("passed with the fault in", out)
        self.assertEqual(self.read("sum.txt"), "a + b\n")

    def test_a_fault_that_does_not_compile(self):
        self.write("exit", "1")
        code, out = self.run_all()
        self.assertEqual(code, 1)
        self.assertIn("does not build", out)
        self.assertEqual(self.read("sum.txt"), "a + b\n")

    def test_a_patch_that_does_not_apply(self):
        self.write("sum.txt", "b + a\n")
        code, out = self.run_all()
        self.assertEqual(code, 1)
        self.assertIn("does not apply", out)
        self.assertEqual(self.read("sum.txt"), "b + a\n")

    def test_changes_that_are_not_committed_are_left(self):
        self.write("sum.txt", "a + b\nmore\n")
        self.write("tests/mutants/minus.patch",
                   PATCH.replace("@@ -1 +1 @@", "@@ -1,2 +1,2 @@") + " more\n")
        code, out = self.run_all()
        self.assertEqual(code, 1)
        self.assertIn("would touch uncommitted changes: sum.txt", out)
        self.assertEqual(self.read("sum.txt"), "a + b\nmore\n")

    def test_a_patch_without_a_target(self):
        self.write("tests/mutants/minus.patch", PATCH.replace("Target", "target"))
        with self.assertRaisesRegex(ValueError, "no line"):
            self.run_all()

    def test_list(self):
        code, out = self.run_all("--list")
        self.assertEqual(code, 0)
        self.assertIn("minus.patch //a:test *Sum*", out)


if __name__ == "__main__":
    unittest.main()
