#!/usr/bin/env python3
"""Measures what the simulation has to know of the real binaries, in short runs on this machine:

    deploy/scaling/measure.py .build/release/bin [--load-seconds 10] [--fetch-seconds 60]

Start-up until ready, memory at rest, processor time of a call, and what scoring processes ask of records. Processor
time comes from /proc, so that a client or a neighbour on the same cores changes it little. Calls come from h2load
(Debian's nghttp2-client); the rest needs nothing but Python. Prints one line of JSON.
"""

import argparse
import collections
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import struct
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
STARTS = 5
WARM_SECONDS = 2
SETTLE_SECONDS = 2.0
LEAST_ANSWER_BYTES = 100


class Program:
    """One service on a free port of loopback, with its log in a file."""

    def __init__(self, folder, name, binary, arguments, log_level="info"):
        self.log = folder / f"{name}.log"
        port_file = folder / f"{name}.port"
        port_file.unlink(missing_ok=True)
        self.started = time.time()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [binary, "--listen", "127.0.0.1:0", "--port-file", port_file, "--drain-delay", "0s",
                 "--log-level", log_level, *arguments],
                stdout=log, stderr=subprocess.STDOUT)
        self.ready_after = self._wait_until_ready() - self.started
        self.address = f"127.0.0.1:{port_file.read_text().strip()}"

    def _wait_until_ready(self):
        give_up = time.monotonic() + 20
        while time.monotonic() < give_up and self.process.poll() is None:
            for event in self.events("readiness_changed"):
                if event["ready"]:
                    return datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00")).timestamp()
            time.sleep(0.01)
        raise SystemExit(f"{self.log} never says that the service is ready")

    def events(self, event):
        lines = (json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{"))
        return [line for line in lines if line.get("event") == event]

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(40)


class Site:
    """One records process with the shipped quizzes, and scoring processes as they are asked for."""

    def __init__(self, bin_folder, folder):
        self.bin, self.folder, self.programs = bin_folder, folder, []

    def records(self, *arguments, log_level="info"):
        data = self.folder / "records"
        self._ctl("store", "migrate", "--data-dir", data)
        return self._start("records", "ladder-records", ["--data-dir", data, *arguments], log_level)

    def publish(self, records):
        for quiz in sorted((ROOT / "records-service/quizzes").glob("*.textproto")):
            self._ctl("--records", records.address, "quiz", "publish", "--activate", quiz)

    def scoring(self, records, name="scoring", *arguments):
        return self._start(name, "ladder-scoring", ["--records", records.address, *arguments])

    def redis(self):
        port = 20000 + os.getpid() % 10000
        process = subprocess.Popen(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                                    "--appendonly", "no", "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        self.programs.append(process)
        time.sleep(1)
        return f"127.0.0.1:{port}"

    def close(self):
        for program in reversed(self.programs):
            if isinstance(program, Program):
                program.stop()
            else:
                program.terminate()
                program.wait(10)

    def _start(self, name, binary, arguments, log_level="info"):
        program = Program(self.folder, name, self.bin / binary, arguments, log_level)
        self.programs.append(program)
        return program

    def _ctl(self, *arguments):
        subprocess.run([self.bin / "ladderctl", *arguments], check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def new_site(bin_folder):
    with tempfile.TemporaryDirectory(prefix="ladder-measure-") as folder:
        site = Site(bin_folder, pathlib.Path(folder))
        try:
            yield site
        finally:
            site.close()


def start_up_and_memory(bin_folder):
    with new_site(bin_folder) as site:
        records = site.records()
        site.publish(records)
        records_starts, scoring_starts = [], []
        for _ in range(STARTS):
            records.stop()
            records = site.records()
            records_starts.append(records.ready_after)
            scoring = site.scoring(records)
            scoring_starts.append(scoring.ready_after)
            time.sleep(SETTLE_SECONDS / STARTS)
            scoring.stop()
        scoring = site.scoring(records)
        time.sleep(SETTLE_SECONDS)
        return {
            "records_ready_ms": round(statistics.median(records_starts) * 1000),
            "scoring_ready_ms": round(statistics.median(scoring_starts) * 1000),
            "records_rest_mib": round(records.memory_mib()),
            "scoring_rest_mib": round(scoring.memory_mib()),
        }


def sample_request(folder, record):
    """deploy/local/sample.json, as a gRPC message."""
    sample = json.loads((ROOT / "deploy/local/sample.json").read_text())
    text = [f'quiz: "{sample["quiz"]}"']
    text += [f'answers {{ item: "{a["item"]}" option: "{a["option"]}" }}' for a in sample["answers"]]
    if record:
        text.append('record { parent: "%(parent)s" request_id: "%(request_id)s" }' % sample["record"])
    message = subprocess.run(
        ["protoc", f"-I{ROOT / 'proto'}", "--encode=ladder.scoring.v1.ScoreRequest",
         "ladder/scoring/v1/scoring_service.proto"],
        input="\n".join(text).encode(), stdout=subprocess.PIPE, check=True).stdout
    path = folder / "request.bin"
    path.write_bytes(struct.pack(">BI", 0, len(message)) + message)
    return path


def load(address, body, connections, seconds):
    """Calls answered in that time. h2load sees no grpc-status, but a refused call has no body."""
    out = subprocess.run(
        ["h2load", "-D", str(seconds), "-c", str(connections), "-m", "64", "-t", "1", "-d", body,
         "-H", "content-type: application/grpc", "-H", "te: trailers",
         f"http://{address}/ladder.scoring.v1.ScoringService/Score"],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    answered = int(re.search(r"requests: .* (\d+) succeeded", out)[1])
    bytes_of_bodies = int(re.search(r"\((\d+)\) data", out)[1])
    if bytes_of_bodies < answered * LEAST_ANSWER_BYTES:
        raise SystemExit(f"calls were refused:\n{out}")
    return answered


def cost_of_a_call(bin_folder, seconds):
    """Processor time of scoring for a Score that is not recorded, all within the time of the load."""
    with new_site(bin_folder) as site:
        records = site.records()
        site.publish(records)
        scoring = site.scoring(records)
        body = sample_request(site.folder, record=False)
        load(scoring.address, body, 4, WARM_SECONDS)
        before, since = scoring.processor_seconds(), time.monotonic()
        calls = load(scoring.address, body, 4, seconds)
        used, took = scoring.processor_seconds() - before, time.monotonic() - since
        return {"score_us": round(used / calls * 1e6, 1), "score_calls_per_s": round(calls / took),
                "scoring_loaded_mib": round(scoring.memory_mib())}


def cost_of_a_recorded_call(bin_folder):
    """The same where every call is recorded: the made-up population, scored one call a row."""
    with new_site(bin_folder) as site:
        records = site.records()
        site.publish(records)
        scoring = site.scoring(records)
        before = scoring.processor_seconds(), records.processor_seconds(), time.monotonic()
        out = subprocess.run(
            [site.bin / "ladderctl", "--scoring", scoring.address, "--records", records.address, "demo", "population",
             "--seed", "1"], stdout=subprocess.PIPE, text=True, check=True).stdout
        took = time.monotonic() - before[2]
        rows = int(re.search(r"(\d+) recorded, 0 recorded before, 0 failed", out)[1])
        result = {"recorded_scoring_us": round((scoring.processor_seconds() - before[0]) / rows * 1e6, 1),
                  "recorded_records_us": round((records.processor_seconds() - before[1]) / rows * 1e6, 1),
                  "recorded_rows_per_s": round(rows / took), "recorded_rows": rows,
                  "records_loaded_mib": round(records.memory_mib())}
        records.stop()
        stored = sum(file.stat().st_size for file in (site.folder / "records").iterdir())
        return result | {"bytes_of_a_row": round(stored / rows)}


def calls_to_records(bin_folder, replicas, with_redis, seconds):
    """What `replicas` scoring processes ask of records: while they start, and then at rest."""
    with new_site(bin_folder) as site:
        redis = ["--redis", site.redis()] if with_redis else []
        records = site.records(*redis, log_level="debug")
        site.publish(records)
        first = site.scoring(records, "scoring0", *redis)  # Fills Redis, where there is one.
        time.sleep(SETTLE_SECONDS)

        def asked():
            methods = (event["method"].rsplit("/", 1)[1] for event in records.events("call_ended"))
            return collections.Counter(methods)

        before = asked()
        first.stop()
        for number in range(replicas):
            site.scoring(records, f"scoring{number + 1}", *redis)
        time.sleep(SETTLE_SECONDS)
        started = asked()
        time.sleep(seconds)
        rest = asked()
        return {
            "replicas": replicas, "redis": with_redis,
            "while_starting": {name: started[name] - before[name] for name in ("ListQuizzes", "GetVersion")},
            "lists_a_minute": round((rest["ListQuizzes"] - started["ListQuizzes"]) / seconds * 60, 1),
            "versions_at_rest": rest["GetVersion"] - started["GetVersion"],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of ladder-scoring, ladder-records and ladderctl")
    parser.add_argument("--load-seconds", type=int, default=10)
    parser.add_argument("--fetch-seconds", type=int, default=60)
    arguments = parser.parse_args()
    for program in ("h2load", "protoc", "redis-server"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is missing: apt-get install nghttp2-client protobuf-compiler redis-server")
    bin_folder = arguments.bin.resolve()
    result = start_up_and_memory(bin_folder)
    result |= cost_of_a_call(bin_folder, arguments.load_seconds)
    result |= cost_of_a_recorded_call(bin_folder)
    result["fetches"] = [calls_to_records(bin_folder, replicas, redis, arguments.fetch_seconds)
                         for replicas, redis in ((1, False), (4, False), (1, True), (4, True))]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
