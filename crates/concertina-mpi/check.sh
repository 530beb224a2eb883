#!/usr/bin/env bash
# Builds the program with MPI and checks what it promises: one hash of the model for any number of processes, also after
# one of them was killed.
#
# usage: crates/concertina-mpi/check.sh [--release] [--build | --built] [--kills N] [--all] FOLDER
#
# FOLDER gets the program and the runs. Without mpirun, mpicc or libclang it says so, and passes; MPIRUN and MPICC name
# those of another MPI. --kills is how often a process is killed (default 2). --all trains more recipes, some of which
# take minutes. --build makes the program alone, and --built tries what was made so: beside other builds, which it would
# hold up.
set -euo pipefail

usage() {
    echo "usage: crates/concertina-mpi/check.sh [--release] [--build | --built] [--kills N] [--all] FOLDER" >&2
    exit 2
}

profile=dev
only_build=false
is_built=false
kills=2
# One of images and one of music: what else recipes do in groups, the library's own tests try.
recipes=(conv-ae melody-vae)
folder=
while [[ $# -gt 0 ]]; do
    case "$1" in
    --release) profile=release ;;
    --build) only_build=true ;;
    --built) is_built=true ;;
    --kills) kills="${2:?}"; shift ;;
    --all) recipes=(conv-ae conv-vae64 dense-vae aae vq-vae melody-vae) ;;
    -*) usage ;;
    *) [[ -z "$folder" ]] || usage; folder="$1" ;;
    esac
    shift
done
[[ -n "$folder" ]] || usage

skip() {
    echo "== mpi: skipped, $1"
    exit 0
}

mpirun="${MPIRUN:-mpirun}"
command -v "$mpirun" >/dev/null && command -v "${MPICC:-mpicc}" >/dev/null || skip "there is no mpirun or no mpicc"
{ ldconfig -p 2>/dev/null | grep -q 'libclang\(-[0-9]*\)\?\.so' || ls /usr/lib/llvm-*/lib/libclang*.so* >/dev/null 2>&1; } ||
    skip "there is no libclang"

mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program="$folder/concertina"
if ! "$is_built"; then
    options=(--locked --package concertina-cli --features mpi)
    [[ "$profile" == dev ]] || options+=(--release)
    cargo build "${options[@]}"
    # The next build without the feature takes its place.
    cp "${CARGO_TARGET_DIR:-target}/$([[ "$profile" == dev ]] && echo debug || echo release)/concertina" "$program"
fi
if "$only_build"; then
    exit 0
fi

# Root in a container, and more processes than cores. MPICH does not mind.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_btl_vader_single_copy_mechanism=none

data_of() {
    case "$1" in
    melody-vae) echo tunes ;;
    *) echo digits ;;
    esac
}

# train N RECIPE RUN EPOCHS [FLAG]...
train() {
    local n="$1" recipe="$2" run="$3" epochs="$4" size=()
    shift 4
    [[ "$recipe" != conv-vae64 ]] || size=(--set data.size=64)
    rm -rf "$run"
    "$mpirun" -n "$n" "$program" train "$(data_of "$recipe")" --quiet --threads 1 --recipe "$recipe" --limit 300 \
        --epochs "$epochs" --set training.shards=4 "${size[@]}" --out "$run" "$@"
}

hash_of() {
    sha256sum <"$1/model.safetensors" | cut -d' ' -f1
}

for recipe in "${recipes[@]}"; do
    hashes=()
    for n in 1 2 4; do
        train "$n" "$recipe" "$folder/$recipe-$n" 2 >/dev/null
        hashes+=("$(hash_of "$folder/$recipe-$n")")
    done
    echo "$recipe: 1, 2 and 4 processes: ${hashes[*]}"
    [[ "${hashes[0]}" == "${hashes[1]}" && "${hashes[0]}" == "${hashes[2]}" ]]
done

# What all processes find is told once.
if told="$("$mpirun" -n 2 "$program" train digits --out "$folder/refused" 2>&1)"; then
    echo "a run without shards was not refused"
    exit 1
fi
[[ "$(grep -c 'error: ' <<<"$told")" == 1 && "$told" == *"--set training.shards=2"* ]] || { echo "$told"; exit 1; }

# SIGTERM to one process stops all of them after the same step, with a checkpoint and without a word of the others.
train 2 conv-ae "$folder/stopped" 100000 >"$folder/stopped.out" 2>&1 &
launcher=$!
until compgen -G "$folder/stopped/checkpoints/step-*" >/dev/null; do sleep 0.05; done
sleep 2
pkill -TERM --newest -f "^$program train .*--out $folder/stopped"
code=0
wait "$launcher" || code=$?
[[ "$code" == 130 ]] || { echo "stopped with $code"; exit 1; }

# A checkpoint every half second, and a process that is killed at some moment: the others end, and the run goes on.
lively=(--set training.checkpoint-minutes=0.008)
epochs=24
expected="$folder/never-killed"
train 1 conv-ae "$expected" "$epochs" "${lively[@]}" >/dev/null
counts=(1 2 4)
run="$folder/killed"
for ((killed = 0; killed < kills; )); do
    n="${counts[RANDOM % 2 + 1]}"
    rm -rf "$run"
    train "$n" conv-ae "$run" "$epochs" "${lively[@]}" >"$folder/killed.out" 2>&1 &
    launcher=$!
    until compgen -G "$run/checkpoints/step-*" >/dev/null; do sleep 0.05; done
    sleep "$((RANDOM % 4)).$((RANDOM % 10))"
    mapfile -t processes < <(pgrep -f "^$program train .*--out $run" || true)
    code=0
    begun="$SECONDS"
    if [[ ${#processes[@]} -eq 0 ]] || ! kill -KILL "${processes[RANDOM % ${#processes[@]}]}" 2>/dev/null; then
        # It had ended before.
        wait "$launcher"
        continue
    fi
    wait "$launcher" || code=$?
    took="$((SECONDS - begun))"
    [[ "$code" -ne 0 && "$took" -le 10 ]] || { echo "ended with $code after $took s"; exit 1; }
    newest="$(basename "$(compgen -G "$run/checkpoints/step-*" | tail -1)")"
    m="${counts[RANDOM % 3]}"
    "$mpirun" -n "$m" "$program" resume "$run" --quiet --threads 1 >/dev/null
    [[ "$(hash_of "$run")" == "$(hash_of "$expected")" ]] || { echo "other bytes"; exit 1; }
    killed="$((killed + 1))"
    echo "kill $killed: one of $n, exit code $code after $took s, resumed by $m at $newest: the same bytes"
done
echo "== mpi: all in order: $SECONDS s"
