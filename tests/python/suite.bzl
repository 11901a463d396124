"""A module of CPython's own suite as a test."""

load("@mortise_python_headers//:found.bzl", "PYTHON_HEADERS_FOUND")
load("@rules_cc//cc:defs.bzl", "cc_test")
load("//:copts.bzl", "MORTISE_COPTS")

_EXTENSION = "//tests/python/module:_socket.so"

def suite_test(name, module = None, args = [], tags = [], **kwargs):
    """Runs the tests of `module` on Mortise's _socket and on the interpreter's.

    Args:
      name: the target, and the module's name unless `module` says another.
      module: as `run_suite.py --module` takes it.
      args: further arguments of run_suite.py.
      tags: further tags.
      **kwargs: as cc_test takes them.
    """
    cc_test(
        name = name,
        srcs = ["suite_test.cc"],
        args = [
            "$(rootpath run_suite.py)",
            "--compare",
            "--module=" + (module or name),
        ] + (["--extension=$(rootpath %s)" % _EXTENSION] if PYTHON_HEADERS_FOUND else []) + args,
        copts = MORTISE_COPTS,
        data = [
            "run_suite.py",
            ":worker",
        ] + ([_EXTENSION] if PYTHON_HEADERS_FOUND else []),
        # Outside of the sandbox, which is in the way of namespaces. Alone, as
        # CPython's tests look at the clock.
        tags = [
            "exclusive",
            "no-sandbox",
        ] + tags,
        target_compatible_with = OF_THIS_MACHINE,
        **kwargs
    )

# It loads the extension into the Python of the machine that builds.
OF_THIS_MACHINE = select({
    "//tests/python:emulated_aarch64": ["@platforms//:incompatible"],
    "//tests/python:emulated_s390x": ["@platforms//:incompatible"],
    "//tests/python:musl": ["@platforms//:incompatible"],
    "//platform:macos": ["@platforms//:incompatible"],
    "//platform:windows": ["@platforms//:incompatible"],
    "//conditions:default": [],
})
