"""Source files that include headers, one file per header. The list of headers
comes from a glob, so that a new header need not be added anywhere."""

load("@mortise_build//:defs.bzl", "mortise_include_folder")

def _include(header):
    return "#include \"%s/%s\"\n" % (mortise_include_folder(header.owner.package), header.basename)

def _translation_units_impl(ctx):
    sources = []
    for header in ctx.files.headers:
        source = ctx.actions.declare_file("%s/%s_%s.cc" % (
            ctx.label.name,
            header.owner.package.replace("/", "_"),
            header.basename[:-len(".h")],
        ))
        ctx.actions.write(
            source,
            _include(header) + "#include \"%s\"\n" % ctx.attr.footer,
        )
        sources.append(source)
    return [DefaultInfo(files = depset(sources))]

translation_units = rule(
    doc = "One source file per header, which includes it and then `footer`.",
    implementation = _translation_units_impl,
    attrs = {
        "footer": attr.string(mandatory = True),
        "headers": attr.label_list(allow_files = [".h"], mandatory = True),
    },
)

def _include_all_impl(ctx):
    ctx.actions.write(
        ctx.outputs.out,
        "".join([_include(header) for header in ctx.files.headers]),
    )

include_all = rule(
    doc = "One file that includes all of the headers.",
    implementation = _include_all_impl,
    attrs = {
        "headers": attr.label_list(allow_files = [".h"], mandatory = True),
        "out": attr.output(mandatory = True),
    },
)
