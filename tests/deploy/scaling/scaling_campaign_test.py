"""The campaign as a whole: nothing is lost, the same seed gives the same, and each delay has its effect."""

import copy
import dataclasses
import random
import unittest

import scaling_path  # pylint: disable=unused-import
from campaign import Autoscale, Calls, Records, Scenario, Spot, run
from fleet import Client, Discovery, Fleet, StartUp
from queueing import mean_wait
from scenarios import BOTH, HPA_ONLY

SHORT = Spot(base_per_s=1000, at_s=120, half_life_s=60, horizon_s=400)
CAMPAIGN = Scenario("short", spot=SHORT, autoscale=Autoscale(calls_target=500), seed=5)


def unaccounted(result):
    """Seconds whose calls were neither served nor failed nor wait, and those with a wait missing."""
    return [number for number, second in enumerate(result.seconds)
            if second.arrived != second.served + second.failed + second.waiting
            or second.served != len(second.waits_s) * result.scenario.calls_as_one]


class Calm(unittest.TestCase):
    def test_a_calm_fleet_waits_as_erlang_says(self):
        calm = Scenario("calm", spot=Spot(base_per_s=8000, factor=1, horizon_s=600, at_s=0),
                        calls=Calls(recorded_share=0.0), discovery=Discovery(gateway=True),
                        autoscale=Autoscale(min_pods=1, max_pods=1))
        result = run(calm)
        service = calm.calls.service_s * calm.calls_as_one
        waits = result.waits()
        expected = mean_wait(1, 8000 / calm.calls_as_one, service) + service
        self.assertLess(abs(sum(waits) / len(waits) / expected - 1), 0.04)
        self.assertEqual(result.total("failed"), 0)


class Whole(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = run(CAMPAIGN)

    def test_every_call_is_served_or_failed_or_waits(self):
        self.assertGreater(self.result.total("failed_scoring"), 0)
        self.assertEqual(unaccounted(self.result), [])

    def test_a_call_that_is_lost_is_found(self):
        broken = copy.deepcopy(self.result)
        broken.seconds[200].served -= 50
        broken.seconds[300].waits_s.pop()
        self.assertEqual(unaccounted(broken), [200, 300])

    def test_calls_under_way_at_the_end_are_counted(self):
        ends_in_the_peak = dataclasses.replace(CAMPAIGN, spot=dataclasses.replace(SHORT, horizon_s=190))
        result = run(ends_in_the_peak)
        self.assertGreater(result.total("waiting"), 0)
        self.assertEqual(unaccounted(result), [])

    def test_the_same_seed_gives_the_same_and_another_does_not(self):
        again, other = run(CAMPAIGN), run(dataclasses.replace(CAMPAIGN, seed=6))
        self.assertEqual(again, self.result)
        self.assertNotEqual(other.seconds, self.result.seconds)

    def test_no_answer_comes_after_its_deadline_and_one_service(self):
        longest_service = 15 * CAMPAIGN.calls_as_one * (CAMPAIGN.calls.service_s + CAMPAIGN.calls.recording_s)
        self.assertLessEqual(max(self.result.waits()), CAMPAIGN.calls.deadline_s + longest_service)

    def test_what_arrives_is_what_the_spot_says(self):
        expected = sum(SHORT.rate(second + 0.5) for second in range(SHORT.horizon_s))
        self.assertLess(abs(self.result.total("arrived") / expected - 1), 0.01)
        self.assertEqual((SHORT.rate(0), SHORT.rate(180), SHORT.rate(240)), (1000, 50_000, 25_500))


class Parts(unittest.TestCase):
    def test_records_that_are_too_slow_fail_only_what_is_recorded(self):
        slow = dataclasses.replace(CAMPAIGN, records=Records(rows_per_s=1000), discovery=Discovery(gateway=True),
                                   autoscale=Autoscale(min_pods=10))
        result = run(slow)
        self.assertEqual(result.total("failed_scoring"), 0)
        self.assertGreater(result.total("failed_records"), 0)
        self.assertLess(result.total("failed_records"), 0.22 * result.total("arrived"))
        self.assertEqual(unaccounted(result), [])

    def test_a_pod_takes_calls_only_after_its_whole_start_up(self):
        fleet = Fleet(random.Random(1), StartUp((1, 1), (2, 2), (3, 3), (4, 4), (5, 5)), 1, 0.0)
        fleet.scale(100, 1)
        self.assertEqual(len(fleet.ready(114)), 0)
        self.assertEqual(len(fleet.ready(115)), 1)

    def found_after(self, discovery):
        """Seconds until the last of 20 clients knows of a pod that is ready at 1000 s."""
        draw = random.Random(4)
        fleet = Fleet(draw, StartUp(*[(0, 0)] * 5), 1, 0.0)
        fleet.scale(0, 2, at_once=True)
        clients = [Client(draw, discovery, fleet.pods) for _ in range(20)]
        for now in range(2000):
            if now == 1000:
                fleet.scale(now, 3)
            for client in clients:
                client.look(now, fleet)
            if all(client.known == 3 for client in clients):
                return now - 1000
        return None

    def test_clients_find_a_pod_when_their_connections_age(self):
        self.assertLessEqual(self.found_after(Discovery(gateway=True)), 1)
        self.assertLessEqual(self.found_after(Discovery(max_connection_age_s=60)), 66 + 30 + 66)
        self.assertGreater(self.found_after(Discovery(max_connection_age_s=300)),
                           self.found_after(Discovery(max_connection_age_s=60)))

    def test_cron_has_its_pods_ready_before_the_spot(self):
        result = run(BOTH)
        at = BOTH.spot.at_s
        self.assertEqual(result.seconds[at - BOTH.autoscale.cron_before_s - 15].pods, BOTH.autoscale.min_pods)
        self.assertEqual(result.seconds[at].ready, BOTH.autoscale.cron_pods)
        self.assertEqual(result.total("failed"), 0)
        self.assertEqual(result.seconds[-1].pods, BOTH.autoscale.min_pods)

    def test_without_preparation_the_same_spot_fails_calls(self):
        self.assertGreater(run(HPA_ONLY).total("failed"), 0)


if __name__ == "__main__":
    unittest.main()
