"""build_repository.bzl for MODULE.bazel, which Bazel before 6 does not have.

If a module has Mortise as a folder and has another name for a dependency, it says:

    mortise = use_extension("//third_party/mortise:build_extension.bzl", "mortise")
    mortise.names(abseil = "@abseil-cpp")
    use_repo(mortise, "mortise_build")
"""

load(":build_repository.bzl", "mortise_build")

_NAMES = ["abseil", "boringssl", "google_benchmark", "googletest", "rules_cc"]

def _mortise_impl(context):
    names = {}
    for module in context.modules:
        for tag in module.tags.names:
            for name in _NAMES:
                value = getattr(tag, name)
                if value:
                    names[name] = value
    mortise_build(name = "mortise_build", **names)

mortise = module_extension(
    implementation = _mortise_impl,
    tag_classes = {
        "names": tag_class(attrs = {name: attr.string() for name in _NAMES}),
    },
)
