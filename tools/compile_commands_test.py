import os
import tempfile
import unittest
from unittest import mock

import compile_commands


class IncludeFolder(unittest.TestCase):
    def test_the_parent_of_a_tree_of_that_name(self):
        self.assertEqual(compile_commands.include_folder("/src/mortise"), "/src")

    def test_a_link_to_a_tree_of_another_name(self):
        with tempfile.TemporaryDirectory() as cache, mock.patch.dict(
            os.environ, {"XDG_CACHE_HOME": cache}
        ):
            for _ in range(2):
                folder = compile_commands.include_folder("/src/checkout")
                self.assertEqual(os.readlink(os.path.join(folder, "mortise")), "/src/checkout")
            self.assertNotEqual(compile_commands.include_folder("/src/other"), folder)


class ExternalFlags(unittest.TestCase):
    def test_only_those_of_dependencies(self):
        flags = (
            "-iquote . -I out/bin/core/_virtual_includes/a -isystem external/absl"
            " -isystem out/bin/external/ssl/include"
        ).split()
        self.assertEqual(
            compile_commands.external_flags(flags, "/base", "/base/execroot"),
            ["-isystem", "/base/external/absl",
             "-isystem", "/base/execroot/out/bin/external/ssl/include"],
        )


class Entries(unittest.TestCase):
    def test_real_files(self):
        (entry,) = compile_commands.entries("/src/mortise", ["core/a.cc"], ["-I", "/src"])
        self.assertEqual(entry["file"], "/src/mortise/core/a.cc")
        self.assertEqual(entry["directory"], "/src/mortise")
        self.assertEqual(entry["arguments"][-4:], ["-I", "/src", "-c", "core/a.cc"])

    def test_not_those_of_other_systems(self):
        self.assertFalse(compile_commands.is_of_this_system("platform/winsock/names.cc"))
        self.assertTrue(compile_commands.is_of_this_system("platform/posix/names.cc"))


if __name__ == "__main__":
    unittest.main()
