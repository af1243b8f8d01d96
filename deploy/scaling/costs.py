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
STORE_CORES = measured.CORES
POSTGRES_INSTANCES = 3
SECONDS_OF_A_DAY = 86_400


@dataclasses.dataclass(frozen=True)
class Cost:
    calls_per_s: int
    rows_per_s: float
    scoring_pods: int
    scoring_cores: float
    store: str
    stores: int
    store_cores: int
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


def cost(calls_per_s):
    rows = calls_per_s * RECORDED_SHARE
    needed = calls_per_s * core_s(RECORDED_SHARE) / TARGET
    pods = max(LEAST_PODS, math.ceil(needed))
    cores = max(pods * LEAST_REQUEST_CORES, math.ceil(needed * 10) / 10)
    if rows <= TARGET * measured.SQLITE_ROWS_PER_S and calls_per_s <= 1000:
        store, stores, instances = "SQLite", 1, 1
    else:
        store, instances = "PostgreSQL", POSTGRES_INSTANCES
        stores = math.ceil(rows / (TARGET * measured.POSTGRES_ROWS_PER_S))
    store_cores = stores * instances * STORE_CORES
    database_mib = POSTGRES_MEMORY_MIB * instances if store == "PostgreSQL" else 0
    records_pods = stores * (LEAST_PODS if store == "PostgreSQL" else 1)
    memory_mib = (pods * SCORING_MEMORY_MIB + records_pods * RECORDS_MEMORY_MIB + stores * database_mib +
                  REDIS_MEMORY_MIB)
    return Cost(
        calls_per_s, rows, pods, cores, store, stores, store_cores, memory_mib / 1024,
        24 * (cores + store_cores + REDIS_CORES), rows * SECONDS_OF_A_DAY * measured.BYTES_OF_A_ROW / 2**30,
        pods / measured.LIST_EVERY_S, rows / measured.SQLITE_ROWS_PER_S, rows / measured.POSTGRES_ROWS_PER_S,
        rows / measured.RELEASE_ROWS_PER_S)


def costs():
    return [cost(10**power) for power in range(1, 7)]
