"""How to call a compiler that takes GCC's flags: GCC for other machines, or Zig.

Bazel itself adds what is the same for any such compiler: include paths, dependency
files, archives, parameter files. This file adds what depends on the target, and the
defaults of Bazel's own toolchain for Linux.
"""

load(
    "@mortise_build//:toolchain_rules.bzl",
    "ACTION_NAMES",
    "artifact_name_pattern",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
    "toolchain_common",
    "with_feature_set",
)

_COMPILE_ACTIONS = [
    ACTION_NAMES.assemble,
    ACTION_NAMES.c_compile,
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.linkstamp_compile,
    ACTION_NAMES.preprocess_assemble,
]

_LINK_ACTIONS = [
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_executable,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

# The tools that must have a path. Bazel never calls most of them.
_TOOLS = [
    "ar",
    "cpp",
    "gcc",
    "gcov",
    "ld",
    "nm",
    "objcopy",
    "objdump",
    "strip",
]

def _flags(actions, flags, mode = None):
    """Returns a list with the flag_set of these flags. It is empty without flags."""
    if not flags:
        return []
    return [flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags)],
        with_features = [with_feature_set(features = [mode])] if mode else [],
    )]

def _impl(ctx):
    # The folder of this package, as the compiler sees it.
    package = "/".join([part for part in (ctx.label.workspace_root, ctx.label.package) if part])
    compile_flags, link_flags = [
        [flag.replace("{package}", package) for flag in flags]
        for flags in (ctx.attr.compile_flags, ctx.attr.link_flags)
    ]

    features = [
        # -c dbg and -c opt turn these on.
        feature(name = "dbg"),
        feature(name = "opt"),
        feature(name = "fastbuild"),
        feature(name = "supports_pic", enabled = ctx.attr.supports_pic),
        feature(
            name = "default_compile_flags",
            enabled = True,
            flag_sets =
                _flags(_COMPILE_ACTIONS, ["-fno-omit-frame-pointer"] + compile_flags) +
                _flags(_COMPILE_ACTIONS, ["-g"], mode = "dbg") +
                _flags(_COMPILE_ACTIONS, [
                    "-g0",
                    "-O2",
                    "-DNDEBUG",
                    # With these, the linker can leave out what nothing uses.
                    "-ffunction-sections",
                    "-fdata-sections",
                ], mode = "opt"),
        ),
        feature(
            name = "default_link_flags",
            enabled = True,
            flag_sets =
                _flags(_LINK_ACTIONS, link_flags) +
                _flags(_LINK_ACTIONS, ctx.attr.opt_link_flags, mode = "opt") +
                _flags(_LINK_ACTIONS, ctx.attr.link_libs),
        ),
        # Bazel puts these last, so that no other flag undoes them. They make the
        # output the same for the same input.
        feature(
            name = "unfiltered_compile_flags",
            enabled = True,
            flag_sets = _flags(_COMPILE_ACTIONS, [
                "-Wno-builtin-macro-redefined",
                "-D__DATE__=\"redacted\"",
                "-D__TIMESTAMP__=\"redacted\"",
                "-D__TIME__=\"redacted\"",
            ] + ctx.attr.unfiltered_compile_flags),
        ),
    ]

    return toolchain_common.create_cc_toolchain_config_info(
        ctx = ctx,
        toolchain_identifier = ctx.label.name,
        compiler = ctx.attr.compiler,
        host_system_name = "local",
        target_system_name = ctx.attr.triple,
        target_cpu = ctx.attr.triple.split("-")[0],
        target_libc = ctx.attr.libc,
        abi_version = "unknown",
        abi_libc_version = "unknown",
        features = features,
        tool_paths = [
            tool_path(name = tool, path = ctx.attr.tool_prefix + ctx.attr.tools.get(tool, tool))
            for tool in _TOOLS
        ],
        cxx_builtin_include_directories = ctx.attr.include_directories,
        artifact_name_patterns = [
            artifact_name_pattern(
                category_name = "executable",
                prefix = "",
                extension = ".exe",
            ),
            artifact_name_pattern(
                category_name = "dynamic_library",
                prefix = "",
                extension = ".dll",
            ),
        ] if ctx.attr.windows_names else [],
    )

cc_toolchain_config = rule(
    implementation = _impl,
    attrs = {
        "compile_flags": attr.string_list(doc = "{package} becomes this package's folder."),
        "compiler": attr.string(
            mandatory = True,
            doc = "The value of @bazel_tools//tools/cpp:compiler, for select().",
        ),
        "include_directories": attr.string_list(
            doc = "Where the compiler's own headers are. Other headers must be declared.",
        ),
        "libc": attr.string(mandatory = True),
        "link_flags": attr.string_list(doc = "{package} becomes this package's folder."),
        "link_libs": attr.string_list(doc = "These come last on the command line."),
        "opt_link_flags": attr.string_list(),
        "supports_pic": attr.bool(default = True),
        "tool_prefix": attr.string(mandatory = True, doc = "The prefix of the tools' paths: /usr/bin/TRIPLE-"),
        "tools": attr.string_dict(doc = "For each tool with another name, the name after the prefix."),
        "triple": attr.string(mandatory = True),
        "unfiltered_compile_flags": attr.string_list(),
        "windows_names": attr.bool(doc = "Whether programs end in .exe and libraries in .dll."),
    },
)
