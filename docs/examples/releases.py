"""The release log from Python, with nothing of Ladder's but its contracts (first_call.py says how the stubs are made):

    PYTHONPATH=/tmp/ladder-py /usr/bin/python3 docs/examples/releases.py 127.0.0.1:7302 export > releases.csv
    PYTHONPATH=/tmp/ladder-py /usr/bin/python3 docs/examples/releases.py 127.0.0.1:7302 follow token.txt
    PYTHONPATH=/tmp/ladder-py /usr/bin/python3 docs/examples/releases.py 127.0.0.1:7302 trend quizzes/mood/series/1

`follow` goes on where the file says that it was, and writes a line for each new entry until it is interrupted. A real
warehouse stores entries and token in one transaction. Both streams go without a deadline: one takes as long as the log
is, the other has no end.
"""

import datetime
import os
import pathlib
import sys

import grpc
from ladder.records.v1 import analytics_service_pb2 as v1
from ladder.records.v1 import analytics_service_pb2_grpc

CLINICS = "clinics/-"  # All of them.


def export(analytics):
    for piece in analytics.ExportReleases(v1.ExportReleasesRequest(parent=CLINICS)):
        sys.stdout.write(piece.csv)


def follow(analytics, path):
    token = path.read_text() if path.exists() else ""
    for page in analytics.StreamReleases(v1.StreamReleasesRequest(parent=CLINICS, token=token, follow=True)):
        for entry in page.entries:
            print(entry.name, entry.series, entry.clients, flush=True)
        # Whole or not at all.
        path.with_suffix(".next").write_text(page.token)
        os.replace(path.with_suffix(".next"), path)


def trend(analytics, series):
    request = v1.QueryTrendRequest(bucket=v1.QueryTrendRequest.BUCKET_MONTH)
    request.selection.parent = CLINICS
    request.selection.series = series
    year = datetime.datetime.now(datetime.timezone.utc).year
    getattr(request.selection, "from").FromDatetime(datetime.datetime(year, 1, 1))
    request.selection.before.FromDatetime(datetime.datetime(year + 1, 1, 1))
    for month in analytics.QueryTrend(request, timeout=5).buckets:
        for cell in month.cells:
            clients = cell.clients
            print(
                month.begin.ToDatetime().date(),
                cell.title or "not scored",
                f"{clients.count.decimal} ± {clients.standard_deviation}",
            )


with grpc.insecure_channel(sys.argv[1]) as channel:
    stub = analytics_service_pb2_grpc.StageAnalyticsServiceStub(channel)
    if sys.argv[2] == "export":
        export(stub)
    elif sys.argv[2] == "follow":
        follow(stub, pathlib.Path(sys.argv[3]))
    else:
        trend(stub, sys.argv[3])
