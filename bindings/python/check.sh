#!/usr/bin/env bash
# Builds the Python wheel, installs it in a fresh virtual environment, and checks it: style, types, tests, pages, notebook.
#
# usage: bindings/python/check.sh [--release | --tools] FOLDER
#
# FOLDER gets the environment and the wheel. Without python3 or a package index it says so, and passes. The binary that
# results are compared with is $CONCERTINA_BIN, or the one that cargo built last. --tools makes the environment alone, for
# the next check: that waits for the network, and something else can be compiled meanwhile.
set -euo pipefail

usage() {
    echo "usage: bindings/python/check.sh [--release | --tools] FOLDER" >&2
    exit 2
}

profile=dev
only_tools=false
folder=
for argument in "$@"; do
    case "$argument" in
    --release) profile=release ;;
    --tools) only_tools=true ;;
    -*) usage ;;
    *) [[ -z "$folder" ]] || usage; folder="$argument" ;;
    esac
done
[[ -n "$folder" ]] || usage

skip() {
    echo "== python: skipped, $1"
    exit 0
}

stage() {
    local name="$1" start="$SECONDS"
    shift
    echo "== python: $name"
    "$@"
    echo "== python: $name: $((SECONDS - start)) s"
}

command -v python3 >/dev/null || skip "there is no python3"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || skip "python3 is older than 3.10"
python3 -c 'import ensurepip, venv' 2>/dev/null || skip "python3 has no venv"

mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")"
root="$(cd ../.. && pwd)"
bin="$folder/venv/bin"

install_tools() {
    "$bin/python" -m pip install --quiet --no-compile --disable-pip-version-check --retries 2 \
        "maturin>=1.16,<2" "mypy==2.4.*" "ruff==0.17.*" ipykernel nbclient nbformat numpy pytest scikit-learn
}

# A fresh environment is for one check.
made="$folder/environment-is-fresh"
if [[ ! -f "$made" ]]; then
    # Whatever an earlier run left would hide what the wheel lacks.
    rm -rf "$folder/venv"
    stage "environment" python3 -m venv "$folder/venv"
    start="$SECONDS"
    install_tools || skip "the package index cannot be had"
    echo "== python: tools: $((SECONDS - start)) s"
    touch "$made"
fi
if "$only_tools"; then
    exit 0
fi
rm -rf "$made" "$folder/wheel"

build() {
    local options=(--locked --interpreter "$bin/python" --out "$folder/wheel")
    [[ "$profile" == dev ]] || options+=(--release)
    # For this machine: a wheel for others is built where old systems are at hand.
    [[ "$(uname)" != Linux ]] || options+=(--compatibility linux)
    "$bin/maturin" build --quiet "${options[@]}"
    ls -l "$folder/wheel" | awk 'NR > 1 { print $9 ": " $5 " bytes" }'
}
stage "wheel ($profile)" build
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$folder"/wheel/*.whl

if [[ -z "${CONCERTINA_BIN:-}" ]]; then
    built="${CARGO_TARGET_DIR:-$root/target}/debug/concertina"
    # A copy: another build may put its own in its place meanwhile.
    if [[ -x "$built" ]]; then
        cp "$built" "$folder/concertina"
        export CONCERTINA_BIN="$folder/concertina"
    fi
fi

stage "ruff" "$bin/ruff" check --no-cache .
stage "ruff format" "$bin/ruff" format --no-cache --check .
export MYPY_CACHE_DIR="$folder/mypy"
stage "mypy" "$bin/mypy" py_src
# What is installed, not what lies here.
stage "stubtest" "$bin/python" -m mypy.stubtest concertina --ignore-missing-stub --mypy-config-file pyproject.toml
stage "tests" "$bin/python" -m pytest -q -rs -p no:cacheprovider --durations=5
echo "== python: all in order: $SECONDS s"
