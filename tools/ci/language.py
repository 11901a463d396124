#!/usr/bin/env python3
"""Checks that the library is C++ to more than one compiler and standard.

    language.py BAZEL-FLAG...

With each compiler of COMPILERS, and with what Bazel says about sources and
include paths:

  - each source of the library compiles as each of STANDARDS without a warning;
  - each public header compiles by itself with the many warnings of HEADER_FLAGS,
    some of which our users turn on;
  - the examples that the headers open with compile: see header_examples.py.

Nothing is built, only checked: the folders of headers are all that it has Bazel
make. Exits 1 unless everything compiled.
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

import header_examples

# Those of Debian 12.
COMPILERS = ("g++-12", "clang++-14")
# C++23 by the name that both of them know.
STANDARDS = ("c++17", "c++20", "c++2b")

FLAGS = ("-fsyntax-only", "-Wall", "-Wextra", "-Werror")
HEADER_FLAGS = FLAGS + (
    "-std=c++17",
    "-fno-exceptions",
    "-fno-rtti",
    "-Wshadow",
    "-Wconversion",
    "-Wold-style-cast",
    "-Wpedantic",
)

# What most sources include.
COMMON = (
    "<filesystem>",
    '"absl/status/statusor.h"',
    '"absl/strings/str_cat.h"',
    '"absl/time/time.h"',
    '"absl/types/span.h"',
)

LIBRARY = ("//:mortise", "//:mortise_tls")
# What users write their own platforms and tests with.
PUBLIC = LIBRARY + ("//platform:forwarding", "//platform/mock:mock_platform")
PUBLIC_HEADERS = (
    "//core:headers",
    "//core/tls:headers",
    "//platform:backend.h",
    "//platform:forwarding.h",
    "//platform/mock:mock_platform.h",
)

Compilation = collections.namedtuple("Compilation", "source flags")

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


# --- What Bazel knows -------------------------------------------------------


def flags_of(arguments):
    """Returns the flags of a compilation that say what the code is.

    Kept are include paths, definitions and whether warnings are off. The rest is
    about the compiler that Bazel would call, and about what it would make.
    """
    flags = []
    arguments = iter(arguments)
    for argument in arguments:
        if argument in ("-iquote", "-isystem", "-I"):
            kind, folder = argument, next(arguments)
        elif argument.startswith("-I"):
            kind, folder = "-I", argument[len("-I"):]
        else:
            # Bazel redefines __DATE__ and its like, which is about caching.
            if argument == "-w" or re.match("-D(?!__(DATE|TIME|TIMESTAMP)__)", argument):
                flags.append(argument)
            continue
        # The warnings of dependencies are not ours.
        is_ours = "external" not in folder.split("/")
        flags += [kind if is_ours else "-isystem", folder]
    return tuple(flags)


def compilations_of(graph):
    """Returns the Compilation of each of our own sources in Bazel's action graph."""
    compilations = set()
    for action in graph["actions"]:
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        if source.endswith(".cc") and not source.startswith("external/"):
            compilations.add(Compilation(source, flags_of(arguments)))
    return sorted(compilations)


def include_names(root, flags):
    """Returns how each header below `root` is included, by its path from there.

    Bazel lays a folder of links out for each target, which is an include path.
    """
    names = {}
    for folder in flags:
        if "/_virtual_includes/" not in folder:
            continue
        top = os.path.join(root, folder)
        for where, _, files in os.walk(top):
            for file in files:
                link = os.path.join(where, file)
                target = os.path.relpath(os.path.realpath(link), os.path.realpath(ROOT))
                names[target] = os.path.relpath(link, top)
    return names


class Workspace:
    """Our workspace, as the Bazel knows it that is called with `flags`."""

    def __init__(self, flags):
        self.flags = flags
        # The folders of headers, and no object file.
        self._bazel("build", "--output_groups=compilation_prerequisites_INTERNAL_", *PUBLIC)
        self.execution_root = self._bazel("info", "execution_root").strip()

    def compilations(self, targets):
        query = 'mnemonic("CppCompile", deps(%s))' % " + ".join(targets)
        return compilations_of(json.loads(self._bazel("aquery", "--output=jsonproto", query)))

    def include_flags(self, targets):
        """Returns the include paths of whatever depends on targets, as flags."""
        expression = " + ".join(
            '["%s " + folder for folder in providers(target)["CcInfo"].compilation_context.%s.to_list()]'
            % pair
            for pair in (
                ("-I", "includes"),
                ("-iquote", "quote_includes"),
                ("-isystem", "system_includes"),
            )
        )
        output = self._bazel(
            "cquery", "--output=starlark", "--starlark:expr=' '.join(%s)" % expression,
            " + ".join(targets),
        )
        return flags_of(output.split())

    def headers(self, targets):
        """Returns the paths of the files that are targets, or the sources of targets."""
        query = "kind('source file', deps(%s, 1))" % " + ".join(targets)
        labels = self._bazel("query", query).split()
        return sorted(label[len("//"):].replace(":", "/") for label in labels)

    def _bazel(self, command, *arguments):
        # None of them makes anything that a cache would have, and `query` knows
        # no such flag.
        run = subprocess.run(
            ["tools/bazel", command, *self.flags, *arguments],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, universal_newlines=True,
        )
        return run.stdout


# --- What the compilers say -------------------------------------------------


def precompile(compiler, flags, folder, cwd):
    """Returns flags that have a compiler begin with COMMON, which it reads but once.

    Two thirds of the time that a source takes are spent on these.
    """
    header = os.path.join(tempfile.mkdtemp(dir=folder), "common.h")
    with open(header, "w") as file:
        file.writelines("#include %s\n" % name for name in COMMON)
    subprocess.run(
        [compiler, *flags, "-w", "-x", "c++-header", header, "-o", header + ".gch"],
        cwd=cwd, check=True,
    )
    return "-include", header


def checks(workspace, folder):
    """Yields (what is checked, command, standard input or None).

    Args:
      workspace: whose library it is.
      folder: for temporary files.
    """
    library = workspace.compilations(LIBRARY)
    includes = workspace.include_flags(LIBRARY)
    for compiler in COMPILERS:
        for standard in STANDARDS:
            precompiled = {}  # By the macros, which have to be the same.
            for source, flags in library:
                key = ("-std=" + standard, *(flag for flag in flags if flag.startswith("-D")))
                if key not in precompiled:
                    precompiled[key] = precompile(
                        compiler, key + includes, folder, workspace.execution_root
                    )
                command = [compiler, key[0], *precompiled[key], *FLAGS, *flags, source]
                yield "%s as %s with %s" % (source, standard, compiler), command, None

    folders = workspace.include_flags(PUBLIC)
    names = include_names(workspace.execution_root, folders)
    headers = workspace.headers(PUBLIC_HEADERS)
    # A header that is in no target of PUBLIC has no name.
    includes = ['"%s"' % names[header] for header in headers]
    texts = []
    for header in headers:
        with open(os.path.join(ROOT, header)) as file:
            texts.append((header, file.read()))
    examples = header_examples.source_of(texts, includes)
    for compiler in COMPILERS:
        command = [compiler, "-x", "c++", *folders]
        for header, include in zip(headers, includes):
            yield "%s with %s" % (header, compiler), command + [*HEADER_FLAGS, "-"], "#include %s\n" % include
        yield "examples with %s" % compiler, command + ["-std=c++17", *FLAGS, "-"], examples


def main(flags):
    workspace = Workspace(flags)

    def run(check):
        what, command, text = check
        process = subprocess.run(
            command, cwd=workspace.execution_root, input=text, universal_newlines=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        return what, process.returncode, process.stdout

    count = failed = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(
        os.cpu_count()
    ) as pool:
        for what, code, output in pool.map(run, checks(workspace, folder)):
            count += 1
            if code != 0:
                failed += 1
                print("FAILED: %s\n%s" % (what, output), flush=True)
    print("%d compilations, %d failed" % (count, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
