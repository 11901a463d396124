#!/usr/bin/env python3
"""Writes compile_commands.json, for editors and clang's tools.

    tools/compile_commands.py [BAZEL-FLAG...]

Each entry names a source file of this tree by its real path. The compiler finds
headers in this tree, not in folders that Bazel makes. Bazel only says where the
dependencies are, and builds nothing. Run this again after the dependencies have
changed, or after source files have been added or removed.
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "ci"))

from bazel_workspace import ROOT, Workspace  # noqa: E402: below the path

# Targets that bring all headers from outside of this tree that its sources include.
DEPENDENCIES = (
    "//:mortise_tls",
    "@com_google_googletest//:gtest",
    "@com_github_google_benchmark//:benchmark",
)

# Sources that no compiler of this machine can read.
OTHER_SYSTEMS = ("winsock/", "windows_", "constants/windows/", "constants/macos/")


def include_folder(tree):
    """Returns a folder in which the tree has the name `mortise`.

    If the tree has that name, this is its parent. Otherwise it is a folder in the
    user's cache with a link to the tree.
    """
    if os.path.basename(tree) == "mortise":
        return os.path.dirname(tree)
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "mortise", "include", tree.strip("/").replace("/", "_"))
    link = os.path.join(folder, "mortise")
    if not os.path.islink(link):
        os.makedirs(folder, exist_ok=True)
        os.symlink(tree, link)
    return folder


def external_flags(flags, output_base, execution_root):
    """Returns Bazel's include flags for dependencies, with absolute paths."""
    result = []
    for kind, folder in zip(flags[::2], flags[1::2]):
        parts = folder.split("/")
        if "external" not in parts:
            continue
        # Folders that Bazel does not generate exist before a build.
        top = output_base if parts[0] == "external" else execution_root
        result += [kind, os.path.join(top, folder)]
    return result


def entries(tree, sources, flags):
    """Returns the entries of compile_commands.json."""
    return [
        {
            "directory": tree,
            "file": os.path.join(tree, source),
            "arguments": ["c++", "-std=c++17", "-Wall", "-Wextra", *flags, "-c", source],
        }
        for source in sources
    ]


def is_of_this_system(source):
    return not any(part in source for part in OTHER_SYSTEMS)


def main(arguments):
    if "--help" in arguments or "-h" in arguments:
        print(__doc__)
        return 0
    tree = os.path.realpath(ROOT)
    workspace = Workspace(arguments)
    flags = workspace.include_flags(DEPENDENCIES)
    flags = external_flags(flags, workspace.output_base, workspace.execution_root)
    sources = subprocess.run(
        ["git", "ls-files", "*.cc"], cwd=tree, check=True, stdout=subprocess.PIPE,
        universal_newlines=True,
    ).stdout.splitlines()
    result = entries(
        tree, filter(is_of_this_system, sources), ["-I", include_folder(tree), *flags]
    )
    path = os.path.join(tree, "compile_commands.json")
    with open(path, "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print("%s: %d source files" % (path, len(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
