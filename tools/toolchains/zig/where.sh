# shellcheck shell=bash disable=SC2034 # used by the scripts that source this
#
# The version of Zig, and where tools/bazel puts it for this user. A compilation has
# no HOME. Then ~ is the user's home in the system's database.

zig_version=0.11.0
zig_home=${XDG_CACHE_HOME:-~/.cache}/mortise/zig-$zig_version
