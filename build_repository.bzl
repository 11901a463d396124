"""The repository @mortise_build, which the BUILD files of this tree load.

The repository says once where the tree is and what its dependencies are called, so
that no BUILD file has to. The tree may be a repository of its own, or a folder of a
larger workspace. `mortise_deps()` declares @mortise_build with the usual names, and
so does this tree's MODULE.bazel. If a workspace has Mortise as a folder and has
another name for a dependency, it declares @mortise_build itself:

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

# Where `cc_common` is. The newest Bazel has none of its own, so it must be loaded.
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

# Python's headers, for tests/python. On a machine without them the target has no
# headers, and the tests that need them are left out.
_PYTHON_INCLUDE = "/usr/include/python3.11"

def bazel_major():
    """Returns the first number of this Bazel's version."""

    # A Bazel that a distribution built may not know its version. Debian 12's is 4.2.3.
    major = native.bazel_version.split(".")[0]
    return int(major) if major.isdigit() else 4

def _mortise_build_impl(context):
    # A label of a package in the workspace must name the main repository, because it
    # is used in another repository.
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
        # The name of each dependency: a repository ("@absl"), or a package of the
        # workspace ("//third_party/abseil-cpp") with the same packages below it.
        "abseil": attr.string(default = "@com_google_absl"),
        "boringssl": attr.string(default = "@boringssl"),
        "google_benchmark": attr.string(default = "@com_github_google_benchmark"),
        "googletest": attr.string(default = "@com_google_googletest"),
        "rules_cc": attr.string(default = "@rules_cc"),
        "_defs": attr.label(default = ":build_defs.bzl"),
    },
    # So that Bazel notices when Python's headers are installed later.
    local = True,
)
