#!/usr/bin/env python3
"""Proves that tests notice: breaks the code on purpose, and runs them.

    mutants.py                    all patches below tests/mutants
    mutants.py PATCH...           only these patches
    mutants.py --list [PATCH...]  only prints what would be run

A patch is a unified diff of one small fault. Its first lines say which test must
fail with it:

    Target: //tests/platform:poll_set_wake_test
    Test: *NoWakeIsLost*

`Test` is a filter of GoogleTest's, and may be missing. The lines up to the diff
may say more. Each patch is applied to the tree, which must have no changes in
the patched files, and is taken back after the test. Exits 1 if a test passed
with the fault in, or if a patch does not apply or does not compile.
"""

import argparse
import pathlib
import subprocess
import sys

# Bazel's exit codes.
NOTICED = 3
PASSED = 0

# A fault may make a test wait for ever.
TIMEOUT_SECONDS = 120


class Mutant:
    """A patch, and the test that must fail with it."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.target = ""
        self.test = ""
        for line in self.path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if line.startswith(("diff ", "--- ")):
                break
            if name == "Target":
                self.target = value.strip()
            elif name == "Test":
                self.test = value.strip()
        if not self.target:
            raise ValueError(f"{path}: no line \"Target: //label\" before the diff")

    def command(self, bazel, flags):
        command = [bazel, "test", self.target, f"--test_timeout={TIMEOUT_SECONDS}"]
        if self.test:
            command.append(f"--test_filter={self.test}")
        return command + flags


def git_apply(root, path, *options):
    """Returns what git says, which is empty if the patch was applied."""
    done = subprocess.run(
        ["git", "apply", *options, str(path.resolve())],
        cwd=root, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode != 0 else ""


def changed_files(root, path):
    """Returns which files of the patch differ from what is committed."""
    listed = subprocess.run(
        ["git", "apply", "--numstat", "-z", str(path.resolve())],
        cwd=root, capture_output=True, text=True, check=True).stdout
    files = [entry.split("\t", 2)[2] for entry in listed.split("\0") if entry]
    return subprocess.run(
        ["git", "diff", "--name-only", "HEAD", "--", *files],
        cwd=root, capture_output=True, text=True, check=True).stdout.split()


def verdict(root, mutant, bazel, flags):
    """Applies the patch, runs the test, takes the patch back. Returns what is wrong,
    or an empty text if the test has noticed the fault."""
    refused = git_apply(root, mutant.path, "--check")
    if refused:
        return f"does not apply: {refused.strip()}"
    changed = changed_files(root, mutant.path)
    if changed:
        return f"would touch uncommitted changes: {' '.join(changed)}"
    git_apply(root, mutant.path)
    try:
        done = subprocess.run(
            mutant.command(bazel, flags), cwd=root,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    finally:
        git_apply(root, mutant.path, "-R")
    if done.returncode == NOTICED:
        return ""
    if done.returncode == PASSED:
        return f"{mutant.target} passed with the fault in"
    tail = "\n".join(done.stdout.splitlines()[-20:])
    return f"does not build: Bazel exited with {done.returncode}\n{tail}"


def main(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="only print what would be run")
    parser.add_argument("--root", default=".", help="the tree; by default this folder")
    parser.add_argument("--bazel", default="tools/bazel", help="the program to run as Bazel")
    parser.add_argument("--flag", action="append", default=[], help="a flag for Bazel")
    parser.add_argument("patches", nargs="*", metavar="PATCH")
    options = parser.parse_args(arguments)
    paths = options.patches or sorted(
        pathlib.Path(options.root, "tests/mutants").rglob("*.patch"))
    mutants = [Mutant(path) for path in paths]
    survived = 0
    for mutant in mutants:
        if options.list:
            print(mutant.path, mutant.target, mutant.test)
            continue
        wrong = verdict(options.root, mutant, options.bazel, options.flag)
        survived += wrong != ""
        print(f"{mutant.path}: {wrong or 'noticed'}", flush=True)
    if not options.list:
        print(f"{len(mutants) - survived} noticed, {survived} not")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
