"""Compiler warnings for Mortise's own targets.

They are per-target options, not flags of `.bazelrc`, because flags there would
also reach Abseil and GoogleTest, and would not travel along when another
workspace vendors this one.
"""

MORTISE_COPTS = select({
    "//tools:msvc": ["/W4"],
    "//tools:clang_cl": ["/W4"],
    "//conditions:default": [
        "-Wall",
        "-Wextra",
    ],
})
