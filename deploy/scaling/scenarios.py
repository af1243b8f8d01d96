"""The campaign of SCALING.md: one TV spot, prepared for in different ways, and what the answer hangs on."""

import math
from dataclasses import replace

import measured
from campaign import Autoscale, Calls, Records, Scenario, Spot
from costs import TARGET, core_s
from fleet import Discovery, StartUp

SPOT = Spot()
PEAK_PER_S = SPOT.base_per_s * SPOT.factor
# What a pod of one core carries at the target; the settings in deploy/components/autoscale follow from it.
POD_PER_S = TARGET / core_s(Calls().recorded_share)
PLANNED_PODS = math.ceil(PEAK_PER_S / POD_PER_S)
PODS_OF_A_THIRD = math.ceil(PEAK_PER_S / 3 / POD_PER_S)
CALLS_TARGET = 500
CONNECTION_AGE_S = 60

MINUTE_OLD = Discovery(max_connection_age_s=CONNECTION_AGE_S)
GATEWAY = Discovery(gateway=True)
CPU = Autoscale(min_pods=2, max_pods=10, cpu_target=TARGET)
CPU_AND_CALLS = replace(CPU, calls_target=CALLS_TARGET)
NO_HPA = replace(CPU, cpu_target=0)

HPA_ONLY = Scenario("HPA only, connections of 60 s", autoscale=CPU, discovery=MINUTE_OLD)
BOTH = Scenario("KEDA cron and HPA", autoscale=replace(CPU_AND_CALLS, cron_pods=PLANNED_PODS), discovery=MINUTE_OLD)

SCENARIOS = {
    "hpa-only": replace(HPA_ONLY, name="HPA only, connections of 5 min", discovery=Discovery()),
    "hpa-only-60s": HPA_ONLY,
    "hpa-only-calls": replace(HPA_ONLY, name="the same, on calls under way too", autoscale=CPU_AND_CALLS),
    "hpa-only-gateway": replace(HPA_ONLY, name="the same, through a gateway", autoscale=CPU_AND_CALLS,
                                discovery=GATEWAY),
    "hpa-headroom": replace(HPA_ONLY, name="HPA with headroom: never below 4",
                            autoscale=replace(CPU_AND_CALLS, min_pods=4)),
    "cron": replace(BOTH, name="KEDA cron 10 min before", autoscale=replace(NO_HPA, cron_pods=PLANNED_PODS)),
    "both": BOTH,
    "cron-third": replace(BOTH, name="KEDA cron, planned for a third",
                          autoscale=replace(NO_HPA, cron_pods=PODS_OF_A_THIRD)),
    "both-third": replace(BOTH, name="KEDA cron and HPA, planned for a third",
                          autoscale=replace(CPU_AND_CALLS, cron_pods=PODS_OF_A_THIRD)),
    "both-sqlite": replace(BOTH, name="KEDA cron and HPA, SQLite",
                           records=Records(rows_per_s=measured.SQLITE_ROWS_PER_S)),
}
PLOTTED = {
    "hpa-only": "HPA only, connections of 5 min",
    "hpa-headroom": "HPA with headroom: never below 4 pods",
    "both-third": "KEDA cron and HPA, planned for a third of what came",
    "both": "KEDA cron and HPA",
}

# What changes -> the change of a scenario.
VARIATIONS = {
    "as above": lambda s: s,
    "another seed": lambda s: replace(s, seed=2),
    "a simulated call stands for 20, not 50": lambda s: replace(s, calls_as_one=20),
    "DNS answers at most 5 s old, not 30 s": lambda s: replace(s, discovery=replace(s.discovery, dns_ttl_s=5)),
    "a call that expires costs half a call, not a twentieth":
        lambda s: replace(s, calls=replace(s.calls, expired_share=0.5)),
    "each new pod waits for a new node, 1 to 2 min": lambda s: replace(s, start_up=StartUp(schedule_s=(60, 120))),
    "metrics 30 s old, not 15 s": lambda s: replace(s, autoscale=replace(s.autoscale, metric_age_s=30)),
    "a pod may use 2 cores and requests 1": lambda s: replace(s, calls=replace(s.calls, cores_of_a_pod=2)),
    "scoring needs what it was measured to need alone":
        lambda s: replace(s, calls=replace(s.calls, service_s=max(measured.SCORE_ALONE_S))),
    "cron only 1 min before": lambda s: replace(s, autoscale=replace(s.autoscale, cron_before_s=60)),
    "half of the calls are recorded": lambda s: replace(s, calls=replace(s.calls, recorded_share=0.5)),
}
