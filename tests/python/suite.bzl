"""Rules that run modules of CPython's own suite as tests."""

load("@mortise_build//:defs.bzl", "PYTHON_COMPATIBLE", "PYTHON_HEADERS_FOUND", "mortise_cc_test")

_EXTENSION = "//tests/python/module:_socket.so"

def suite_test(name, modules, options = [], **kwargs):
    """Runs modules' tests on Mortise's _socket and the interpreter's own one.

    Args:
      name: the target.
      modules: as `run_suite.py --module` takes them.
      options: further arguments of run_suite.py.
      **kwargs: as mortise_cc_test takes them.
    """
    python_test(
        name = name,
        program = "run_suite.py",
        args = ["--compare"] + options + ["--module=" + module for module in modules],
        **kwargs
    )

def python_test(name, program, args = [], tags = [], **kwargs):
    """Runs a program of this folder on Mortise's _socket.

    Args:
      name: the target.
      program: a file that takes --extension.
      args: its other arguments.
      tags: further tags.
      **kwargs: as mortise_cc_test takes them.
    """
    mortise_cc_test(
        name = name,
        srcs = ["suite_test.cc"],
        own_main = True,
        args = [
            "$(rootpath %s)" % program,
        ] + (["--extension=$(rootpath %s)" % _EXTENSION] if PYTHON_HEADERS_FOUND else []) + args,
        data = [":programs", program] + ([_EXTENSION] if PYTHON_HEADERS_FOUND else []),
        # The tests run:
        #   with no other test at the same time, because CPython's tests look at
        #   the clock
        #   outside of the sandbox, because it prevents new namespaces
        #   without ThreadSanitizer, because it has to see the whole program,
        #   and so the interpreter too
        tags = [
            "exclusive",
            "no-sandbox",
            "no_tsan",
        ] + tags,
        target_compatible_with = PYTHON_COMPATIBLE,
        **kwargs
    )
