"""A platform, and the toolchain that builds for it on Linux."""

load("@mortise_build//:toolchain_rules.bzl", "cc_toolchain")
load(":cc_toolchain_config.bzl", "cc_toolchain_config")

def cross_toolchain(name, constraint_values, files = ":no_files", linker_files = None, **config):
    """Declares platform NAME, toolchain NAME_toolchain and its compiler.

    Args:
      name: operating system and processor.
      constraint_values: the constraint values of the platform.
      files: the files that the tools need in Bazel's sandbox.
      linker_files: those that the linker needs, if they are others.
      **config: the attributes of cc_toolchain_config.
    """
    native.platform(
        name = name,
        constraint_values = constraint_values,
    )

    native.toolchain(
        name = name + "_toolchain",
        exec_compatible_with = [
            "@platforms//os:linux",
            "@platforms//cpu:x86_64",
        ],
        target_compatible_with = constraint_values,
        toolchain = ":%s_compiler" % name,
        toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
    )

    cc_toolchain(
        name = name + "_compiler",
        all_files = linker_files or files,
        ar_files = files,
        as_files = files,
        compiler_files = files,
        dwp_files = files,
        linker_files = linker_files or files,
        objcopy_files = files,
        strip_files = files,
        supports_param_files = 1,
        toolchain_config = ":%s_config" % name,
        toolchain_identifier = name,
    )

    cc_toolchain_config(
        name = name + "_config",
        **config
    )

def zig_toolchain(name, triple, flags = [], compiler = "clang", **kwargs):
    """A cross_toolchain that calls Zig.

    Args:
      name: operating system and processor.
      triple: Zig's name for the target.
      flags: for both the compiler and the linker.
      compiler: the name of the compiler for select().
      **kwargs: arguments of cross_toolchain.
    """
    flags = ["-target", triple] + flags
    cross_toolchain(
        name = name,
        compile_flags = flags + [
            # Without this, an unoptimised program of Zig traps on undefined
            # behaviour. --config=ubsan is for that.
            "-fno-sanitize=undefined",
            # The headers of Abseil before 20230125 cause thousands of these.
            "-Wno-deprecated-builtins",
        ],
        compiler = compiler,
        files = ":zig_files",
        link_flags = flags,
        tool_prefix = "zig/",
        tools = {"gcc": "cc"},
        triple = triple,
        **kwargs
    )
