# shellcheck shell=bash disable=SC2034 # for those who source this
#
# Which Zig, and where tools/bazel puts it for this user. A compilation has no
# HOME; then ~ is what the system says.

zig_version=0.11.0
zig_home=${XDG_CACHE_HOME:-~/.cache}/mortise/zig-$zig_version
