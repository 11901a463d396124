"""What is global in this Bazel: a file cannot define what it takes from there."""

native_cc_common = cc_common
