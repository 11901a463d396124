"""Compiler flags for Mortise's own targets: warnings, and files of any size.

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
        # Where `long` has 32 bits: files of more than 2 GiB, and inodes of 64 bits.
        "-D_FILE_OFFSET_BITS=64",
    ],
})
