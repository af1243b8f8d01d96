"""Queues: a first-come-first-served one with servers and deadlines, one that commits batches, and Erlang's formula that
the first one is held against.

Both take calls in the order of their times and say at once when each will have been answered, which for such queues
needs no events.
"""

import collections
import heapq
import math


def erlang_c(servers, load):
    """The share of calls that have to wait in M/M/c; `load` is arrival rate times service time, below `servers`."""
    term, total = 1.0, 1.0
    for n in range(1, servers):
        term *= load / n
        total += term
    last = term * load / servers * servers / (servers - load)
    return last / (total + last)


def mean_wait(servers, arrivals_per_s, service_s):
    """The mean time that calls wait in M/M/c, seconds."""
    load = arrivals_per_s * service_s
    return erlang_c(servers, load) * service_s / (servers - load)


def wait_quantile(servers, arrivals_per_s, service_s, quantile):
    """The wait that the share `quantile` of calls stays below in M/M/c, seconds."""
    load = arrivals_per_s * service_s
    waiting = erlang_c(servers, load)
    return max(0.0, math.log(waiting / (1 - quantile)) * service_s / (servers - load))


class ServerQueue:
    """First come, first served, by `servers` equal servers. A call whose turn does not come before its deadline leaves,
    and costs `expired_share` of a service, since a server reads a call before it sees that nobody waits for it. A call
    whose turn came in time is answered: a service is short beside a deadline."""

    def __init__(self, servers, expired_share=0.0):
        self._free_at = [0.0] * servers
        self._expired_share = expired_share
        self.assigned_s = 0.0

    def arrive(self, at_s, service_s, deadline_s=math.inf):
        """When the call will have been served; None where its deadline comes first."""
        start = max(at_s, self._free_at[0])
        expires = start - at_s > deadline_s
        taken = service_s * (self._expired_share if expires else 1.0)
        heapq.heapreplace(self._free_at, start + taken)
        self.assigned_s += taken
        return None if expires else start + service_s

    def worked_s(self, now_s):
        """Processor seconds used until now."""
        return self.assigned_s - sum(max(0.0, free - now_s) for free in self._free_at)


class BatchQueue:
    """One server that takes all that waits, up to `batch_rows`, for `batch_s` and `row_s` for each row."""

    def __init__(self, batch_rows, batch_s, row_s, most_waiting_rows):
        self._batch_rows, self._batch_s, self._row_s = batch_rows, batch_s, row_s
        self._most_waiting_rows = most_waiting_rows
        self._waiting = collections.deque()  # (time, deadline, rows, call)
        self._waiting_rows = 0
        self._free_at = 0.0

    @property
    def waiting_rows(self):
        return self._waiting_rows

    def left(self):
        """The calls that still wait."""
        return [call for _, _, _, call in self._waiting]

    def arrive(self, at_s, deadline_at_s, rows, call):
        """False where too much waits already. Calls come in the order of their times, and `run` comes before them."""
        if self._waiting_rows + rows > self._most_waiting_rows:
            return False
        self._waiting.append((at_s, deadline_at_s, rows, call))
        self._waiting_rows += rows
        return True

    def run(self, until_s):
        """Yields (call, time of the commit) for every batch that starts before `until_s`; None for what waited beyond
        its deadline and was never sent."""
        while self._waiting:
            start = max(self._free_at, self._waiting[0][0])
            if start >= until_s:
                return
            batch, batch_rows = [], 0
            while self._waiting and self._waiting[0][0] <= start:
                _, deadline_at_s, rows, call = self._waiting[0]
                if batch and batch_rows + rows > self._batch_rows:
                    break
                self._waiting.popleft()
                self._waiting_rows -= rows
                if start > deadline_at_s:
                    yield call, None
                    continue
                batch.append((call, deadline_at_s))
                batch_rows += rows
            if batch:
                self._free_at = start + self._batch_s + batch_rows * self._row_s
                for call, deadline_at_s in batch:
                    yield call, self._free_at if self._free_at <= deadline_at_s else None
