"""The flags with which a test can compile code that uses libraries."""

load("@mortise_build//:names.bzl", "ROOT")

def _compile_flags_impl(ctx):
    contexts = [dep[CcInfo].compilation_context for dep in ctx.attr.deps]
    folders = depset(transitive = [
        folders
        for context in contexts
        for folders in [context.includes, context.quote_includes, context.system_includes]
    ])

    # The paths are relative to the folder in which the test finds the tree.
    up = "../" * (ROOT.count("/") + 1) if ROOT else ""
    flags = {}
    for folder in folders.to_list():
        if folder.startswith(ctx.bin_dir.path + "/"):
            folder = folder[len(ctx.bin_dir.path) + 1:]
        if folder.startswith("external/"):
            folder = "../" + folder[len("external/"):]
        if folder.startswith("bazel-out/"):
            continue
        flags["-I" + up + folder] = None
    file = ctx.actions.declare_file(ctx.label.name + ".flags")
    ctx.actions.write(file, "\n".join(flags.keys()) + "\n")
    headers = depset([file], transitive = [context.headers for context in contexts])
    return [DefaultInfo(files = depset([file]), runfiles = ctx.runfiles(transitive_files = headers))]

compile_flags = rule(
    doc = "Writes NAME.flags, a file of flags for a compiler that runs in " +
          "the folder TreePath(\"\"). Its runfiles are the headers that the " +
          "compiler then finds.",
    implementation = _compile_flags_impl,
    attrs = {"deps": attr.label_list(mandatory = True, providers = [CcInfo])},
)
