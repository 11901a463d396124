import unittest

import bazel_workspace
from bazel_workspace import Compilation

ARGUMENTS = (
    "/usr/bin/gcc -U_FORTIFY_SOURCE -Wall -std=c++0x -MD -MF a.d -iquote . -iquote external/absl"
    " -iquote out/bin/external/absl -Iout/bin/core/_virtual_includes/a -I out/b"
    " -isystem external/ssl/include -DX=1 -Wextra -fno-canonical-system-headers"
    ' -D__DATE__="redacted" -D__TIME__="redacted" -D__X -c core/a.cc -o out/a.o'
).split()

FLAGS = tuple(
    "-iquote . -isystem external/absl -isystem out/bin/external/absl"
    " -I out/bin/core/_virtual_includes/a -I out/b -isystem external/ssl/include -DX=1 -D__X".split()
)


def action(*arguments):
    return {"mnemonic": "CppCompile", "arguments": list(arguments)}


class FlagsOf(unittest.TestCase):
    def test_what_the_code_is_and_no_more(self):
        self.assertEqual(bazel_workspace.flags_of(ARGUMENTS), FLAGS)

    def test_warnings_that_are_off_stay_off(self):
        self.assertEqual(bazel_workspace.flags_of(["gcc", "-w", "-c", "a.cc"]), ("-w",))


class CompilationsOf(unittest.TestCase):
    def test_our_own_sources_each_once(self):
        graph = {
            "actions": [
                action("gcc", "-c", "platform/b.cc"),
                action("gcc", "-c", "external/absl/c.cc"),
                action("gcc", "-c", "out/d.S"),
                action(*ARGUMENTS),
                # Once more, as position-independent code.
                action(*[argument for argument in ARGUMENTS if argument != "-MD"]),
            ]
        }
        self.assertEqual(
            bazel_workspace.compilations_of(graph),
            [Compilation("core/a.cc", FLAGS), Compilation("platform/b.cc", ())],
        )


if __name__ == "__main__":
    unittest.main()
