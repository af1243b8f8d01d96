"""What a rate of calls takes: pods, cores, memory, and how far each shared part is from what was measured of it."""

import dataclasses
import math

import measured

TARGET = 0.6  # Of what a core or a store was measured to take.
RECORDED_SHARE = 0.2
LEAST_PODS = 2
LEAST_REQUEST_CORES = 0.1
SCORING_MEMORY_MIB = 128  # A pod's request: four times what it was seen to use.
RECORDS_MEMORY_MIB = 256
POSTGRES_MEMORY_MIB = 4096
REDIS_MEMORY_MIB = 96
REDIS_CORES = 0.1
SQLITE_LEAST_CORES = 0.1
POSTGRES_LEAST_CORES = 0.5
POSTGRES_INSTANCES = 3
# Up to here one SQLite is a choice: above it, what depends on one disk and one process is too much.
MOST_CALLS_ON_SQLITE = 1000
SECONDS_OF_A_DAY = 86_400


@dataclasses.dataclass(frozen=True)
class Cost:
    calls_per_s: int
    rows_per_s: float
    scoring_pods: int
    scoring_cores: float
    store: str
    stores: int
    store_cores: float
    memory_gib: float
    core_hours_a_day: float
    gib_a_day: float
    lists_per_s: float
    of_sqlite: float
    of_postgres: float
    of_release: float


def core_s(recorded_share):
    """Processor time of a mean call in scoring, seconds."""
    return measured.SCORE_S + recorded_share * measured.RECORDING_S


def _tenths_up(cores):
    return math.ceil(cores * 10 - 1e-9) / 10


def _store_cores(rows_per_s, measured_rows_per_s, least):
    return max(least, _tenths_up(rows_per_s / measured_rows_per_s * measured.CORES / TARGET))


def cost(calls_per_s):
    rows = calls_per_s * RECORDED_SHARE
    needed = calls_per_s * core_s(RECORDED_SHARE) / TARGET
    pods = max(LEAST_PODS, math.ceil(needed))
    cores = max(pods * LEAST_REQUEST_CORES, _tenths_up(needed))
    if calls_per_s <= MOST_CALLS_ON_SQLITE:
        store, stores, records_pods, databases = "SQLite", 1, 1, 0
        store_cores = _store_cores(rows, measured.SQLITE_ROWS_PER_S, SQLITE_LEAST_CORES)
    else:
        store, stores = "PostgreSQL", math.ceil(rows / (TARGET * measured.POSTGRES_ROWS_PER_S))
        records_pods, databases = stores * LEAST_PODS, stores * POSTGRES_INSTANCES
        store_cores = databases * _store_cores(rows / stores, measured.POSTGRES_ROWS_PER_S, POSTGRES_LEAST_CORES)
    memory_mib = (pods * SCORING_MEMORY_MIB + records_pods * RECORDS_MEMORY_MIB + databases * POSTGRES_MEMORY_MIB +
                  REDIS_MEMORY_MIB)
    return Cost(
        calls_per_s, rows, pods, cores, store, stores, store_cores, memory_mib / 1024,
        24 * (cores + store_cores + REDIS_CORES), rows * SECONDS_OF_A_DAY * measured.BYTES_OF_A_ROW / 2**30,
        pods / measured.LIST_EVERY_S, rows / measured.SQLITE_ROWS_PER_S, rows / measured.POSTGRES_ROWS_PER_S,
        rows / measured.RELEASE_ROWS_PER_S)


def costs():
    return [cost(10**power) for power in range(1, 7)]
