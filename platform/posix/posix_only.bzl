"""For what is written in POSIX."""

# As `target_compatible_with`. What depends on such a target is not for Windows
# either, and Bazel leaves all of it out there.
POSIX_ONLY = select({
    "//platform:windows": ["@platforms//:incompatible"],
    "//conditions:default": [],
})
