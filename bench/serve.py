#!/usr/bin/env python3
"""`concertina serve` and FastAPI with PyTorch, the same model and the same picture, in turn.

    python3 bench/serve.py RUN PICTURE [--python PYTHON] [--rounds 3] [--seconds 60] [--clients 64]

RUN is a run folder, PICTURE a PNG of the model's size. PYTHON has torch, safetensors, fastapi, uvicorn and pillow. The
load comes from wrk, which is pinned to the first core; the server has the second one. Quotes medians of the rounds.
"""

import argparse
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--binary", default=ROOT / "target/release/concertina")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=64)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        exported = f"{scratch}/pytorch"
        subprocess.run([args.binary, "export", args.run, "--pytorch", exported, "--quiet"], check=True)
        script = pathlib.Path(scratch, "post.lua")
        script.write_text(
            f'local f = io.open("{args.picture.resolve()}", "rb")\nwrk.method = "POST"\nwrk.body = f:read("*a")\n'
            'wrk.headers["Content-Type"] = "image/png"\n'
        )
        servers = {
            "concertina": ([args.binary, "serve", args.run, "--port", "8090", "--quiet", "--threads", "1"], 8090, {}),
            "fastapi": (
                [args.python, "-m", "uvicorn", "--app-dir", ROOT / "bench/peers", "serve_fastapi:app", "--port", "8091",
                 "--log-level", "warning"],
                8091, {"MODEL": exported},
            ),
        }
        found = {name: [] for name in servers}
        for _ in range(args.rounds):
            for name, (command, port, env) in servers.items():
                measured = measure(command, port, env, script, args)
                print(name, measured, flush=True)
                found[name].append(measured)
        for name, rounds in found.items():
            print(f"{name:<12}" + "".join(
                f" {key} {statistics.median(r[key] for r in rounds):.2f}" for key in rounds[0]))
        rate = {name: statistics.median(r["per_second"] for r in rounds) for name, rounds in found.items()}
        print(f"ratio {rate['concertina'] / rate['fastapi']:.2f}")


def measure(command, port, env, script, args):
    server = subprocess.Popen(["taskset", "-c", "1", *map(str, command)], env={**os.environ, **env},
                              stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/v1/encode"
        wait(url, args.picture)
        before = memory(server.pid)
        report = subprocess.run(
            ["taskset", "-c", "0", "wrk", "-t1", f"-c{args.clients}", f"-d{args.seconds}s", "--latency", "-s", script, url],
            check=True, capture_output=True, text=True).stdout
        after = memory(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    errors = re.search(r"Socket errors: (.*)", report)
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1]),
        "p50_ms": milliseconds(report, "50%"),
        "p99_ms": milliseconds(report, "99%"),
        "failed": int(bad[1]) if bad else 0 + (errors is not None),
        "mib_before": before, "mib_after": after,
    }


def milliseconds(report, percentile):
    number, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", report).groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def memory(pid):
    """Resident MiB."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def wait(url, picture):
    for _ in range(300):
        try:
            request = urllib.request.Request(url, picture.read_bytes(), {"Content-Type": "image/png"})
            urllib.request.urlopen(request).read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nobody answers at {url}")


main()
