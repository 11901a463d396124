"""The repository @mortise_build, which the BUILD files of this tree load.

It says once where the tree is and what its dependencies are called, so that no
BUILD file has to: the tree may be a repository of its own, or a folder of a
larger workspace. `mortise_deps()` declares it with the usual names, and so does
this tree's MODULE.bazel. A workspace that has Mortise as a folder and calls
something differently declares it itself:

    load("//third_party/mortise:build_repository.bzl", "mortise_build")

    mortise_build(
        name = "mortise_build",
        abseil = "//third_party/abseil-cpp",
        googletest = "@gtest",
    )
"""

_BUILD = """\
exports_files(["defs.bzl", "names.bzl"])
"""

_RULES = """\
load("{rules_cc}//cc:defs.bzl", _cc_binary = "cc_binary", _cc_library = "cc_library", _cc_test = "cc_test")

cc_binary = _cc_binary
cc_library = _cc_library
cc_test = _cc_test
"""

# For tools/toolchains.
_TOOLCHAIN_RULES = """\
load("{rules_cc}//cc:action_names.bzl", _action_names = "ACTION_NAMES")
load(
    "{rules_cc}//cc:cc_toolchain_config_lib.bzl",
    _artifact_name_pattern = "artifact_name_pattern",
    _feature = "feature",
    _flag_group = "flag_group",
    _flag_set = "flag_set",
    _tool_path = "tool_path",
    _with_feature_set = "with_feature_set",
)
load("{rules_cc}//cc:defs.bzl", _cc_toolchain = "cc_toolchain")
{cc_common}

ACTION_NAMES = _action_names
artifact_name_pattern = _artifact_name_pattern
cc_toolchain = _cc_toolchain
feature = _feature
flag_group = _flag_group
flag_set = _flag_set
tool_path = _tool_path
toolchain_common = _toolchain_common
with_feature_set = _with_feature_set
"""

# Where it is: the newest Bazel has none of its own.
_OWN_CC_COMMON = "_toolchain_common = cc_common"
_LOADED_CC_COMMON = 'load("{rules_cc}//cc/common:cc_common.bzl", _toolchain_common = "cc_common")'

_NAMES = """\
ROOT = {root}
ABSEIL = {abseil}
BORINGSSL = {boringssl}
GOOGLE_BENCHMARK = {google_benchmark}
GOOGLETEST = {googletest}
PYTHON_HEADERS_FOUND = {python_headers_found}
"""

_PYTHON_BUILD = """\
load("//:rules.bzl", "cc_library")

cc_library(
    name = "headers",
    # Bazel 8 refuses an empty glob unless told otherwise.
    hdrs = glob(["include/**/*.h"], allow_empty = True),
    includes = ["include"],
    visibility = ["//visibility:public"],
)
"""

# For tests/python. A machine without them gets a target without headers; the
# tests that need it are left out there.
_PYTHON_INCLUDE = "/usr/include/python3.11"

def bazel_major():
    """Returns the first number of this Bazel's version."""

    # A Bazel that a distribution built names no version: Debian 12's is 4.2.3.
    major = native.bazel_version.split(".")[0]
    return int(major) if major.isdigit() else 4

def _mortise_build_impl(context):
    # Seen from here, a package of the workspace itself is one of the main
    # repository.
    rules_cc = context.attr.rules_cc
    if rules_cc.startswith("//"):
        rules_cc = "@" + rules_cc

    cc_common = _OWN_CC_COMMON if bazel_major() < 9 else _LOADED_CC_COMMON

    python_headers_found = context.path(_PYTHON_INCLUDE + "/Python.h").exists

    context.file("BUILD.bazel", _BUILD)
    context.symlink(context.attr._defs, "defs.bzl")
    context.file("rules.bzl", _RULES.format(rules_cc = rules_cc))
    context.file("toolchain_rules.bzl", _TOOLCHAIN_RULES.format(
        rules_cc = rules_cc,
        cc_common = cc_common.format(rules_cc = rules_cc),
    ))
    context.file("names.bzl", _NAMES.format(
        root = repr(context.attr._defs.package),
        abseil = repr(context.attr.abseil),
        boringssl = repr(context.attr.boringssl),
        google_benchmark = repr(context.attr.google_benchmark),
        googletest = repr(context.attr.googletest),
        python_headers_found = python_headers_found,
    ))
    context.file("python/BUILD.bazel", _PYTHON_BUILD)
    if python_headers_found:
        context.symlink(_PYTHON_INCLUDE, "python/include")

mortise_build = repository_rule(
    implementation = _mortise_build_impl,
    attrs = {
        # What each is called: a repository ("@absl"), or a package of the
        # workspace ("//third_party/abseil-cpp") that is laid out like it.
        "abseil": attr.string(default = "@com_google_absl"),
        "boringssl": attr.string(default = "@boringssl"),
        "google_benchmark": attr.string(default = "@com_github_google_benchmark"),
        "googletest": attr.string(default = "@com_google_googletest"),
        "rules_cc": attr.string(default = "@rules_cc"),
        "_defs": attr.label(default = ":build_defs.bzl"),
    },
    # So that Python's headers are seen when they are installed later.
    local = True,
)
