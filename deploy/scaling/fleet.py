"""Pods that start and end, and the clients that find them.

A pod is scheduled, pulled, started, ready, and then in the endpoints. A gRPC client learns of it only when it resolves
the name again: after one of its connections was closed by age (max_connection_age), at most every 30 s, and with what
DNS still holds. A gateway that watches the endpoints learns of it at once.
"""

import dataclasses
import math

from queueing import ServerQueue

# gRPC closes a connection at its age with this much jitter.
AGE_JITTER = 0.1


@dataclasses.dataclass(frozen=True)
class StartUp:
    """From the moment that a pod is created until it is in the endpoints, seconds; each part uniform from least to
    most."""

    schedule_s: tuple = (0.5, 1.5)
    pull_s: tuple = (2.0, 5.0)  # 20 MB compressed; 0 where the node has the image.
    start_s: tuple = (0.5, 1.5)  # The container; the process itself needs 0.04 s.
    probe_s: tuple = (0.0, 5.0)  # The readiness probe's period.
    endpoints_s: tuple = (0.5, 1.5)

    def draw(self, random):
        return sum(random.uniform(*part) for part in dataclasses.astuple(self))


@dataclasses.dataclass(frozen=True)
class Discovery:
    """How clients find pods. `gateway`: through a proxy that watches the endpoints, `gateway_s` late."""

    clients: int = 20
    gateway: bool = False
    gateway_s: float = 1.0
    max_connection_age_s: float = 300.0
    between_resolutions_s: float = 30.0
    dns_ttl_s: float = 30.0


class Pod:
    def __init__(self, number, created_s, ready_s, cores, expired_share):
        self.number, self.created_s, self.ready_s = number, created_s, ready_s
        self.ended_s = None
        self.queue = ServerQueue(cores, expired_share)
        self.under_way = 0
        self._leaving = {}  # second -> calls that are answered or given up in it

    def enter(self, calls, leaves_at_s):
        self.under_way += calls
        self.leave_at(leaves_at_s, calls)

    def leave_at(self, at_s, calls):
        second = int(at_s)
        self._leaving[second] = self._leaving.get(second, 0) + calls

    def end_second(self, second):
        self.under_way -= self._leaving.pop(second, 0)


class Fleet:
    def __init__(self, random, start_up, cores, expired_share):
        self._random, self._start_up, self._cores, self._expired_share = random, start_up, cores, expired_share
        self._number = 0
        self.pods = []  # That exist, ready or not, the oldest first.
        self.ended = []
        self.pod_seconds = 0.0

    def scale(self, now_s, replicas, at_once=False):
        """Creates pods or ends the youngest, whose calls under way finish."""
        while len(self.pods) < replicas:
            ready_s = -math.inf if at_once else now_s + self._start_up.draw(self._random)
            self.pods.append(Pod(self._number, now_s, ready_s, self._cores, self._expired_share))
            self._number += 1
        while len(self.pods) > replicas:
            pod = self.pods.pop()
            pod.ended_s = now_s
            self.ended.append(pod)

    def ready(self, at_s):
        return [pod for pod in self.pods if pod.ready_s <= at_s]

    def end_second(self, second):
        self.pod_seconds += len(self.pods)
        for pod in self.pods:
            pod.end_second(second)


class Client:
    """Calls go round the pods that it knows."""

    def __init__(self, random, discovery, pods):
        self._random, self._discovery = random, discovery
        self._next = random.randrange(1000)
        self._resolved_s = -discovery.between_resolutions_s
        self._asks_since = None
        # A client that has run for long has connections of any age.
        self._expires = {pod: random.uniform(0, discovery.max_connection_age_s) for pod in pods}
        self._known = list(pods)

    def look(self, now_s, fleet):
        """What a second brings: connections that end, names that are resolved."""
        if self._discovery.gateway:
            self._known = fleet.ready(now_s - self._discovery.gateway_s)
            return
        ended = [pod for pod, expires in self._expires.items() if expires <= now_s or pod.ended_s is not None]
        if ended:
            self._asks_since = now_s if self._asks_since is None else self._asks_since
            for pod in ended:
                del self._expires[pod]
                if pod.ended_s is None:
                    self._connect(pod, now_s)
            self._known = list(self._expires)
        if self._asks_since is not None and now_s >= self._resolved_s + self._discovery.between_resolutions_s:
            self._resolve(now_s, fleet)

    @property
    def known(self):
        return len(self._known)

    def pick(self):
        self._next += 1
        return self._known[self._next % len(self._known)]

    def _resolve(self, now_s, fleet):
        self._resolved_s, self._asks_since = now_s, None
        answer_from_s = now_s - self._random.uniform(0, self._discovery.dns_ttl_s)
        for pod in fleet.ready(answer_from_s):
            if pod not in self._expires:
                self._connect(pod, now_s)
        self._known = list(self._expires)

    def _connect(self, pod, now_s):
        age = self._discovery.max_connection_age_s * self._random.uniform(1 - AGE_JITTER, 1 + AGE_JITTER)
        self._expires[pod] = now_s + age
