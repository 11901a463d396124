"""Tests the scripts beside this file, with stand-ins for Wine, qemu, Zig and apt."""

import os
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))

# Prints its arguments, one per line, and some of its environment.
PROGRAM = """#!/bin/bash
printf '[%s]\\n' "$@"
echo "launcher=${MORTISE_TEST_LAUNCHER-none} tmp=$TEST_TMPDIR target=$TEST_TARGET own=$OWN"
echo 'to stderr' >&2
exit 7
"""

QEMU = """#!/bin/bash
[[ $1 == -L ]] && shift 2
exec "$@"
"""

# Makes a prefix slowly, so that other processes come while it is half made.
WINE = """#!/bin/bash
case $1 in
  winecfg) echo made >> "$LOG"; [[ ! -e $LOG.fail ]] || exit 1
           mkdir -p "$WINEPREFIX/drive_c"; echo > "$WINEPREFIX/system.reg"
           sleep 0.3; touch "$WINEPREFIX/drive_c/complete" ;;
  wineboot) echo "$WINEPREFIX" >> "$LOG.booted" ;;
  *) [[ -e $WINEPREFIX/drive_c/complete && -e $WINEPREFIX/system.reg ]] || echo 'half made'
     exec "$@" ;;
esac
"""

# Prints the language that it was called for, and writes the dependency file that it
# is asked for.
ZIG = """#!/bin/bash
echo "$1"
while [[ $# -gt 0 ]]; do
  if [[ $1 == -MF ]]; then
    echo "a.o: a.cc ${0%/*}/lib/c++/string b.h" > "$2"
    exit
  fi
  shift
done
exit 3
"""

ARGUMENTS = ["a b", "", '"q"', "$x", "*"]


class Scripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.program = self.write("a program", PROGRAM)
        self.environment = dict(
            os.environ,
            PATH="%s/bin:%s" % (self.folder, os.environ["PATH"]),
            XDG_CACHE_HOME=self.folder + "/cache",
            LOG=self.folder + "/log",
            OWN="/own",
            TEST_TMPDIR=self.folder,
            TEST_TARGET="//:t",
        )
        self.environment.pop("MORTISE_TEST_LAUNCHER", None)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def start(self, *command):
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
        )

    def run_script(self, name, *arguments):
        process = self.start(os.path.join(HERE, name), *arguments)
        out, err = process.communicate()
        return process.returncode, out, err

    def bash(self, script, *arguments):
        return subprocess.check_output(
            ["bash", "-c", "source %s/install.sh; %s" % (HERE, script), "bash"] + list(arguments),
            env=self.environment,
            universal_newlines=True,
        ).split()


class UnderQemu(Scripts):
    def test_hands_all_on(self):
        self.write("bin/qemu-s390x", QEMU)
        code, out, err = self.run_script("under_qemu", "s390x-linux-gnu", self.program, *ARGUMENTS)
        self.assertEqual(code, 7)
        self.assertEqual(err, "to stderr\n")
        self.assertEqual(
            out,
            "".join("[%s]\n" % argument for argument in ARGUMENTS)
            + "launcher=qemu-s390x -L /usr/s390x-linux-gnu tmp=%s target=//:t own=/own\n" % self.folder,
        )


class UnderWine(Scripts):
    def setUp(self):
        super().setUp()
        self.write("bin/wine", WINE)
        self.write("bin/wineserver", "#!/bin/sh\n")

    def made(self):
        with open(self.environment["LOG"]) as file:
            return len(file.readlines())

    def test_hands_all_on(self):
        code, out, err = self.run_script("under_wine", self.program, *ARGUMENTS)
        self.assertEqual(code, 7)
        self.assertEqual(err, "to stderr\n")
        self.assertEqual(
            out,
            "".join("[%s]\n" % argument for argument in ARGUMENTS)
            + "launcher=none tmp=Z:%s target=//:t own=/own\n" % self.folder,
        )

    def test_makes_one_prefix(self):
        processes = [
            self.start(os.path.join(HERE, "under_wine"), self.program) for _ in range(5)
        ]
        for process in processes:
            out, _ = process.communicate()
            self.assertNotIn("half made", out)
            self.assertEqual(process.returncode, 7)
        self.assertEqual(self.made(), 1)
        # Each program had a prefix of its own, and none is left.
        with open(self.environment["LOG"] + ".booted") as file:
            prefixes = file.read().split()
        self.assertEqual(len(set(prefixes)), 5)
        for prefix in prefixes:
            self.assertFalse(os.path.exists(prefix))

    def test_tries_again_after_a_failure(self):
        failure = self.write("log.fail", "")
        code, out, err = self.run_script("under_wine", self.program)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("under_wine: wine could not make", err)
        os.remove(failure)
        self.assertEqual(self.run_script("under_wine", self.program)[0], 7)
        self.assertEqual(self.made(), 2)

    def test_believes_no_success_without_a_result(self):
        self.environment["XML_OUTPUT_FILE"] = self.folder + "/test.xml"
        for name, text, code in [
            ("silent", ": XML_OUTPUT_FILE", 1),
            ("knows of no result", "exit 0", 0),
            ("failed", "exit 3 # XML_OUTPUT_FILE", 3),
            ("thorough", 'echo "<testsuites/>" > "${XML_OUTPUT_FILE#Z:}"', 0),
        ]:
            program = self.write(name, "#!/bin/bash\n" + text + "\n")
            self.assertEqual(self.run_script("under_wine", program)[0], code, name)


class Zig(Scripts):
    def setUp(self):
        super().setUp()
        (home,) = self.bash('echo "$zig_home"')
        self.write(home + "/zig", ZIG)

    def test_exit_code(self):
        self.assertEqual(self.run_script("zig/cc", "a.o"), (3, "c++\n", ""))

    def test_c(self):
        self.assertEqual(self.run_script("zig/cc", "-c", "a.c"), (3, "cc\n", ""))

    def test_dependencies_without_its_own(self):
        path = self.folder + "/a.d"
        self.run_script("zig/cc", "-MD", "-MF", path, "-c", "a.cc")
        with open(path) as file:
            self.assertEqual(file.read().split(), ["a.o:", "a.cc", "b.h"])


class Install(Scripts):
    def test_configurations_of_a_command_line(self):
        self.assertEqual(
            self.bash(
                'toolchains_configs "$@"',
                *["test", "--config=windows", "--config", "s390x", "--", "--config=musl"]
            ),
            ["windows", "s390x"],
        )

    def test_missing_packages(self):
        self.write("bin/dpkg-query", '#!/bin/sh\n[ "$4" != wine64 ] || echo "install ok installed"\n')
        self.assertEqual(
            self.bash("toolchains_missing windows"), ["g++-mingw-w64-x86-64-posix", "lld", "wine"]
        )
        self.assertEqual(self.bash("toolchains_missing asan"), [])

    def test_missing_zig(self):
        self.assertEqual(self.bash("toolchains_missing musl"), ["zig"])

    def test_bazelrc_names_them(self):
        with open(os.path.join(HERE, "../../.bazelrc")) as file:
            bazelrc = file.read()
        needs = self.bash('echo "$toolchains_needs" | tr " " ,')
        self.assertIn("windows,g++-mingw-w64-x86-64-posix,lld,wine,wine64", needs)
        for line in needs:
            config, *packages = line.split(",")
            self.assertIn("build:%s " % config, bazelrc)
            if packages != ["zig"]:
                self.assertIn("\n# %s" % " ".join(packages), bazelrc)


if __name__ == "__main__":
    unittest.main()
