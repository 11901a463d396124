#!/usr/bin/env python3
"""Checks that more than one compiler and standard accept the library.

    language.py BAZEL-FLAG...

It takes the sources and include paths from Bazel. With each compiler of COMPILERS
it checks that these compile:

  - each source of the library, as each of STANDARDS, without a warning
  - each public header by itself, with the many warnings of HEADER_FLAGS, some of
    which our users turn on
  - the examples at the beginning of the headers: see header_examples.py

Nothing is built, only checked. Bazel makes only the folders of headers. Exits 1
unless everything compiled.
"""

import concurrent.futures
import os
import subprocess
import sys
import tempfile

import header_examples
from bazel_workspace import ROOT, Workspace

# The compilers of Debian 12.
COMPILERS = ("g++-12", "clang++-14")
# c++2b is the name of C++23 that both compilers know.
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

# The headers that most sources include.
COMMON = (
    "<filesystem>",
    '"absl/status/statusor.h"',
    '"absl/strings/str_cat.h"',
    '"absl/time/time.h"',
    '"absl/types/span.h"',
)

LIBRARY = ("//:mortise", "//:mortise_tls")
# The library, and what users need to write their own platforms and tests.
PUBLIC = LIBRARY + ("//platform:forwarding", "//platform/mock:mock_platform")
PUBLIC_HEADERS = (
    "//core:headers",
    "//core/tls:headers",
    "//platform:backend.h",
    "//platform:forwarding.h",
    "//platform/mock:mock_platform.h",
)


# --- What the compilers say -------------------------------------------------


def precompile(compiler, flags, folder, cwd):
    """Precompiles COMMON, and returns the flags with which a compiler uses it.

    Reading these headers takes two thirds of the time of a source.
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
      workspace: the workspace of the library.
      folder: for temporary files.
    """
    library = workspace.compilations(LIBRARY)
    includes = workspace.include_flags(LIBRARY)
    for compiler in COMPILERS:
        for standard in STANDARDS:
            # The key has the macros, because a precompiled header is only valid for
            # the same macros.
            precompiled = {}
            for source, flags in library:
                key = ("-std=" + standard, *(flag for flag in flags if flag.startswith("-D")))
                if key not in precompiled:
                    precompiled[key] = precompile(
                        compiler, key + includes, folder, workspace.execution_root
                    )
                command = [compiler, key[0], *precompiled[key], *FLAGS, *flags, source]
                yield "%s as %s with %s" % (source, standard, compiler), command, None

    folders = workspace.include_flags(PUBLIC)
    headers = workspace.headers(PUBLIC_HEADERS)
    # If a header is in no target of PUBLIC, the compiler does not find it.
    includes = ['"mortise/%s"' % header for header in headers]
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
    workspace.lay_headers_out(PUBLIC)

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
