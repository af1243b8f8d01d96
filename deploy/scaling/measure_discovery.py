#!/usr/bin/env python3
"""Measures how long real gRPC clients take to find a second pod behind a headless name, and prints what fleet.py says
of the same:

    deploy/scaling/measure_discovery.py .build/release/bin [--age 30]

Two servers on one port of 127.0.0.1 and 127.0.0.2, and a name in an /etc/hosts of this program's own (a mount
namespace, so it wants root). At first the name has one address; then the second joins. Wants python3-grpcio.
"""

import argparse
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

import fleet

NAME = "ladder-pods"
CLIENTS = 20
CONFIG = '{"loadBalancingConfig": [{"round_robin": {}}]}'
# Only records answers it, so a client that gets an answer has found the second server.
METHOD = "/ladder.records.v1.QuizService/ListQuizzes"
SIMULATED_RUNS = 200


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, port):
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex((address, port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit(f"nothing listens on {address}:{port}")


def finds(call, grpc):
    """Whether one of two calls in a row, which go round the known servers, reached the second."""
    for _ in range(2):
        try:
            call(b"", timeout=2)
            return True
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.UNAVAILABLE):
                raise
    return False


def measured(bin_folder, age_s, folder):
    """Seconds until each client found the second server."""
    import grpc  # pylint: disable=import-outside-toplevel

    hosts, port = folder / "hosts", free_port()
    hosts.write_text(f"127.0.0.1 localhost\n127.0.0.1 {NAME}\n")
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    subprocess.run([bin_folder / "ladderctl", "store", "migrate", "--data-dir", folder / "records"], check=True,
                   stdout=subprocess.DEVNULL)
    common = ["--max-connection-age", f"{age_s}s", "--drain-delay", "0s", "--log-level", "error"]
    second = subprocess.Popen([bin_folder / "ladder-records", "--listen", f"127.0.0.2:{port}", "--data-dir",
                               folder / "records", *common])
    first = subprocess.Popen([bin_folder / "ladder-scoring", "--listen", f"127.0.0.1:{port}", "--records",
                              f"127.0.0.2:{port}", *common])
    try:
        wait_for("127.0.0.1", port)
        wait_for("127.0.0.2", port)
        options = [("grpc.service_config", CONFIG), ("grpc.use_local_subchannel_pool", 1)]
        calls = []
        for _ in range(CLIENTS):  # Spread over one age, as clients are that came by and by.
            channel = grpc.insecure_channel(f"dns:///{NAME}:{port}", options=options)
            calls.append(channel.unary_unary(METHOD))
            if finds(calls[-1], grpc):
                raise SystemExit("a client knows the second server from the start")
            time.sleep(age_s / CLIENTS)
        hosts.write_text(hosts.read_text() + f"127.0.0.2 {NAME}\n")
        joined, found = time.monotonic(), {}
        while len(found) < CLIENTS and time.monotonic() < joined + 3 * age_s + 60:
            for number, call in enumerate(calls):
                if number not in found and finds(call, grpc):
                    found[number] = time.monotonic() - joined
            time.sleep(0.5)
        return list(found.values())
    finally:
        for process in (first, second):
            process.terminate()
            process.wait(40)


def simulated(age_s):
    """The same by fleet.py, over many runs; the hosts file is never stale."""
    found = []
    for seed in range(SIMULATED_RUNS):
        draw = random.Random(seed)
        pods = fleet.Fleet(draw, fleet.StartUp(*[(0.0, 0.0)] * 5), 1, 0.0)
        pods.scale(0, 1, at_once=True)
        client = fleet.Client(draw, fleet.Discovery(max_connection_age_s=age_s, dns_ttl_s=0.0), pods.pods)
        for now in range(20 * age_s):
            if now == 10 * age_s:
                pods.scale(now, 2)
            client.look(now, pods)
            if client.known == 2:
                found.append(now - 10 * age_s)
                break
    return found


def text(found):
    return f"mean {sum(found) / len(found):.0f} s, last {max(found):.0f} s, of {len(found)} clients"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of ladder-scoring, ladder-records and ladderctl")
    parser.add_argument("--age", type=int, default=30, help="max_connection_age, seconds")
    arguments = parser.parse_args()
    if os.environ.get("LADDER_OWN_MOUNTS") != "1":
        os.environ["LADDER_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory(prefix="ladder-discovery-") as folder:
        print("measured: ", text(measured(arguments.bin.resolve(), arguments.age, pathlib.Path(folder))), flush=True)
    print("simulated:", text(simulated(arguments.age)))


if __name__ == "__main__":
    main()
