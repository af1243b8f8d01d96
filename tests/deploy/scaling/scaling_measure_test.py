"""measure.py over the real binaries, in short runs: every figure comes, and the questions to records are as SCALING.md
has them. No figure is held against a bound that a busy machine could miss."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import scaling_path
import measure

BIN = pathlib.Path(os.environ["LADDER_BIN"])
QUIZZES = 3
PODS = 4


class Measure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        out = subprocess.run([sys.executable, "-B", scaling_path.FOLDER / "measure.py", BIN, "--load-seconds", "1",
                              "--fetch-seconds", "1"], stdout=subprocess.PIPE, check=True).stdout
        cls.result = json.loads(out)

    def test_every_figure_comes(self):
        for name in ("records_ready_ms", "scoring_ready_ms", "records_rest_mib", "scoring_rest_mib", "score_us",
                     "score_calls_per_s", "scoring_loaded_mib", "recorded_scoring_us", "recorded_records_us",
                     "recorded_rows_per_s", "records_loaded_mib", "bytes_of_a_row"):
            with self.subTest(name):
                self.assertGreater(self.result[name], 0)

    def test_without_redis_each_pod_fetches_each_version_once_and_lists_once(self):
        one, four = (fetch for fetch in self.result["fetches"] if not fetch["redis"])
        self.assertEqual(one["while_starting"], {"ListQuizzes": 1, "GetVersion": QUIZZES})
        self.assertEqual(four["while_starting"], {"ListQuizzes": PODS, "GetVersion": PODS * QUIZZES})

    def test_with_redis_fetches_do_not_grow_with_the_pods(self):
        for fetch in self.result["fetches"]:
            if fetch["redis"]:
                self.assertLess(fetch["while_starting"]["GetVersion"], PODS * QUIZZES)

    def test_refused_calls_are_not_counted_as_answered(self):
        with measure.new_site(BIN) as site:
            records = site.records()  # Without a quiz, so each call ends with NOT_FOUND.
            scoring = site.scoring(records)
            body = measure.sample_request(site.folder, record=False)
            with self.assertRaisesRegex(SystemExit, "refused"):
                measure.load(scoring.address, body, 1, 1)


class Site(unittest.TestCase):
    def test_a_service_that_does_not_start_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(SystemExit, "never says that the service is ready"):
                measure.Program(pathlib.Path(folder), "broken", BIN / "ladder-scoring", ["--nonsense"])


if __name__ == "__main__":
    unittest.main()
