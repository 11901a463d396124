"""The rules and functions that the BUILD files of this tree use.

The BUILD files load this file as "@mortise_build//:defs.bzl": see
build_repository.bzl. In the BUILD files

  - "//core:socket" is a label of this tree, wherever the tree is;
  - "@com_google_absl", "@com_google_googletest", "@boringssl" and
    "@com_github_google_benchmark" stand for the workspace's own names of these.

The rules below translate such labels. A target of another rule calls
`mortise_labels`. A list to which a select() is added calls it too, because no rule
can look into the sum. `mortise_select` takes the place of select().

A header is included by its place in the tree: core/socket.h is
"mortise/core/socket.h".
"""

load(
    ":names.bzl",
    "ABSEIL",
    "BORINGSSL",
    "GOOGLETEST",
    "GOOGLE_BENCHMARK",
    "ROOT",
    _PYTHON_HEADERS_FOUND = "PYTHON_HEADERS_FOUND",
)
load(":rules.bzl", "cc_binary", "cc_library", "cc_test")

_REPOSITORIES = {
    "@boringssl": BORINGSSL,
    "@com_github_google_benchmark": GOOGLE_BENCHMARK,
    "@com_google_absl": ABSEIL,
    "@com_google_googletest": GOOGLETEST,
}

# --- Labels -----------------------------------------------------------------

def _in_repository(label, repository):
    package, _, target = label.partition(":")
    if repository.startswith("//"):
        package = repository + "/" + package if package else repository
        return package + ":" + target if target else package
    return repository + "//" + label

def _label(label):
    if label.startswith("//visibility:") or label.startswith("//conditions:"):
        return label
    if label.startswith("//"):
        return _in_repository(label[2:], "//" + ROOT) if ROOT else label
    if label.startswith("@"):
        name, _, rest = label.partition("//")
        if name in _REPOSITORIES:
            return _in_repository(rest, _REPOSITORIES[name])
    return label

def mortise_labels(value):
    """Translates a label, or each label of a list."""
    if type(value) == "string":
        return _label(value)
    if type(value) == "list":
        return [_label(label) for label in value]
    return value  # a select(), made by mortise_select()

def mortise_select(cases, **kwargs):
    """select() by labels of this tree."""
    return select({_label(case): mortise_labels(cases[case]) for case in cases}, **kwargs)

# Translates the labels in an argument: "$(rootpath //core:headers)".
def _argument(argument):
    if not ROOT:
        return argument
    for function in ["location", "rootpath", "rootpaths"]:
        argument = argument.replace("$(%s //" % function, "$(%s //%s/" % (function, ROOT))
    return argument

# --- Flags and systems ------------------------------------------------------

# Flags for warnings, and for files of any size. They are options of targets. As
# flags of .bazelrc they would also reach Abseil and GoogleTest, and would be missing
# in another workspace.
_COPTS = mortise_select({
    "//tools:msvc": ["/W4"],
    "//tools:clang_cl": ["/W4"],
    "//conditions:default": [
        "-Wall",
        "-Wextra",
        # If `long` has 32 bits: for files of more than 2 GiB and 64-bit inodes.
        "-D_FILE_OFFSET_BITS=64",
    ],
})

# The next five are values of `target_compatible_with`. On a system with which a target
# is not compatible, Bazel leaves out the target and everything that depends on it.
_INCOMPATIBLE = ["@platforms//:incompatible"]

def _except_on(settings, otherwise = []):
    cases = {setting: _INCOMPATIBLE for setting in settings}
    cases["//conditions:default"] = otherwise
    return mortise_select(cases)

# For code that uses POSIX.
POSIX_ONLY = _except_on(["//platform:windows"])

# For programs with //platform/sim/hooks.
LINUX_ONLY = mortise_select({
    "//platform:linux": [],
    "//conditions:default": _INCOMPATIBLE,
})

# For TLS. BoringSSL does not support big-endian machines, and a workspace that needs
# no TLS can turn it off (--define=mortise_tls=off).
TLS_COMPATIBLE = _except_on(["//platform/tls:no_tls"])

_OTHER_MACHINES = [
    "//platform:windows",
    "//tests:emulated_aarch64",
    "//tests:emulated_armhf",
    "//tests:emulated_s390x",
]

# For tests that run programs of the machine that builds, and so test only that
# machine.
OF_THIS_MACHINE = _except_on(_OTHER_MACHINES)

# For code that is loaded into the Python of the machine that builds. It needs
# Python's headers.
PYTHON_COMPATIBLE = _except_on(
    _OTHER_MACHINES + ["//platform:macos", "//tests:musl"],
    otherwise = [] if _PYTHON_HEADERS_FOUND else _INCOMPATIBLE,
)

PYTHON_HEADERS_FOUND = _PYTHON_HEADERS_FOUND

# --- Rules ------------------------------------------------------------------

def mortise_include_folder(package):
    """Returns the folder with which headers of a package of this tree are included."""
    return "mortise/" + (package[len(ROOT) + 1:] if ROOT else package)

# Returns the file of this name in a list, which is empty if there is none.
def _file(name):
    return native.glob([name], allow_empty = True)

def _attributes(absl, args, copts, data, deps, visibility, googletest = None):
    attributes = {
        "copts": _COPTS if copts == None else copts,
        "data": mortise_labels(data),
        "deps": [_label("@com_google_absl//absl/" + target) for target in absl] + mortise_labels(deps),
    }
    if googletest:
        attributes["deps"] = attributes["deps"] + [_label("@com_google_googletest//:" + googletest)]
    if args:
        attributes["args"] = [_argument(argument) for argument in args]
    if visibility != None:
        attributes["visibility"] = mortise_labels(visibility)
    return attributes

def mortise_cc_library(
        name,
        absl = [],
        copts = None,
        data = [],
        deps = [],
        features = [],
        hdrs = None,
        srcs = None,
        visibility = None,
        **kwargs):
    """A library of this tree.

    Args:
      name: the target; usually that of its header.
      absl: what it uses of Abseil, as labels below @com_google_absl//absl/.
      copts: flags in place of the usual ones.
      data: as cc_library takes it.
      deps: all else that it uses.
      features: as cc_library takes it, beside the checks of includes.
      hdrs: its headers; NAME.h by default.
      srcs: its sources; NAME.cc by default, if there is such a file.
      visibility: as cc_library takes it.
      **kwargs: as cc_library takes them.
    """
    cc_library(
        name = name,
        srcs = _file(name + ".cc") if srcs == None else mortise_labels(srcs),
        hdrs = _file(name + ".h") if hdrs == None else mortise_labels(hdrs),
        features = ["layering_check", "parse_headers"] + features,
        include_prefix = mortise_include_folder(native.package_name()),
        strip_include_prefix = "",
        **dict(kwargs, **_attributes(absl, [], copts, data, deps, visibility))
    )

def mortise_cc_binary(
        name,
        absl = [],
        args = [],
        copts = None,
        data = [],
        deps = [],
        srcs = None,
        visibility = None,
        **kwargs):
    """A program of this tree; `srcs` is NAME.cc by default."""
    cc_binary(
        name = name,
        srcs = [name + ".cc"] if srcs == None else mortise_labels(srcs),
        **dict(kwargs, **_attributes(absl, args, copts, data, deps, visibility))
    )

def mortise_cc_test(
        name,
        absl = [],
        args = [],
        copts = None,
        data = [],
        deps = [],
        own_main = False,
        size = "small",
        srcs = None,
        visibility = None,
        **kwargs):
    """A test of this tree, with GoogleTest.

    Args:
      name: the target.
      absl: what it uses of Abseil, as labels below @com_google_absl//absl/.
      args: as cc_test takes them.
      copts: flags in place of the usual ones.
      data: as cc_test takes it.
      deps: all else that it uses, but for GoogleTest.
      own_main: whether it has a main() of its own.
      size: as cc_test takes it.
      srcs: its sources; NAME.cc by default.
      visibility: as cc_test takes it.
      **kwargs: as cc_test takes them.
    """
    googletest = "gtest" if own_main else "gtest_main"
    cc_test(
        name = name,
        size = size,
        srcs = [name + ".cc"] if srcs == None else mortise_labels(srcs),
        **dict(kwargs, **_attributes(absl, args, copts, data, deps, visibility, googletest))
    )
