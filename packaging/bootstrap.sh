#!/usr/bin/env bash
# All set-up for a checkout of landplan:  packaging/bootstrap.sh [demo|test|app]
#   demo  what the main job needs: Python >= 3.11 and the packages of requirements.lock
#   test  also the checkers and the outside readers that the tests compare with (requirements-dev.lock, poppler, GDAL),
#         and the libraries of the window with a screen to test it on (Qt, xcb, Xvfb)
#   app   what the window needs: the same packages, and the libraries of Qt
# Missing system packages are installed with apt-get by root or by passwordless sudo, the line printed first; otherwise
# one line says what to install. The second run finds its stamp in .venv and ends at once.
set -euo pipefail

level=${1:-demo}
case $level in demo | test | app) ;; *) echo "landplan: no such level: $level. Use demo, test or app." >&2; exit 2 ;; esac
cd "$(dirname "$0")/.."
root=$PWD
venv=$root/.venv
tools=$venv/.tools # uv and hatchling, apart from the packages of landplan
oldest="3, 11"

say() { echo "landplan: $*"; }
fail() { echo "landplan: $*" >&2; exit 1; }

# Settings of the user that would send packages elsewhere or load foreign ones; those that reach a mirror stay.
clear_stray_settings() {
  unset PYTHONPATH PYTHONHOME PYTHONUSERBASE PYTHONSTARTUP VIRTUAL_ENV CONDA_PREFIX PROJ_LIB PROJ_DATA GDAL_DATA GDAL_DRIVER_PATH
  local name
  for name in $(compgen -e | grep -E '^(PIP|UV)_' || true); do
    case $name in
      *_INDEX | *_INDEX_URL | *_FIND_LINKS | *_CERT | *_PROXY | *_TRUSTED_HOST | *_TIMEOUT | *_RETRIES) ;;
      *_CACHE_DIR | *_NO_CACHE | *_OFFLINE | *_CONFIG_FILE | *_NATIVE_TLS | *_SYSTEM_CERTS | *_LINK_MODE | *_KEYRING_PROVIDER) ;;
      *) unset "$name" ;;
    esac
  done
  export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_WARN_SCRIPT_LOCATION=1
}

recent_enough() { "$1" -c "import sys; sys.exit(sys.version_info < ($oldest))" 2>/dev/null; }
version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo unknown; }

# Prints the first Python that is recent enough, or nothing.
usable_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && recent_enough "$name"; then command -v "$name"; return; fi
  done
}

missing_python() {
  local python
  python=$(usable_python)
  if [ -n "$python" ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "python$(version_of "$python")-venv"
  elif command -v python3 >/dev/null; then
    fail "Python 3.11 or newer is needed and python3 here is $(version_of python3): install python3.11 and python3.11-venv, or newer, then run this again."
  else
    echo python3 python3-venv
  fi
}

has_library() { PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -F "$1" >/dev/null; } # not -q: it would end ldconfig with a signal

# Reads lines "package library"; prints the packages whose library is not there.
missing_libraries() {
  local package library
  while read -r package library; do
    has_library "$library" || echo "$package"
  done
}

# Prints the system packages of the level that are not there.
missing_packages() {
  missing_python
  [ "$level" = demo ] && return
  if [ "$level" = test ]; then
    command -v pdftotext >/dev/null || echo poppler-utils
    command -v ogrinfo >/dev/null || echo gdal-bin
    command -v Xvfb >/dev/null || echo xvfb
    command -v xauth >/dev/null || echo xauth
  fi
  missing_libraries <<'LIBRARIES'
libegl1 libEGL.so.1
libgl1 libGL.so.1
libxkbcommon0 libxkbcommon.so.0
libglib2.0-0 libglib-2.0.so.0
libdbus-1-3 libdbus-1.so.3
libfontconfig1 libfontconfig.so.1
libfreetype6 libfreetype.so.6
libbrotli1 libbrotlidec.so.1
libxcb-cursor0 libxcb-cursor.so.0
libxcb-icccm4 libxcb-icccm.so.4
libxcb-keysyms1 libxcb-keysyms.so.1
libxcb-shape0 libxcb-shape.so.0
libxcb-xkb1 libxcb-xkb.so.1
libxkbcommon-x11-0 libxkbcommon-x11.so.0
LIBRARIES
}

install_packages() {
  local prefix=()
  command -v apt-get >/dev/null || fail "these system packages are missing, install them and run this again: $*"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || fail "run this first: sudo apt-get install --no-install-recommends $*"
    prefix=(sudo -n)
  fi
  say "system packages: ${prefix[*]+${prefix[*]} }apt-get install --no-install-recommends $*"
  local apt=("${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends)
  "${apt[@]}" install -y "$@" >/dev/null 2>&1 && return
  "${apt[@]}" update || true # the lists may be empty or old; an unreachable source of other software is no matter
  "${apt[@]}" install -y "$@" >/dev/null || fail "apt-get could not install: $*"
}

# Runs pip of the venv; its chatter is shown only when it fails.
pip_quietly() {
  local log=$venv/.pip.log
  "$venv/bin/python" -m pip --quiet "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  rm -f "$log"
}

make_venv() {
  local python
  python=$(usable_python)
  say "making .venv with Python $(version_of "$python")"
  "$python" -m venv --clear "$venv"
}

# False where the folder or the Python of the venv has moved since it was made, or pip is gone.
sound_venv() { grep -q -s -F "$venv" "$venv/bin/activate" && recent_enough "$venv/bin/python" && "$venv/bin/python" -c 'import pip'; }

# uv reads none of pip's settings: hand it the mirror and the certificates.
settings_for_uv() {
  local mirror=${PIP_INDEX_URL:-}
  [ -n "$mirror" ] || mirror=$("$venv/bin/python" -m pip config get global.index-url 2>/dev/null) || true
  [ -z "$mirror" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$mirror}
  [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
  export UV_LINK_MODE=${UV_LINK_MODE:-copy}
}

install_lock() {
  say "installing $(grep -c == "$lock") packages of $lock (some hundred MB the first time)"
  if [ -x "$tools/bin/uv" ] && (settings_for_uv && "$tools/bin/uv" --quiet pip sync --python "$venv/bin/python" --require-hashes "$lock"); then
    return
  fi
  say "uv did not do it; trying pip"
  pip_quietly install --require-hashes -r "$lock" || fail "the packages of $lock could not be installed; the lines above say why."
}

install_landplan() {
  PYTHONPATH=$tools pip_quietly install --no-deps --no-build-isolation --no-index -e . || fail "landplan itself could not be installed."
}

contents_key() { cat "$lock" packaging/bootstrap.lock pyproject.toml | sha256sum | cut -d ' ' -f 1; }

clear_stray_settings
packages=$(missing_packages)
# shellcheck disable=SC2086  # one word per package is meant
[ -z "$packages" ] || install_packages $packages
lock=requirements.lock
if [ "$level" != demo ] || grep -q -s ' requirements-dev.lock ' "$venv/.stamp"; then lock=requirements-dev.lock; fi
stamp="$root $lock $(contents_key)"
if [ "$(cat "$venv/.stamp" 2>/dev/null)" = "$stamp" ] && recent_enough "$venv/bin/python"; then exit 0; fi
rm -f "$venv/.stamp"
sound_venv || make_venv
pip_quietly install --upgrade --target "$tools" --require-hashes -r packaging/bootstrap.lock || fail "the installer could not be fetched; the lines above say why."
install_lock
install_landplan
echo "$stamp" >"$venv/.stamp"
