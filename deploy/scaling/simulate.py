#!/usr/bin/env python3
"""Prints the tables of deploy/SCALING.md and draws its plots. The same on every run.

    deploy/scaling/simulate.py                       all tables
    deploy/scaling/simulate.py --table scenarios     one of them
    deploy/scaling/simulate.py --plots deploy/scaling
    deploy/scaling/simulate.py --seconds both        one scenario, second by second, as CSV
    deploy/scaling/simulate.py --write               all of it, into SCALING.md and the plots

Python 3.11 and nothing else.
"""

import argparse
import functools
import pathlib
import re
import sys

import campaign
import costs
import measure_discovery
import measured
import picture
from scenarios import BOTH, CALLS_TARGET, CONNECTION_AGE_S, HPA_ONLY, PEAK_PER_S, PLANNED_PODS, PLOTTED, POD_PER_S
from scenarios import SCENARIOS, VARIATIONS

FOLDER = pathlib.Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "SCALING.md"


@functools.cache
def run(name):
    return campaign.run(SCENARIOS[name])


def table(heads, rows):
    line = "|" + "|".join([" --- "] + [" ---: "] * (len(heads) - 1)) + "|"
    lines = ["| " + " | ".join(heads) + " |", line]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def percent(share):
    """Two digits after the point; anything but nothing is never written as 0."""
    if share == 0:
        return "none"
    return f"{100 * share:.2f} %" if share >= 0.00005 else "below 0.01 %"


def failed_share(result):
    return result.total("failed") / result.total("arrived")


def seconds_text(seconds):
    """Below a tenth the model says nothing."""
    return "below 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s"


def scenario_row(name):
    result = run(name)
    spot, autoscale = result.scenario.spot, result.scenario.autoscale
    bad = [second for second in result.seconds if second.failed > 0.01 * second.arrived]
    rest_hours = 24 - spot.horizon_s / 3600
    waits = result.waits()
    at_records = result.total("failed_records") / result.total("arrived")
    return (result.scenario.name, percent(failed_share(result)), percent(at_records), f"{len(bad)} s",
            seconds_text(campaign.quantile(waits, 0.5)), seconds_text(campaign.quantile(waits, 0.99)),
            str(max(second.pods for second in result.seconds)), f"{result.pod_hours:.1f}",
            f"{result.pod_hours + rest_hours * autoscale.min_pods:.0f}")


@functools.cache
def scenario_table():
    heads = ("prepared by", "failed", "of it waiting for records", "with over 1 % failed", "half within",
             "99 of 100 within", "most pods",
             "pod-hours of the 40 min", "of the day")
    return table(heads, [scenario_row(name) for name in SCENARIOS])


@functools.cache
def variation_table():
    rows = []
    for what, change in VARIATIONS.items():
        shares = (percent(failed_share(campaign.run(change(scenario)))) for scenario in (HPA_ONLY, BOTH))
        rows.append((what, *shares))
    return table(("what changes", f"failed: {HPA_ONLY.name}", f"failed: {BOTH.name}"), rows)


def cost_table():
    heads = ("calls/s", "recorded/s", "scoring pods", "their cores", "store", "its cores", "memory, GiB",
             "core-hours a day", "GiB of rows a day")
    return table(heads, [
        (f"{c.calls_per_s:,}", f"{c.rows_per_s:,.0f}", str(c.scoring_pods), f"{c.scoring_cores:g}",
         c.store if c.stores == 1 else f"{c.stores} × {c.store}", f"{c.store_cores:g}", f"{c.memory_gib:,.1f}",
         f"{c.core_hours_a_day:,.0f}", f"{c.gib_a_day:,.1f}") for c in costs.costs()])


def limit_table():
    heads = ("calls/s", "of one SQLite", "of one PostgreSQL on 2 cores", "of one release job", "quiz lists/s")
    return table(heads, [
        (f"{c.calls_per_s:,}", *(f"{100 * part:,.1f} %" for part in (c.of_sqlite, c.of_postgres, c.of_release)),
         f"{c.lists_per_s:.2f}") for c in costs.costs()])


def settings_table():
    rows = [
        ("a pod of 1 core carries, at 60 %", f"{POD_PER_S:,.0f} calls/s"),
        ("pods for the peak, at 60 %", f"{PEAK_PER_S:,.0f} / {POD_PER_S:,.0f} → {PLANNED_PODS}"),
        ("HPA: CPU, share of the request", f"{100 * costs.TARGET:.0f} %"),
        ("HPA or KEDA: calls under way, AverageValue", str(CALLS_TARGET)),
        ("minReplicas, maxReplicas", f"{BOTH.autoscale.min_pods}, {BOTH.autoscale.max_pods}"),
        ("KEDA cron: desiredReplicas, from, until",
         f"{PLANNED_PODS}, {BOTH.autoscale.cron_before_s // 60} min before, "
         f"{BOTH.autoscale.cron_after_s // 60} min after"),
        ("`--max-connection-age` of scoring", f"{CONNECTION_AGE_S}s"),
    ]
    return table(("setting", "value"), rows)


def measured_table():
    def us(seconds):
        return f"{seconds * 1e6:.0f} µs"

    rows = [
        ("`Score`, client and server on the same 2 cores",
         f"{measured.SCORE_PER_S:,}/s: {measured.SCORE_S * 1e6:.1f} µs of a core for both ends",
         "`handler_style_bench`"),
        ("scoring's own part of that", " to ".join(map(us, measured.SCORE_ALONE_S)), "`measure.py`"),
        ("an assessment scored and recorded in bulk: scoring's part",
         " to ".join(map(us, measured.SCORED_AND_RECORDED_S)), "`measure.py`"),
        ("the same: records' part, SQLite", us(measured.RECORDS_ROW_S), "`measure.py`"),
        ("records, SQLite, batches of 64: release job off, on",
         f"{measured.SQLITE_WITHOUT_RELEASE_PER_S:,}/s, {measured.SQLITE_ROWS_PER_S:,}/s", "`records_load`"),
        ("records, PostgreSQL on the same cores: off, on",
         f"{measured.POSTGRES_WITHOUT_RELEASE_PER_S:,}/s, {measured.POSTGRES_ROWS_PER_S:,}/s", "`records_load`"),
        ("one release job, SQLite", f"{measured.RELEASE_ROWS_PER_S:,} rows/s", "`release_bench`"),
        ("an analyst's question about a year, over 10^7 assessments", f"{measured.YEAR_S * 1000:.0f} ms",
         "`release_bench`"),
        ("start of the process until ready: scoring, records",
         f"{measured.SCORING_READY_S} s, {measured.RECORDS_READY_S} s", "`measure.py`"),
        ("scoring's memory: at rest, under load",
         f"{measured.SCORING_REST_MIB} MiB, {measured.SCORING_LOADED_MIB} MiB", "`measure.py`"),
        ("records' memory: at rest, after 27,000 assessments",
         f"{measured.RECORDS_REST_MIB} MiB, {measured.RECORDS_LOADED_MIB} MiB", "`measure.py`"),
        ("an assessment on disk, SQLite", f"{measured.BYTES_OF_A_ROW / 1000:.1f} kB", "`measure.py`"),
    ]
    return table(("what", "figure", "by"), rows)


TABLES = {"measured": measured_table, "costs": cost_table, "limits": limit_table, "scenarios": scenario_table,
          "variations": variation_table, "settings": settings_table}


@functools.cache
def plots():
    """File name -> SVG."""
    return {f"{name}.svg": picture.draw(run(name), title) for name, title in PLOTTED.items()}


def print_seconds(name):
    heads = ("second", "arrived", "served", "failed_scoring", "failed_records", "pods", "ready", "known", "capacity",
             "records_waiting")
    print(",".join(heads) + ",p50_s,p99_s")
    for number, second in enumerate(run(name).seconds):
        values = [number] + [getattr(second, head) for head in heads[1:]]
        print(",".join(f"{value:g}" for value in values) + f",{second.quantile(0.5):.4f},{second.quantile(0.99):.4f}")


# A figure within the text: 9.53 %<!-- hpa-only.failed -->
MARKED = re.compile(r"([0-9][0-9.,]*(?: %)?)<!-- ([a-z0-9-]+\.[a-z-]+) -->")


def _hundreds(value):
    return f"{round(value, -2):,.0f}"


def marked_figure(name):
    """What a marked figure has to be."""
    subject, what = name.split(".")
    if what == "failed":
        return percent(failed_share(run(subject)))
    if subject.startswith("found-"):
        found = measure_discovery.simulated(int(subject.removeprefix("found-")))
        return f"{max(found) if what == 'last' else sum(found) / len(found):.0f}"
    share = costs.RECORDED_SHARE
    largest = costs.cost(10**6)
    return {
        "pod.calls": _hundreds(POD_PER_S),
        "sqlite.rows": _hundreds(measured.SQLITE_ROWS_PER_S),
        "sqlite.calls": _hundreds(measured.SQLITE_ROWS_PER_S / share),
        "sqlite.calls-at-target": _hundreds(costs.TARGET * measured.SQLITE_ROWS_PER_S / share),
        "postgres.rows": _hundreds(measured.POSTGRES_ROWS_PER_S),
        "postgres.calls": _hundreds(measured.POSTGRES_ROWS_PER_S / share),
        "largest.pods": str(largest.scoring_pods),
        "largest.lists": f"{largest.lists_per_s:.1f}",
        "recording.us": f"{measured.RECORDING_S * 1e6:.1f}",
        "score.us": f"{measured.SCORE_S * 1e6:.1f}",
    }[name]


def block(name):
    """Where a table stands in the document."""
    return re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)


def write():
    text = DOCUMENT.read_text()
    for name, make in TABLES.items():
        text, found = block(name).subn(lambda match, make=make: match[1] + make() + "\n" + match[2], text)
        if found != 1:
            raise SystemExit(f"{DOCUMENT} has the table {name} {found} times")
    DOCUMENT.write_text(MARKED.sub(lambda match: f"{marked_figure(match[2])}<!-- {match[2]} -->", text))
    for name, svg in plots().items():
        (FOLDER / name).write_text(svg)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", choices=TABLES)
    parser.add_argument("--plots", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--seconds", choices=SCENARIOS, metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        write()
    elif arguments.seconds:
        print_seconds(arguments.seconds)
    elif arguments.plots:
        for name, svg in plots().items():
            (arguments.plots / name).write_text(svg)
    else:
        for name in [arguments.table] if arguments.table else TABLES:
            print(f"{name}\n\n{TABLES[name]()}\n")


if __name__ == "__main__":
    sys.exit(main())
