"""The headers of Debian's CPython 3.11, if this machine has them.

A machine without them gets a repository that says so: what needs them is then
left out, and everything else builds.
"""

_INCLUDE = "/usr/include/python3.11"

_BUILD = """
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])

cc_library(
    name = "headers",
    # Bazel 8 refuses an empty glob unless told otherwise.
    hdrs = glob(["include/**/*.h"], allow_empty = True),
    includes = ["include"],
)
"""

def _python_headers_impl(context):
    found = context.path(_INCLUDE + "/Python.h").exists
    if found:
        context.symlink(_INCLUDE, "include")
    context.file("BUILD.bazel", _BUILD)
    context.file("found.bzl", "PYTHON_HEADERS_FOUND = %s\n" % found)

# Local, so that packages which are installed later are seen.
python_headers = repository_rule(
    implementation = _python_headers_impl,
    local = True,
)
