# shellcheck shell=bash disable=SC2034,SC2154 # some variables are tools/bazel's
#
# Sourced by tools/bazel: fetches the dependencies of WORKSPACE from Debian's archive.
# It is for a Bazel before 7 on a machine that reaches only its package mirror.
#
#   offline_decide    sets offline to yes or no
#   offline_prepare   fetches what is missing into ~/.cache/mortise
#   offline_bazelrc_for DIR   prints the bazelrc for the workspace of DIR
#
# It uses source packages, because Debian's libabsl-dev and googletest lack the BUILD
# files. apt's own programs fetch them, and so verify their signatures. They have a
# configuration of their own: the system's lists, caches and sources stay as they
# are, and root is not needed.

# Debian source package -> repository name.
readonly offline_sources='
abseil com_google_absl
googletest com_google_googletest
benchmark com_github_google_benchmark
android-platform-external-boringssl boringssl
'

# Debian binary package, folder in it -> repository name. Bazel 4.2.3 itself needs
# the Java and proto rules. The packages are unpacked and not installed, so that the
# system stays as it is.
readonly offline_binaries='
bazel-skylib usr/share/bazel/tools/skylib bazel_skylib
bazel-platforms usr/share/bazel/tools/platforms platforms
bazel-rules-java usr/share/bazel/rules/java rules_java
bazel-rules-proto usr/share/bazel/rules/proto rules_proto
'

# Names of folders beside this file, which are also the names of repositories.
readonly offline_stand_ins='rules_cc remote_coverage_tools'

# Names of folders beside this file, whose files are copied over the repository of the
# same name.
readonly offline_overlays='boringssl'

# Raise this number if a change of the code below changes the contents of the cache.
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
    say "cannot fetch $url, and without apt there is no other source; leaving the dependencies to Bazel"
    answer=reachable
  else
    say "cannot fetch $url; taking the dependencies from Debian's source packages"
    say "(kept in $cache/upstream; MORTISE_OFFLINE=0 overrides it)"
  fi
  echo "$answer" > "$cache/upstream.new"
  mv "$cache/upstream.new" "$cache/upstream"
}

# Whether a URL can be fetched. Uses curl or Python, whichever is installed. Debian's
# Bazel depends on Python.
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
  # If the contents would differ, they get another folder, because a second checkout
  # may be using the first one.
  local key
  key=$({
    echo "$offline_layout $offline_sources $offline_binaries"
    cd "$offline_here" || exit
    # shellcheck disable=SC2086 # a list of words
    find $offline_stand_ins $offline_overlays -type f -exec sha256sum {} + | LC_ALL=C sort
  } | sha256sum | cut -c 1-16)
  offline_store="$cache/debian-$key"
  offline_bazelrc="$offline_store/bazelrc"
  # The whole folder appears at once, so if this file exists, all the others do too.
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
    # Links are followed, because Debian links some of the files to other places.
    cp -rL "$new/unpacked/$folder" "$new/$name"
  done <<< "$offline_binaries"
  # Their BUILD files have another name here, because they are not BUILD files of this
  # tree.
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
  # `common` is not used, because some commands of Bazel 4, such as shutdown, refuse
  # the flag.
  for command in build query fetch sync; do
    for name in $(awk 'NF { print $NF }' <<< "$offline_sources$offline_binaries") $offline_stand_ins; do
      echo "$command \"--override_repository=$name=$offline_store/$name\""
    done
  done
}

# If the workspace has a local_repository of the same name, for example its own
# Abseil, that one is not overridden.
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
// Only matters if apt runs as root: apt's own user cannot write to a home.
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
// Removes the system's hooks, which act on the system's caches.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT
  sources=$(awk '{ print $1 }' <<< "$offline_sources")
  binaries=$(awk '{ print $1 }' <<< "$offline_binaries")
  # `update` fails if any one of many mirrors fails. It only matters whether the
  # packages arrive.
  # shellcheck disable=SC2086 # lists of words
  (
    cd "$1/download" &&
      { apt-get -c "$apt/apt.conf" update || true; } &&
      apt-get -c "$apt/apt.conf" source --download-only $sources &&
      apt-get -c "$apt/apt.conf" download $binaries
  ) > "$log" 2>&1 < /dev/null || {
    grep -E '^(E|Err|W):?' "$log" | tail -n 10 >&2 || true
    die "apt could not fetch the packages of the dependencies; its output is in $log"
  }
}

# Writes into folder $1 the system's sources that belong to its release, each with
# source packages too. Other sources (a vendor's own archive) are left out, because
# they could offer a package of the same name.
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
