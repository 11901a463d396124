"""A module of CPython's own suite as a test."""

load("@mortise_python_headers//:found.bzl", "PYTHON_HEADERS_FOUND")
load("@rules_cc//cc:defs.bzl", "cc_test")
load("//:copts.bzl", "MORTISE_COPTS")

_EXTENSION = "//tests/python/module:_socket.so"

def suite_test(name, modules, **kwargs):
    """Runs modules' tests on Mortise's _socket and on the interpreter's own.

    Args:
      name: the target.
      modules: as `run_suite.py --module` takes them.
      **kwargs: as cc_test takes them.
    """
    python_test(
        name = name,
        program = "run_suite.py",
        args = ["--compare"] + ["--module=" + module for module in modules],
        **kwargs
    )

def python_test(name, program, args = [], tags = [], **kwargs):
    """Runs a program of this folder on Mortise's _socket.

    Args:
      name: the target.
      program: a file that takes --extension.
      args: its other arguments.
      tags: further tags.
      **kwargs: as cc_test takes them.
    """
    cc_test(
        name = name,
        srcs = ["suite_test.cc"],
        args = [
            "$(rootpath %s)" % program,
        ] + (["--extension=$(rootpath %s)" % _EXTENSION] if PYTHON_HEADERS_FOUND else []) + args,
        copts = MORTISE_COPTS,
        data = [":programs", program] + ([_EXTENSION] if PYTHON_HEADERS_FOUND else []),
        # Outside of the sandbox, which is in the way of namespaces. Alone, as
        # CPython's tests look at the clock. Not under ThreadSanitizer, which has
        # to see all of a program, and so the interpreter too.
        tags = [
            "exclusive",
            "no-sandbox",
            "no_tsan",
        ] + tags,
        target_compatible_with = OF_THIS_MACHINE,
        **kwargs
    )

# It loads the extension into the Python of the machine that builds.
OF_THIS_MACHINE = select({
    "//tests/python:emulated_aarch64": ["@platforms//:incompatible"],
    "//tests/python:emulated_armhf": ["@platforms//:incompatible"],
    "//tests/python:emulated_s390x": ["@platforms//:incompatible"],
    "//tests/python:musl": ["@platforms//:incompatible"],
    "//platform:macos": ["@platforms//:incompatible"],
    "//platform:windows": ["@platforms//:incompatible"],
    "//conditions:default": [],
})
