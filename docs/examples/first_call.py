"""A first call from Python, with nothing of Ladder's but its contracts:

    sudo apt-get install python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc
    mkdir -p /tmp/ladder-py
    protoc -I proto --python_out=/tmp/ladder-py --grpc_python_out=/tmp/ladder-py \
        --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \
        $(cd proto && find google ladder -name '*.proto')
    PYTHONPATH=/tmp/ladder-py /usr/bin/python3 docs/examples/first_call.py 127.0.0.1:7301
"""

import sys

import grpc
from ladder.quiz.v1 import answer_pb2
from ladder.scoring.v1 import scoring_service_pb2, scoring_service_pb2_grpc

address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7301"
answers = {
    "mood": "often",
    "triggered": "sometimes",
    "prickly": "sometimes",
    "daily_life": "often",
    "recovery": "few_days",
}
request = scoring_service_pb2.ScoreRequest(
    quiz="quizzes/ladder-of-healing",
    answers=[answer_pb2.Answer(item=item, option=option) for item, option in answers.items()],
)
with grpc.insecure_channel(address) as channel:
    scoring = scoring_service_pb2_grpc.ScoringServiceStub(channel)
    try:
        # Uncompressed, which is the default, and with a deadline: the service config sets none.
        response = scoring.Score(request, timeout=5)
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
stage = response.result.stage
print(f"{stage.title}, {stage.range_title}: bounce point {stage.bounce_point.decimal}")
