#!/usr/bin/env bash
# Tries an archive of `cargo xtask dist` in a root folder that has nothing else: no libraries, no shell, no /tmp of the
# machine. Needs the rights for chroot.
#
# usage: release/smoke.sh ARCHIVE.tar.gz
set -euo pipefail

archive="${1:?usage: release/smoke.sh ARCHIVE.tar.gz}"
(cd "$(dirname "$archive")" && sha256sum --quiet --check "$(basename "$archive").sha256")
root="$(mktemp -d)"
server=
end() {
    [[ -z "$server" ]] || kill "$server" 2>/dev/null || true
    rm -rf "$root"
}
trap end EXIT
tar -xzf "$archive" -C "$root" --strip-components=1
mkdir "$root/tmp" "$root/work"

inside() {
    chroot "$root" /concertina "$@"
}

inside --version
inside train digits --recipe dense-vae --limit 300 --epochs 2 --out /work/run --quiet
inside score /work/run digits --limit 100 --json --quiet >/dev/null
inside sample /work/run -n 4 --seed 1 -o /work/new.png
inside encode /work/run digits --limit 10 -o /work/codes.csv
inside upscale /work/new.png -o /work/large.png
for file in new.png codes.csv large.png run/report.html; do
    [[ -s "$root/work/$file" ]] || { echo "expected $file, found none" >&2; exit 1; }
done

# Not by the function: the shell that runs it would get the signals.
chroot "$root" /concertina serve /work/run --port 0 --quiet >"$root/address" &
server=$!
for _ in $(seq 100); do
    [[ ! -s "$root/address" ]] || break
    sleep 0.1
done
curl -fsS -X POST "$(cat "$root/address")/v1/sample?n=1&seed=1" -o "$root/served.json"
kill -TERM "$server"
wait "$server"
server=
echo "the archive works in an empty root"
