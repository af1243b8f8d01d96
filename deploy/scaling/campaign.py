"""A campaign, call by call: arrivals, the autoscaler, pods that start, clients that find them, queues, records.

    result = run(Scenario("both", autoscale=..., ...))

One simulated call stands for `CALLS_AS_ONE` real ones and takes as much longer, which leaves loads, backlogs and
deadlines as they are and makes only the short waits of a queue without backlog longer. Deterministic for a seed.
"""

import dataclasses
import heapq
import math
import random

import hpa
import measured
from fleet import Client, Discovery, Fleet, StartUp
from queueing import BatchQueue

CALLS_AS_ONE = 50


@dataclasses.dataclass(frozen=True)
class Spot:
    """Calls per second: `base`, from `at_s` on within `ramp_s` to `factor` times that, then halving."""

    base_per_s: float = 1000.0
    factor: float = 50.0
    at_s: int = 780
    ramp_s: int = 60
    half_life_s: float = 120.0
    horizon_s: int = 2400

    def rate(self, t):
        extra = self.base_per_s * (self.factor - 1)
        if t < self.at_s:
            return self.base_per_s
        if t < self.at_s + self.ramp_s:
            return self.base_per_s + extra * (t - self.at_s) / self.ramp_s
        return self.base_per_s + extra * 2 ** (-(t - self.at_s - self.ramp_s) / self.half_life_s)


@dataclasses.dataclass(frozen=True)
class Calls:
    """What a call costs. `recorded_share` of them are recorded."""

    cores_of_a_pod: int = 1  # Its limit.
    request_cores: float = 1.0  # What the HPA's share of the processor is a share of.
    service_s: float = measured.SCORE_S
    recording_s: float = measured.RECORDING_S
    recorded_share: float = 0.2
    deadline_s: float = 5.0
    expired_share: float = 0.05
    streams_of_a_connection: int = 100


@dataclasses.dataclass(frozen=True)
class Records:
    """The store behind all pods."""

    rows_per_s: float = measured.POSTGRES_ROWS_PER_S
    batch_s: float = measured.COMMIT_S
    batch_rows: int = 256
    waiting_rows: int = 4096 + 8192


@dataclasses.dataclass(frozen=True)
class Autoscale:
    """The metrics of the HPA and what KEDA adds. A target of 0 is none."""

    min_pods: int = 2
    max_pods: int = 20
    cpu_target: float = 0.6
    calls_target: float = 0.0
    behavior: hpa.Behavior = hpa.Behavior()
    metric_age_s: int = 15
    cpu_window_s: int = 15
    cron_pods: int = 0
    cron_before_s: int = 600
    cron_after_s: int = 900


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    spot: Spot = Spot()
    calls: Calls = Calls()
    records: Records = Records()
    autoscale: Autoscale = Autoscale()
    start_up: StartUp = StartUp()
    discovery: Discovery = Discovery()
    seed: int = 1
    calls_as_one: int = CALLS_AS_ONE


@dataclasses.dataclass
class Second:
    """What became of the calls that arrived in one second, and the fleet in it."""

    arrived: int = 0
    served: int = 0
    failed_scoring: int = 0
    failed_records: int = 0
    waiting: int = 0
    pods: int = 0
    ready: int = 0
    known: float = 0.0  # Pods that a client knows, on average.
    capacity: float = 0.0  # Calls per second of the ready pods.
    records_waiting: int = 0
    waits_s: list = dataclasses.field(default_factory=list)

    @property
    def failed(self):
        return self.failed_scoring + self.failed_records

    def quantile(self, share):
        return quantile(self.waits_s, share)


def quantile(values, share):
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


@dataclasses.dataclass
class Result:
    scenario: Scenario
    seconds: list
    pod_hours: float

    def total(self, field):
        return sum(getattr(second, field) for second in self.seconds)

    def waits(self):
        return [wait for second in self.seconds for wait in second.waits_s]


class _Run:
    def __init__(self, scenario):
        self.scenario = scenario
        self.random = random.Random(scenario.seed)
        calls, autoscale, records = scenario.calls, scenario.autoscale, scenario.records
        self.weight = scenario.calls_as_one
        self.fleet = Fleet(self.random, scenario.start_up, calls.cores_of_a_pod, calls.expired_share)
        self.fleet.scale(0, autoscale.min_pods, at_once=True)
        self.clients = [Client(self.random, scenario.discovery, self.fleet.pods)
                        for _ in range(scenario.discovery.clients)]
        self.records = BatchQueue(records.batch_rows, records.batch_s, 1 / records.rows_per_s, records.waiting_rows)
        self.to_records = []  # Heap of (time, number, second of arrival, arrival, pod).
        self.calls_made = 0
        self.scaler = hpa.Autoscaler(autoscale.behavior, autoscale.min_pods, autoscale.max_pods)
        self.history = {}  # second -> {pod: (processor seconds until then, calls under way)}
        self.now = 0
        self.seconds = [Second() for _ in range(scenario.spot.horizon_s)]

    def run(self):
        for now in range(self.scenario.spot.horizon_s):
            self.now = now
            if now % hpa.SYNC_S == 0:
                self.fleet.scale(now, self.scaler.step(now, len(self.fleet.pods), self.proposals(now)))
            for client in self.clients:
                client.look(now, self.fleet)
            self.arrivals(now)
            self.pass_to_records(now + 1)
            self.end_second(now)
        self.count_what_waits()
        return Result(self.scenario, self.seconds, self.fleet.pod_seconds / 3600)

    def proposals(self, now):
        autoscale = self.scenario.autoscale
        current = len(self.fleet.pods)
        until = now - autoscale.metric_age_s
        since = until - autoscale.cpu_window_s
        before, after = self.history.get(since), self.history.get(until)
        proposals = []
        if before is not None and after is not None:
            measured = [pod for pod in self.fleet.pods if pod in before and pod in after and pod.ready_s <= since]
            if autoscale.cpu_target:
                of_request = autoscale.cpu_window_s * self.scenario.calls.request_cores
                used = [(after[pod][0] - before[pod][0]) / of_request for pod in measured]
                proposals.append(hpa.by_pods(current, used, current - len(measured), autoscale.cpu_target))
            if autoscale.calls_target:
                total = sum(under_way for _, under_way in after.values())
                proposals.append(hpa.by_total(current, total, autoscale.calls_target))
        spot = self.scenario.spot.at_s
        if autoscale.cron_pods and spot - autoscale.cron_before_s <= now < spot + autoscale.cron_after_s:
            proposals.append(hpa.by_total(current, autoscale.cron_pods, 1))
        return proposals or [current if not autoscale.cron_pods else autoscale.min_pods]

    def arrivals(self, now):
        spot = self.scenario.spot
        rate = spot.rate(now + 0.5) / self.weight
        at = now + self.random.expovariate(rate)
        while at < now + 1:
            self.arrive(now, at)
            at += self.random.expovariate(rate)

    def arrive(self, second, at):
        calls, weight = self.scenario.calls, self.weight
        self.seconds[second].arrived += weight
        pod = self.clients[int(self.random.random() * len(self.clients))].pick()
        is_recorded = self.random.random() < calls.recorded_share
        mean_s = calls.service_s + (calls.recording_s if is_recorded else 0.0)
        served = pod.queue.arrive(at, weight * self.random.expovariate(1 / mean_s), calls.deadline_s)
        if served is None:
            self.seconds[second].failed_scoring += weight
            pod.enter(weight, at + calls.deadline_s)
        elif is_recorded:
            pod.under_way += weight
            self.calls_made += 1
            heapq.heappush(self.to_records, (served, self.calls_made, second, at, pod))
        else:
            pod.enter(weight, served)
            self.answer(second, at, served)

    def answer(self, second, at, answered):
        if answered >= self.scenario.spot.horizon_s:
            self.seconds[second].waiting += self.weight
        else:
            self.seconds[second].served += self.weight
            self.seconds[second].waits_s.append(answered - at)

    def pass_to_records(self, until):
        while self.to_records and self.to_records[0][0] < until:
            served, _, second, at, pod = heapq.heappop(self.to_records)
            self.commit(served)
            deadline_at = at + self.scenario.calls.deadline_s
            if not self.records.arrive(served, deadline_at, self.weight, (second, at, pod)):
                self.seconds[second].failed_records += self.weight
                pod.leave_at(served, self.weight)
        self.commit(until)

    def commit(self, until):
        for (second, at, pod), committed in self.records.run(until):
            if committed is None:
                self.seconds[second].failed_records += self.weight
                pod.leave_at(max(at + self.scenario.calls.deadline_s, self.now), self.weight)
            else:
                self.answer(second, at, committed)
                pod.leave_at(max(committed, self.now), self.weight)

    def end_second(self, now):
        second = self.seconds[now]
        self.fleet.end_second(now)
        calls = self.scenario.calls
        most = calls.streams_of_a_connection * len(self.clients)
        self.history[now + 1] = {pod: (pod.queue.worked_s(now + 1), min(pod.under_way, most))
                                 for pod in self.fleet.pods}
        ready = self.fleet.ready(now)
        second.pods, second.ready = len(self.fleet.pods), len(ready)
        second.known = sum(client.known for client in self.clients) / len(self.clients)
        mean_s = calls.service_s + calls.recorded_share * calls.recording_s
        second.capacity = len(ready) * calls.cores_of_a_pod / mean_s
        second.records_waiting = self.records.waiting_rows

    def count_what_waits(self):
        """Calls that are on their way to records or wait there at the end."""
        self.commit(self.scenario.spot.horizon_s)
        for _, _, second, _, _ in self.to_records:
            self.seconds[second].waiting += self.weight
        for second, _, _ in self.records.left():
            self.seconds[second].waiting += self.weight


def run(scenario):
    return _Run(scenario).run()
