#!/usr/bin/env bash
# Prepares this folder so that `make demo`, `make start` (level: run) or `make test` (level: test) can work.
#   deploy/setup.sh run     Python, .venv and the locked packages of the product
#   deploy/setup.sh test    the same, and what the tests need: locked test packages, Chromium, PostgreSQL, Redis, LibreOffice, fonts
#   deploy/setup.sh papers  as test, and what turns printed papers into pictures
# Missing system packages are installed when this runs as root on Debian/Ubuntu; otherwise one sentence names the command.
set -euo pipefail

level="${1:-run}"
case "$level" in run | test | papers) ;; *) echo "Cách dùng: deploy/setup.sh run|test|papers" >&2; exit 2 ;; esac

cd "$(dirname "$0")/.."
venv=".venv"

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# ---- system packages -------------------------------------------------------

apt_ready=""
install_system() { # install_system PACKAGE...   true when they are there afterwards
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  export DEBIAN_FRONTEND=noninteractive
  if [ -z "$apt_ready" ]; then
    say "Cập nhật danh mục gói của hệ thống…"
    apt-get update -qq || true # an old list may still do; the install below tells
    apt_ready=yes
  fi
  say "Cài gói hệ thống: $*"
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

as_root() { if [ "$(id -u)" = 0 ]; then printf ''; else printf 'sudo '; fi; }

find_python() { # the newest interpreter that is at least 3.11
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    command -v "$name" >/dev/null || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

can_make_venv() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }

require_python() {
  local version
  python="$(find_python)" || { install_system python3 python3-venv && python="$(find_python)"; } ||
    stop "Cần Python từ 3.11 trở lên; hãy cài bằng: $(as_root)apt-get install python3 python3-venv"
  can_make_venv "$python" && return 0
  version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  install_system "python$version-venv" 2>/dev/null || install_system python3-venv || true
  can_make_venv "$python" ||
    stop "Python thiếu phần tạo môi trường riêng; hãy cài bằng: $(as_root)apt-get install python3-venv"
}

has_chromium() { # the one without a window is the same browser and takes half the time
  command -v chromium-headless-shell || command -v chromium || command -v chromium-browser ||
    command -v google-chrome || command -v google-chrome-stable
}
has_postgres() {
  [ -n "${ANSINH_TEST_POSTGRES_URL:-}" ] || command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ||
    (exec 3<>/dev/tcp/127.0.0.1/5432)
}
has_redis() { command -v redis-server || command -v valkey-server; }
has_office() { command -v soffice || command -v libreoffice; }
has_sheets() { ls /usr/lib/libreoffice/program/libsclo.so; } # workbooks that are papers are printed too
has_atomic() { ls /usr/lib/*/libatomic.so.1; } # the browser's driver is linked against it
has_fonts() {
  ls /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
}

require_for_tests() {
  local missing=()
  has_chromium >/dev/null 2>&1 || install_system chromium-headless-shell 2>/dev/null || missing+=(chromium)
  has_postgres >/dev/null 2>&1 || missing+=(postgresql)
  has_redis >/dev/null 2>&1 || missing+=(redis-server)
  has_atomic >/dev/null 2>&1 || missing+=(libatomic1)
  has_office >/dev/null 2>&1 || missing+=(libreoffice-writer-nogui)
  has_sheets >/dev/null 2>&1 || missing+=(libreoffice-calc-nogui)
  has_fonts >/dev/null 2>&1 || missing+=(fonts-croscore fonts-noto-core)
  [ "${#missing[@]}" -gt 0 ] || return 0
  install_system "${missing[@]}" && return 0
  if [ -n "${CI:-}" ]; then
    stop "Thiếu gói hệ thống cho kiểm thử; hãy cài bằng: $(as_root)apt-get install ${missing[*]}"
  fi
  say "Một số kiểm thử sẽ được bỏ qua; để chạy đủ, hãy cài bằng: $(as_root)apt-get install ${missing[*]}"
}

# ---- Python packages -------------------------------------------------------

lock_of() { case "$1" in run) echo requirements.lock ;; test) echo requirements-dev.lock ;; esac; }

stamp() { # what an installation of level $1 is made from and where, so that a second run has nothing to do
  cksum "$(lock_of "$1")" pyproject.toml
  "$venv/bin/python" -V 2>/dev/null || true
  pwd -P
}

is_fresh() { # the test level holds everything of the run level
  local done_level
  for done_level in "$level" test; do
    [ -f "$venv/.ansinh-$done_level" ] || continue
    [ "$(stamp "$done_level")" = "$(cat "$venv/.ansinh-$done_level")" ] && return 0
  done
  return 1
}

is_usable() { # has pip, and was not moved here from another folder
  "$venv/bin/python" -c 'import pip' 2>/dev/null && grep -qF "$(pwd -P)/$venv" "$venv/bin/activate" 2>/dev/null
}

install_packages() {
  local pip=("$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input)
  if ! is_usable; then
    say "Tạo môi trường Python riêng trong $venv…"
    "$python" -m venv --clear "$venv"
  fi
  say "Cài các thư viện đã khóa phiên bản ($(lock_of "$level")); lần đầu mất một đến hai phút…"
  # the lock names every package: nothing is left to resolve, and older pip stumbles over extras when it tries
  "${pip[@]}" --no-deps --require-hashes -r "$(lock_of "$level")" && "${pip[@]}" --no-deps --no-build-isolation -e . ||
    stop "Không cài được thư viện (xem dòng lỗi ở trên); kiểm tra mạng hoặc máy chủ gói của đơn vị rồi chạy lại."
  stamp "$level" >"$venv/.ansinh-$level"
}

if [ "$level" = papers ]; then
  command -v pdftoppm >/dev/null || install_system poppler-utils ||
    stop "Cần pdftoppm để làm ảnh; hãy cài bằng: $(as_root)apt-get install poppler-utils"
  level=test
fi
[ "$level" = run ] || require_for_tests
is_fresh && exit 0
require_python
install_packages
say "Đã sẵn sàng."
