#!/usr/bin/python3.11
"""Runs CPython's own tests on Mortise's `_socket`.

    tools/bazel build //tests/python/module:_socket.so
    tests/python/run_suite.py --compare
    tests/python/run_suite.py --module test_asyncio.test_streams --compare
    tests/python/run_suite.py --module test_selectors --poller --compare

The tests are those of Debian's libpython3.11-testsuite, unmodified. They run in
network and mount namespaces of their own. The only network there is loopback,
and /dev/vsock is hidden, because looping back through it can hang. Each test
has a time limit. A test that exceeds it, or that ends the interpreter, is
listed as failed, and the other tests go on.

The last line is `N passed, N failed, N skipped`, for the tests on Mortise. With
--compare, the tests run on the interpreter's own module first, and every test
that passes there and fails or is skipped on Mortise is listed, and every test
that fails on Mortise only. The exit status is 0 if none is listed. Without --compare it is 0 if no test has failed.
"""

import argparse
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3.11"
SUITE = "/usr/lib/python3.11/test"
EXTENSION = os.path.join("bazel-bin", "tests", "python", "module", "_socket.so")
INSIDE = "MORTISE_INSIDE_NAMESPACES"
# The time limit for everything before the first test, including its import.
START_LIMIT = 120


def fail(text):
    print(f"run_suite.py: {text}", file=sys.stderr)
    sys.exit(2)


# --- Where tests run ----------------------------------------------------------


def lacking():
    """Returns what this machine lacks to run the suite, or None."""
    for path, package in (
        (PYTHON, "python3.11"),
        (os.path.join(SUITE, "test_socket.py"), "libpython3.11-testsuite"),
    ):
        if not os.path.exists(path):
            return f"there is no {path} (Debian: {package})"
    for program, package in (("unshare", "util-linux"), ("ip", "iproute2"), ("mount", "mount")):
        if not shutil.which(program):
            return f"there is no {program} (Debian: {package})"
    if not unshare():
        return "this user may not make network and mount namespaces"
    return None


def unshare():
    """Returns the command that makes the namespaces, or None if none can."""
    for command in (["unshare", "-nm"], ["unshare", "-nm", "--map-root-user"]):
        done = subprocess.run(command + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return command
    return None


def enter_namespaces(program):
    """Runs `program`, which is this program, again in namespaces.

    Returns only in that second run.
    """
    if INSIDE in os.environ:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        if os.path.exists("/dev/vsock"):
            subprocess.run(["mount", "--bind", "/dev/null", "/dev/vsock"], check=True)
        return
    os.environ[INSIDE] = "1"
    command = unshare() + [PYTHON, os.path.abspath(program)] + sys.argv[1:]
    os.execvp(command[0], command)


def skip_or_enter_namespaces(extension, junit, program):
    """Returns where the tests can run, or prints why they cannot, and exits."""
    if INSIDE not in os.environ:
        missing = lacking()
        if missing is None and "TEST_WORKSPACE" in os.environ and not os.path.exists(extension):
            # Bazel has not built it, because the headers are missing.
            missing = "there is no /usr/include/python3.11/Python.h (Debian: python3.11-dev)"
        if missing:
            print(f"skipped: {missing}")
            if junit:
                write_skipped(junit, missing)
            sys.exit(0)
        if not os.path.exists(extension):
            fail(f"there is no {extension}: build it, or say --extension")
    enter_namespaces(program)


# --- Sanitizers ---------------------------------------------------------------


def sanitizer_environment(extension, folder):
    """Returns the environment for an extension built with a sanitizer."""
    linked = subprocess.run(["ldd", extension], capture_output=True, text=True, check=True).stdout
    environment = {}
    runtime = re.search(r"libasan\.so\S* => (\S+)", linked)
    if runtime:
        # AddressSanitizer does not watch the memory of the interpreter's
        # allocator. Reports of leaks are filtered afterwards, because nearly
        # all of them are about the interpreter.
        environment["LD_PRELOAD"] = runtime.group(1)
        environment["PYTHONMALLOC"] = "malloc"
        environment["ASAN_OPTIONS"] = ":".join(
            (
                "detect_leaks=1",
                "exitcode=86",
                "handle_segv=0",
                "handle_abort=0",
                "allocator_may_return_null=1",
                f"log_path={folder}/asan",
            )
        )
        environment["LSAN_OPTIONS"] = "exitcode=0:print_suppressions=0"
    if runtime or "libubsan" in linked:
        environment["UBSAN_OPTIONS"] = f"print_stacktrace=1:halt_on_error=1:log_path={folder}/ubsan"
    return environment


def sanitizer_reports(folder, extension):
    """Returns the sanitizers' reports about this extension, as texts."""
    reports = []
    name = os.path.basename(extension)
    for file in sorted(os.listdir(folder)):
        with open(os.path.join(folder, file), errors="replace") as log:
            text = log.read()
        if "LeakSanitizer" not in text:
            reports.append(text)
            continue
        for leak in re.split(r"\n(?=(?:Direct|Indirect) leak of)", text)[1:]:
            # The function that allocated the memory is near the top of the
            # stack, next to the allocator.
            if any(f"/{name}+" in frame for frame in re.findall(r"#[0-3] .*", leak)):
                reports.append(leak)
    return reports


def environment_for(extension, logs, poller=False):
    """Returns an interpreter's environment, with this `_socket` or its own.

    With `poller`, the module `selectors` is this extension's too.
    """
    environment = dict(os.environ)
    environment.pop("MORTISE_PYTHON_SOCKET", None)
    environment.pop("MORTISE_PYTHON_POLLER", None)
    environment.pop(INSIDE, None)
    # A shell may have set these for another Python.
    for name in list(environment):
        if name.startswith("PYTHON"):
            del environment[name]
    if extension:
        environment["MORTISE_PYTHON_SOCKET"] = extension
        environment["PYTHONPATH"] = os.path.join(HERE, "inject")
        if poller:
            environment["MORTISE_PYTHON_POLLER"] = "1"
        environment.update(sanitizer_environment(extension, logs))
    return environment


# --- One run ------------------------------------------------------------------


class Run:
    """A run of all tests of a module on one `_socket`."""

    def __init__(self, module, extension, options):
        self.module = module if module.startswith("test.") else "test." + module
        self.extension = extension
        self.options = options
        self.outcomes = {}  # id: (outcome, reason)
        self.fixtures = []  # Those of classes and modules that did not pass.
        self.reports = []
        self.proof = None
        self.seconds = 0

    def count(self, outcome):
        return sum(1 for o, _ in self.outcomes.values() if o == outcome)

    def run(self):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="mortise-suite-") as folder:
            logs = os.path.join(folder, "logs")
            os.mkdir(logs)
            while not self._run_worker(folder, logs):
                pass
            if self.extension:
                self.reports = sanitizer_reports(logs, self.extension)
        self.seconds = time.monotonic() - began

    def _run_worker(self, folder, logs):
        """Runs a worker. Returns whether nothing is left to be run."""
        scratch = tempfile.mkdtemp(dir=folder)
        output = tempfile.TemporaryFile(dir=folder)
        reading, writing = os.pipe()
        worker = subprocess.Popen(
            [PYTHON, os.path.join(HERE, "worker.py"), self.module, str(writing), self.options.match],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=scratch,
            env=environment_for(self.extension, logs, self.options.poller),
            pass_fds=[writing],
            start_new_session=True,
        )
        os.close(writing)
        worker.stdin.write(json.dumps(list(self.outcomes)).encode())
        worker.stdin.close()
        try:
            return self._supervise(worker, reading, output)
        finally:
            # This also ends processes that tests have left behind.
            try:
                os.killpg(worker.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            worker.wait()
            os.close(reading)
            output.close()

    def _supervise(self, worker, reading, output):
        current = None
        finished = False
        pending = b""
        limit = START_LIMIT
        deadline = time.monotonic() + limit
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            if not select.select([reading], [], [], left)[0]:
                continue
            data = os.read(reading, 65536)
            if not data:
                deadline = None
                break
            pending += data
            *lines, pending = pending.split(b"\n")
            for line in lines:
                event = json.loads(line)
                kind = event.pop("event")
                if kind == "start":
                    current = event["id"]
                elif kind == "end":
                    self._record(event["id"], event["outcome"], event["reason"])
                    current = None
                elif kind == "fixture":
                    if event["outcome"] != "passed":
                        self.fixtures.append((event["id"], event["outcome"], event["reason"]))
                elif kind == "module":
                    self._prove(event)
                elif kind == "suite":
                    self._check_suite(event["file"])
                elif kind == "finished":
                    finished = True
                limit = self.options.timeout
                deadline = time.monotonic() + limit
        if deadline is None:
            return self._ended(worker, current, finished, output)

        # SIGABRT makes the worker print where its threads are. If it does not
        # end, it is killed.
        worker.send_signal(signal.SIGABRT)
        try:
            worker.wait(5)
        except subprocess.TimeoutExpired:
            worker.kill()
        if finished:
            # All tests have ended, but something keeps the interpreter running.
            self._record(f"{self.module} (at exit)", "failed", self._tail(output))
            return True
        return self._lost(current, f"took longer than {limit} s", output)

    def _ended(self, worker, current, finished, output):
        try:
            status = worker.wait(self.options.timeout)
        except subprocess.TimeoutExpired:
            status = None
        if finished and status == 0:
            return True
        how = "does not end" if status is None else f"ended with {describe_status(status)}"
        if finished:
            self._record(f"{self.module} (at exit)", "failed", f"{how}\n{self._tail(output)}")
            return True
        return self._lost(current, how, output)

    def _lost(self, current, how, output):
        """Records that the worker is gone. Returns whether the run must end."""
        reason = f"{how}\n{self._tail(output)}"
        # If it happened outside of a test, it would happen again.
        self._record(current or f"{self.module} (outside of a test)", "failed", reason)
        return current is None

    def _tail(self, output):
        output.seek(0, os.SEEK_END)
        output.seek(max(0, output.tell() - 6000))
        return output.read().decode(errors="replace")

    def _record(self, test, outcome, reason):
        self.outcomes[test] = (outcome, reason)
        if self.options.verbose:
            print(f"  {outcome:8} {test}", flush=True)

    def _prove(self, found):
        if self.extension:
            ours = os.path.realpath(found["file"]) == os.path.realpath(self.extension)
            if not ours or found["mortise"] is None or not found["derived"]:
                fail(f"the module under test is not Mortise's: {found}")
            if self.options.poller != (found["selectors"] == "poller_selectors"):
                fail(f"the wrong selectors are under test: {found}")
        elif found["mortise"] is not None:
            fail(f"the module to compare with is Mortise's: {found}")
        self.proof = found

    def _check_suite(self, file):
        if not os.path.realpath(file).startswith(SUITE + "/"):
            fail(f"{file} is not Debian's")


def describe_status(status):
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


# --- What is said about it ----------------------------------------------------


def indent(text):
    return "".join(f"    {line}\n" for line in text.rstrip().splitlines())


def say_run(run, whose):
    print(f"{whose}: _socket is {run.proof['file'] if run.proof else 'unknown'}", end="")
    if run.proof and run.proof["mortise"]:
        print(f", Mortise {run.proof['mortise']}", end="")
    print(f"; {run.module} took {run.seconds:.0f} s")
    print(
        f"{whose}: {run.count('passed')} passed, {run.count('failed')} failed, "
        f"{run.count('skipped')} skipped",
        flush=True,
    )


def say_failures(run):
    for test, (outcome, reason) in sorted(run.outcomes.items()):
        if outcome == "failed":
            print(f"  failed: {test}\n{indent(reason)}", end="")
    for test, outcome, reason in run.fixtures:
        if outcome == "failed":
            print(f"  failed: {test}\n{indent(reason)}", end="")
    for report in run.reports:
        print(f"  a sanitizer's report:\n{indent(report)}", end="")


def say_skips(run):
    for test, (outcome, reason) in sorted(run.outcomes.items()):
        if outcome == "skipped":
            print(f"  skipped: {test}: {reason or 'the test gives no reason'}")


def differences(own, ours):
    """Returns the tests that pass on the interpreter's module but not on ours.

    Also returns what fails only with ours: a test that is skipped with the other
    module, or something outside of tests, for example at exit.
    """
    found = []
    for test in sorted(own.outcomes.keys() | ours.outcomes.keys()):
        on_own, _ = own.outcomes.get(test, ("missing", ""))
        on_ours, reason = ours.outcomes.get(test, ("missing", "did not run"))
        if (on_own == "passed" and on_ours != "passed") or (on_own != "failed" and on_ours == "failed"):
            found.append((test, on_ours, "".join(reason.strip().splitlines()[-1:])))
    return found


def write_junit(path, runs):
    """Writes the results as XML, which Bazel and other programs read."""
    root = xml.etree.ElementTree.Element("testsuites")
    for run in runs:
        suite = xml.etree.ElementTree.SubElement(root, "testsuite", name=run.module)
        cases = list(run.outcomes.items())
        cases += [(test, (outcome, reason)) for test, outcome, reason in run.fixtures if outcome == "failed"]
        cases += [("a sanitizer's report", ("failed", report)) for report in run.reports]
        for test, (outcome, reason) in cases:
            class_name, _, name = test.rpartition(".")
            case = xml.etree.ElementTree.SubElement(suite, "testcase", classname=class_name, name=name)
            if outcome != "passed":
                kind = "failure" if outcome == "failed" else "skipped"
                text = re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd]", "?", reason)
                xml.etree.ElementTree.SubElement(case, kind, message=text.strip().splitlines()[-1] if text.strip() else "").text = text
    xml.etree.ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def write_skipped(path, reason):
    root = xml.etree.ElementTree.Element("testsuites")
    suite = xml.etree.ElementTree.SubElement(root, "testsuite", name="python")
    case = xml.etree.ElementTree.SubElement(suite, "testcase", name="suite", status="run")
    xml.etree.ElementTree.SubElement(case, "skipped", message=reason)
    xml.etree.ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


# ------------------------------------------------------------------------------


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--module",
        action="append",
        metavar="NAME",
        help="a module of CPython's suite; can be repeated; the default is test_socket",
    )
    parser.add_argument("--compare", action="store_true", help="run the interpreter's own module too")
    parser.add_argument("--own", action="store_true", help="run the interpreter's own module only")
    parser.add_argument("--poller", action="store_true", help="replace the classes of the module selectors too, by ones made of Poller, and name the tests that are skipped")
    parser.add_argument("--match", default="*", metavar="PATTERN", help="run only tests whose id contains this")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS", help="the time limit of each test; the default is 60")
    parser.add_argument("--extension", default=EXTENSION, metavar="FILE", help=f"Mortise's module; the default is {EXTENSION}")
    parser.add_argument("--junit", default=os.environ.get("XML_OUTPUT_FILE"), metavar="FILE", help="write the results as XML")
    parser.add_argument("--verbose", action="store_true", help="name each test as it ends")
    return parser.parse_args()


def main():
    options = parse_arguments()
    options.extension = os.path.abspath(options.extension)
    skip_or_enter_namespaces(options.extension, options.junit, __file__)

    bad = False
    ours_runs = []
    for module in options.module or ["test_socket"]:
        own = None
        if options.compare or options.own:
            own = Run(module, None, options)
            own.run()
            say_run(own, "the interpreter's own")
            say_failures(own)
        if options.own:
            continue
        ours = Run(module, options.extension, options)
        ours.run()
        ours_runs.append(ours)
        say_run(ours, "on Mortise")
        say_failures(ours)
        if options.poller:
            say_skips(ours)
        bad = bad or bool(ours.reports)
        if own is None:
            bad = bad or ours.count("failed") > 0 or not ours.outcomes
            continue
        found = differences(own, ours)
        print(f"{module}: the interpreter's own passes and Mortise does not: {len(found)}")
        for test, outcome, reason in found:
            print(f"  {outcome}: {test}: {reason}")
        bad = bad or bool(found) or own.count("passed") == 0

    if options.junit:
        write_junit(options.junit, ours_runs)
    if not options.own:
        passed, failed, skipped = (
            sum(run.count(outcome) for run in ours_runs) for outcome in ("passed", "failed", "skipped")
        )
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
