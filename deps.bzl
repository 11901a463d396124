"""The dependencies of Mortise, for workspaces that use it through WORKSPACE.

    load("@mortise//:deps.bzl", "mortise_deps")

    mortise_deps()

A repository that the calling workspace has already declared stays as it is. To
build Mortise with an Abseil of your own, declare that before the call.
"""

load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive")
load(":build_repository.bzl", "bazel_major", "mortise_build")

def mortise_deps():
    """Declares the repositories below that the workspace has not declared."""
    if native.existing_rule("mortise_build") == None:
        mortise_build(name = "mortise_build")
    _archive(
        name = "com_google_absl",
        url = "https://github.com/abseil/abseil-cpp/releases/download/20240722.0/abseil-cpp-20240722.0.tar.gz",
        sha256 = "f50e5ac311a81382da7fa75b97310e4b9006474f9560ac46f54a9967f07d4ae3",
        strip_prefix = "abseil-cpp-20240722.0",
    )
    _archive(
        name = "com_google_googletest",
        url = "https://github.com/google/googletest/releases/download/v1.15.2/googletest-1.15.2.tar.gz",
        sha256 = "7b42b4d6ed48810c5362c265a17faebe90dc2373c885e5216439d37927f02926",
        strip_prefix = "googletest-1.15.2",
    )
    _archive(
        name = "com_github_google_benchmark",
        url = "https://github.com/google/benchmark/archive/refs/tags/v1.8.5.tar.gz",
        sha256 = "d26789a2b46d8808a48a4556ee58ccc7c497fcd4c0af9b90197674a81e04798a",
        strip_prefix = "benchmark-1.8.5",
        # Only Bazel 6 and newer have module_version(). Outside of a module it
        # returns None.
        patch_cmds = ["sed -i.orig 's/module_version()/None/g' BUILD.bazel"],
    )
    # Only //:mortise_tls needs it, and only then is it fetched. Newer archives have
    # no Bazel files that a Bazel before 7 can read.
    _archive(
        name = "boringssl",
        url = "https://github.com/google/boringssl/archive/22d349c4596e81425ec88f82fab47063a9a2bac6.tar.gz",
        sha256 = "acc11d72e37a417f74852cc75d4084ec7121727c01bd1e9b5525231c9b03c277",
        strip_prefix = "boringssl-22d349c4596e81425ec88f82fab47063a9a2bac6",
    )

    if bazel_major() < 7:
        # Newer versions of these need a newer Bazel.
        _archive(
            name = "rules_cc",
            url = "https://github.com/bazelbuild/rules_cc/releases/download/0.0.1/rules_cc-0.0.1.tar.gz",
            sha256 = "4dccbfd22c0def164c8f47458bd50e0c7148f3d92002cdb459c2a96a68498241",
        )
        _archive(
            name = "bazel_skylib",
            url = "https://github.com/bazelbuild/bazel-skylib/releases/download/1.2.1/bazel-skylib-1.2.1.tar.gz",
            sha256 = "f7be3474d42aae265405a592bb7da8e171919d74c16f082a5457840f06054728",
        )
    else:
        # Bazel 7's own Java rules need at least these.
        _archive(
            name = "rules_cc",
            url = "https://github.com/bazelbuild/rules_cc/releases/download/0.0.9/rules_cc-0.0.9.tar.gz",
            sha256 = "2037875b9a4456dce4a79d112a8ae885bbc4aad968e6587dca6e64f3a0900cdf",
            strip_prefix = "rules_cc-0.0.9",
        )
        _archive(
            name = "bazel_skylib",
            url = "https://github.com/bazelbuild/bazel-skylib/releases/download/1.7.1/bazel-skylib-1.7.1.tar.gz",
            sha256 = "bc283cdfcd526a52c3201279cda4bc298652efa898b10b4db0837dc51652756f",
        )

    # Abseil uses CPUs that the @platforms inside Bazel 4 does not have.
    _archive(
        name = "platforms",
        url = "https://github.com/bazelbuild/platforms/releases/download/0.0.10/platforms-0.0.10.tar.gz",
        sha256 = "218efe8ee736d26a3572663b374a253c012b716d8af0c07e842e82f238a0a7ee",
    )
    _archive(
        name = "rules_license",
        url = "https://github.com/bazelbuild/rules_license/releases/download/1.0.0/rules_license-1.0.0.tar.gz",
        sha256 = "26d4021f6898e23b82ef953078389dd49ac2b5618ac564ade4ef87cced147b38",
    )

def _archive(name, url, **kwargs):
    if native.existing_rule(name) == None:
        http_archive(name = name, urls = [url], **kwargs)
