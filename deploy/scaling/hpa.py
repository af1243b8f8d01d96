"""The control loop of Kubernetes' HorizontalPodAutoscaler, as its documentation has it (autoscaling/v2).

    scaler = Autoscaler(Behavior(), min_replicas=2, max_replicas=20)
    replicas = scaler.step(now_s=15, current=2, proposals=[by_pods(2, [0.9, 0.9], 0, 0.6)])

Knows neither pods nor queues: values of metrics in, a number of replicas out.
"""

import dataclasses
import math

SYNC_S = 15
TOLERANCE = 0.1
# Binary floating point puts 3 * (0.6 / 0.6) a hair above 3 at times, and ceil() would make a pod of it.
ROUNDING = 1e-9


@dataclasses.dataclass(frozen=True)
class Policy:
    """At most `value` pods, or percent of what there was, in `period_s`."""

    kind: str  # "Pods" or "Percent"
    value: int
    period_s: int


@dataclasses.dataclass(frozen=True)
class Rules:
    """One direction of `spec.behavior`. `select` is "Max", "Min" or "Disabled"."""

    policies: tuple
    window_s: int
    select: str = "Max"


@dataclasses.dataclass(frozen=True)
class Behavior:
    """The defaults are those of Kubernetes."""

    up: Rules = Rules((Policy("Percent", 100, 15), Policy("Pods", 4, 15)), window_s=0)
    down: Rules = Rules((Policy("Percent", 100, 15),), window_s=300)


def _ceil(value):
    return math.ceil(value - ROUNDING)


def _is_tolerated(ratio):
    return abs(ratio - 1) <= TOLERANCE + ROUNDING


def by_pods(current, values, without_value, target):
    """Resource and Pods metrics. `values` of pods that are ready, `without_value` pods that are not: those count as 0
    where the others ask for more, and not at all where they ask for less."""
    if not values:
        return current
    ratio = sum(values) / len(values) / target
    if without_value == 0 or ratio <= 1:
        return current if _is_tolerated(ratio) else _ceil(ratio * len(values))
    pods = len(values) + without_value
    careful = sum(values) / pods / target
    if _is_tolerated(careful) or careful < 1:
        return current
    return max(current, _ceil(careful * pods))


def by_total(current, total, target):
    """External metrics with AverageValue, which is what KEDA makes of its triggers."""
    if current and _is_tolerated(total / (target * current)):
        return current
    return _ceil(total / target)


class Autoscaler:
    """What the controller remembers between two looks: recommendations for the windows, changes for the policies."""

    def __init__(self, behavior, min_replicas, max_replicas):
        self.behavior, self.min_replicas, self.max_replicas = behavior, min_replicas, max_replicas
        self._recommended = []  # (time, replicas)
        self._changes = []  # (time, pods added; negative: removed)

    def step(self, now_s, current, proposals):
        """The replicas from now on. With several metrics the largest proposal counts."""
        stable = self._stabilized(now_s, current, max(proposals))
        if stable > current:
            wanted = min(stable, max(current, self._limit(now_s, current, self.behavior.up, +1)))
        elif stable < current:
            wanted = max(stable, min(current, self._limit(now_s, current, self.behavior.down, -1)))
        else:
            wanted = current
        wanted = min(max(wanted, self.min_replicas), self.max_replicas)
        if wanted != current:
            self._changes.append((now_s, wanted - current))
        return wanted

    def _stabilized(self, now_s, current, proposal):
        """Up: no more than the least, down: no less than the most that was recommended within the window."""
        up_s, down_s = self.behavior.up.window_s, self.behavior.down.window_s
        self._recommended = [(at, n) for at, n in self._recommended if at > now_s - max(up_s, down_s)]
        lowest = min([n for at, n in self._recommended if at > now_s - up_s] + [proposal])
        highest = max([n for at, n in self._recommended if at > now_s - down_s] + [proposal])
        self._recommended.append((now_s, proposal))
        return min(max(current, lowest), highest)

    def _limit(self, now_s, current, rules, sign):
        if rules.select == "Disabled":
            return current
        limits = []
        for policy in rules.policies:
            at_start = current - sum(added for at, added in self._changes if at > now_s - policy.period_s)
            if policy.kind == "Pods":
                limits.append(at_start + sign * policy.value)
            elif sign > 0:
                limits.append(_ceil(at_start * (1 + policy.value / 100)))
            else:
                limits.append(int(at_start * (1 - policy.value / 100)))
        widest = (sign > 0) == (rules.select == "Max")
        return max(limits) if widest else min(limits)
