# shellcheck shell=bash disable=SC2034,SC2154 # some variables are tools/bazel's
#
# Sourced by tools/bazel: the dependencies of WORKSPACE from Debian's archive,
# for a Bazel before 7 on a machine that reaches its package mirror and no more.
#
#   offline_decide    sets offline to yes or no
#   offline_prepare   fetches what is missing into ~/.cache/mortise
#   offline_bazelrc_for DIR   prints the bazelrc for the workspace of DIR
#
# Source packages, as Debian's libabsl-dev and googletest lack the BUILD files.
# They are fetched by apt's own clients, and so verified by its signatures, with
# a configuration of their own: the system's lists, caches and sources stay as
# they are, and no root is needed.

# Debian source package -> repository name.
readonly offline_sources='
abseil com_google_absl
googletest com_google_googletest
benchmark com_github_google_benchmark
android-platform-external-boringssl boringssl
'

# Debian binary package, folder in it -> repository name. Bazel 4.2.3 itself
# wants the Java and proto rules. They are unpacked, not installed, so that the
# system stays as it is.
readonly offline_binaries='
bazel-skylib usr/share/bazel/tools/skylib bazel_skylib
bazel-platforms usr/share/bazel/tools/platforms platforms
bazel-rules-java usr/share/bazel/rules/java rules_java
bazel-rules-proto usr/share/bazel/rules/proto rules_proto
'

# Folder beside this file, and repository name.
readonly offline_stand_ins='rules_cc remote_coverage_tools'

# Folder beside this file whose files are laid over the repository of the name.
readonly offline_overlays='boringssl'

# To be raised when the code below comes to leave something else in the cache.
readonly offline_layout=1

offline_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

# --- Is it needed? ----------------------------------------------------------

offline_decide() {
  offline=yes
  if [[ ${MORTISE_OFFLINE:-} == 1 ]]; then return; fi
  [[ -s $cache/upstream ]] || locked offline_ask_upstream
  if [[ $(< "$cache/upstream") != unreachable ]]; then offline=no; fi
}

offline_ask_upstream() {
  [[ ! -s $cache/upstream ]] || return 0
  local url answer=unreachable
  url=$(sed -n 's/^ *url = "\(.*abseil.*\)",$/\1/p' "$offline_here/../../deps.bzl")
  if offline_can_fetch "$url"; then
    answer=reachable
  elif ! command -v apt-get > /dev/null; then
    say "cannot fetch $url, and without apt there is no other source; Bazel will try all the same"
    answer=reachable
  else
    say "cannot fetch $url; taking the dependencies from Debian's source packages"
    say "(kept in $cache/upstream; MORTISE_OFFLINE=0 overrides it)"
  fi
  echo "$answer" > "$cache/upstream.new"
  mv "$cache/upstream.new" "$cache/upstream"
}

# Whichever is there; Debian's Bazel brings a Python along.
offline_can_fetch() {
  if command -v curl > /dev/null; then
    curl -sSfIL --max-time 20 -o /dev/null "$1" 2> /dev/null
  elif command -v python3 > /dev/null; then
    python3 - "$1" 2> /dev/null << 'PYTHON'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="HEAD"), timeout=20)
PYTHON
  else
    return 1
  fi
}

# --- Fetching ---------------------------------------------------------------

offline_prepare() {
  # What would come out differently gets another folder, as a second checkout
  # may be building with the first.
  local key
  key=$({
    echo "$offline_layout $offline_sources $offline_binaries"
    cd "$offline_here" || exit
    # shellcheck disable=SC2086 # a list of words
    find $offline_stand_ins $offline_overlays -type f -exec sha256sum {} + | LC_ALL=C sort
  } | sha256sum | cut -c 1-16)
  offline_store="$cache/debian-$key"
  offline_bazelrc="$offline_store/bazelrc"
  # The last file to appear: all the others are there with it.
  [[ -e $offline_bazelrc ]] || locked offline_fetch
}

offline_fetch() {
  [[ ! -e $offline_bazelrc ]] || return 0
  say "fetching Abseil, GoogleTest, Google Benchmark and BoringSSL from Debian's archive, once, into $offline_store"
  local new="$offline_store.new" name package folder
  rm -rf "$new"
  mkdir -p "$new/download"
  offline_download "$new"

  while read -r package name; do
    [[ -n $package ]] || continue
    mkdir "$new/$name"
    tar -xf "$new/download/$package"_*.orig.tar.* -C "$new/$name" --strip-components=1
  done <<< "$offline_sources"
  while read -r package folder name; do
    [[ -n $package ]] || continue
    dpkg-deb -x "$new/download/$package"_*.deb "$new/unpacked"
    # Followed, as Debian links some of the files elsewhere.
    cp -rL "$new/unpacked/$folder" "$new/$name"
  done <<< "$offline_binaries"
  # Their BUILD files have another name here, where they are none of this tree.
  for name in $offline_stand_ins $offline_overlays; do
    mkdir -p "$new/$name"
    cp -r "$offline_here/$name/." "$new/$name/"
    find "$new/$name" -name BUILD.offline -execdir mv {} BUILD.bazel \;
  done
  rm -rf "$new/download" "$new/unpacked" "$new/apt"

  offline_write_bazelrc > "$new/bazelrc"
  rm -rf "$offline_store"
  mv "$new" "$offline_store"
}

offline_write_bazelrc() {
  local command name
  # Not `common`: Bazel 4 has commands, like shutdown, that refuse the flag.
  for command in build query fetch sync; do
    for name in $(awk 'NF { print $NF }' <<< "$offline_sources$offline_binaries") $offline_stand_ins; do
      echo "$command \"--override_repository=$name=$offline_store/$name\""
    done
  done
}

# A workspace that has the very thing on disk keeps it: its own Abseil, say.
offline_bazelrc_for() {
  local dir=$1 file own rc
  until [[ -e $dir/WORKSPACE || -e $dir/WORKSPACE.bazel || $dir == / || -z $dir ]]; do dir=${dir%/*}; done
  file="$dir/WORKSPACE"
  [[ ! -e $file.bazel ]] || file="$file.bazel"
  own=$(
    sed 's/#.*//' "$file" 2> /dev/null | tr -d ' \t\n' |
      grep -oE 'local_repository\([^)]*\)' |
      sed -n 's/.*name="\([^"]*\)".*/\1/p' | sort -u
  ) || true
  rc=$offline_bazelrc
  if [[ -n $own ]] && grep -qE "repository=($(paste -sd '|' <<< "$own"))=" "$rc"; then
    rc="$rc-without-$(paste -sd + <<< "$own")"
    [[ -e $rc ]] || {
      grep -vE "repository=($(paste -sd '|' <<< "$own"))=" "$offline_bazelrc" > "$rc.$$"
      mv "$rc.$$" "$rc"
    }
  fi
  echo "$rc"
}

# Leaves the packages in $1/download.
offline_download() {
  local apt="$1/apt" log="$cache/download.log" sources binaries
  mkdir -p "$apt/sources.list.d" "$apt/lists/partial" "$apt/cache/archives/partial"
  offline_apt_sources "$apt/sources.list.d"
  cat > "$apt/apt.conf" << APT
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$apt/sources.list.d";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
// Read by apt only when it is root: its own user cannot write to a home.
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
// Hooks of the system, which act on the system's caches.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT
  sources=$(awk '{ print $1 }' <<< "$offline_sources")
  binaries=$(awk '{ print $1 }' <<< "$offline_binaries")
  # `update` fails when any one of many mirrors does; what counts is whether
  # the packages arrive.
  # shellcheck disable=SC2086 # lists of words
  (
    cd "$1/download" &&
      { apt-get -c "$apt/apt.conf" update || true; } &&
      apt-get -c "$apt/apt.conf" source --download-only $sources &&
      apt-get -c "$apt/apt.conf" download $binaries
  ) > "$log" 2>&1 < /dev/null || {
    grep -E '^(E|Err|W):?' "$log" | tail -n 10 >&2 || true
    die "apt could not fetch the dependencies' packages; all it said is in $log"
  }
}

# Writes into folder $1 the system's sources that belong to its release, each
# asked for source packages too. Others (a vendor's own archive) could offer a
# package of the same name.
offline_apt_sources() {
  local codename suite file n=0
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
  suite="^($codename|stable|oldstable|oldoldstable|testing|unstable)([-/]|\$)"

  # The one-line format: deb [options] URI suite component...
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2> /dev/null |
    SUITE=$suite awk '
      $1 != "deb" { next }
      {
        options = ""; rest = $0
        sub(/^[ \t]*deb[ \t]+/, "", rest)
        if (match(rest, /^\[[^]]*\][ \t]*/)) {
          options = substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1)
        }
        split(rest, words)
        if (words[2] !~ ENVIRON["SUITE"]) next
        print "deb " options rest
        print "deb-src " options rest
      }' > "$1/one-line.list" || true

  # The deb822 format: stanzas of fields.
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -e $file ]] || continue
    n=$((n + 1))
    SUITE=$suite awk -v RS= '
      {
        wanted = 0; enabled = 1; out = ""
        count = split($0, lines, "\n")
        for (i = 1; i <= count; i++) {
          line = lines[i]
          if (line ~ /^#/) continue
          field = tolower(line); sub(/:.*/, "", field)
          if (field == "enabled" && tolower(line) ~ /:[ \t]*(no|false|without|off|disable)/) enabled = 0
          if (field == "suites") {
            some = split(line, words)
            for (j = 2; j <= some; j++) if (words[j] ~ ENVIRON["SUITE"]) wanted = 1
          }
          if (field == "types") line = "Types: deb deb-src"
          out = out line "\n"
        }
        if (wanted && enabled) print out
      }' "$file" > "$1/$n.sources"
  done
  if [[ ! -s $1/one-line.list && -z $(cat "$1"/*.sources 2> /dev/null) ]]; then
    die "found no source for $codename in /etc/apt/sources.list or /etc/apt/sources.list.d; add one, or set MORTISE_OFFLINE=0"
  fi
}
