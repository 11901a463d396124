"""See //cc:defs.bzl. Newer Bazels know cc_common by this file alone."""

load(":native.bzl", "native_cc_common")

cc_common = native_cc_common
