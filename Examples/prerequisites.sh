# What Larder needs to be built and looked at: probes what is there and installs what is missing, and only that.
# To be sourced by scripts that define `fail` and `say`; set `install=no` to be told instead.

# The compiler keeps its module cache below HOME, and fails without a word about it where that cannot be written.
if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
  HOME=$(mktemp -d) || exit 1
  export HOME
fi

# ---- What is there ---------------------------------------------------------------------------------------------------

system=$(uname -s)
has_header() {
  local paths=()
  if [ "$system" = Darwin ] && command -v brew >/dev/null; then
    # OpenSSL and SQLite are "keg-only": Homebrew does not link them into its own include directory.
    paths=("-I$(brew --prefix)/include" "-I$(brew --prefix openssl@3 2>/dev/null)/include"
      "-I$(brew --prefix sqlite 2>/dev/null)/include")
  fi
  clang -fsyntax-only ${paths[@]+"${paths[@]}"} -include "$1" -x c /dev/null 2>/dev/null
}

missing_packages() { # missing_packages [PROBE PACKAGE]...
  local debian=() homebrew=()
  need() { debian+=("$1"); homebrew+=("$2"); }
  has_header sqlite3.h || need libsqlite3-dev sqlite
  has_header zstd.h || need libzstd-dev zstd
  { has_header lz4.h && has_header lz4frame.h; } || need liblz4-dev lz4
  has_header openssl/evp.h || need libssl-dev openssl@3
  command -v zstd >/dev/null || need zstd zstd
  command -v lz4 >/dev/null || need lz4 lz4
  command -v sqlite3 >/dev/null || need sqlite3 sqlite
  { command -v pkg-config || command -v pkgconf; } >/dev/null 2>&1 || need pkg-config pkgconf
  while [ $# -gt 1 ]; do
    eval "$1" >/dev/null 2>&1 || need "$2" "$2"
    shift 2
  done
  if [ "$system" = Darwin ]; then
    printf '%s\n' ${homebrew[@]+"${homebrew[@]}"} | sort -u
  else
    printf '%s\n' ${debian[@]+"${debian[@]}"}
  fi
}

install_packages() {
  if [ "$system" = Darwin ]; then
    command -v brew >/dev/null || fail "these are missing: $*. Install Homebrew from https://brew.sh, then: brew install $*"
    [ "$install" = yes ] || fail "these are missing: $*. Install them with: brew install $*"
    say "Installing with Homebrew: $*"
    brew install --quiet "$@" || fail "brew could not install: $*"
    return
  fi
  command -v apt-get >/dev/null || fail "these are missing: $* (names of Debian). Install what your system calls them."
  local typed="apt-get update && apt-get install -y --no-install-recommends $*"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then as_root=(sudo -n); else
      fail "these are missing: $*. Install them with:
  sudo sh -c '$typed'"
    fi
  fi
  [ "$install" = yes ] || fail "these are missing: $*. Install them with:
  $typed"
  say "Installing: $*"
  local log
  log=$(mktemp)
  # RUNLEVEL=1 keeps packages from starting services. The lists are fetched only when what is known is not enough.
  apt() { ${as_root[@]+"${as_root[@]}"} env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1; }
  if ! apt install -y --no-install-recommends "$@"; then
    { apt update && apt install -y --no-install-recommends "$@"; } || {
      tail -n 15 "$log" >&2
      fail "apt-get could not install: $*. Its whole output is in $log"
    }
  fi
  rm -f "$log"
}

# Makes sure of the Swift toolchain, the libraries and the tools; whatever else a script needs it names as pairs of a
# probe and a package: require_all 'command -v jq' jq.
require_all() {
  command -v swift >/dev/null || fail "there is no swift on the PATH. Install Swift 6.2 or newer from https://swift.org/install"
  if ! command -v clang >/dev/null; then
    toolchain=$(dirname "$(readlink -f "$(command -v swiftc)" 2>/dev/null)")
    [ -x "$toolchain/clang" ] || fail "there is no clang on the PATH. It comes with the Swift toolchain: put its bin directory there."
    PATH=$PATH:$toolchain
  fi
  say "$(swift --version 2>/dev/null | grep -m1 -o 'Swift version [^ ]*') on $system $(uname -m)"
  local missing
  missing=$(missing_packages "$@")
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 -- one word for each package
    install_packages $missing
    missing=$(missing_packages "$@")
    [ -z "$missing" ] || fail "still missing after the installation: $(echo $missing)"
  else
    say "All libraries and tools are there; nothing to install"
  fi
}
