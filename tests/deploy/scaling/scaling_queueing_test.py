"""The queues against closed formulas."""

import random
import unittest

import scaling_path  # pylint: disable=unused-import
from queueing import BatchQueue, ServerQueue, erlang_c, mean_wait, wait_quantile

CALLS = 200_000
# How far the simulated mean wait may be from Erlang's. Over CALLS calls at these loads the spread is about 1 %.
BOUND = 0.04


def simulated(servers, load, queue_servers=None, seed=7):
    """(mean wait, wait of 99 of 100) over an M/M/c queue with a service time of one second."""
    draw = random.Random(seed)
    queue = ServerQueue(queue_servers or servers)
    at, waits = 0.0, []
    for _ in range(CALLS):
        at += draw.expovariate(load * servers)
        service = draw.expovariate(1.0)
        waits.append(queue.arrive(at, service) - at - service)
    waits.sort()
    return sum(waits) / CALLS, waits[int(0.99 * CALLS)]


class Erlang(unittest.TestCase):
    def test_the_formula_gives_known_values(self):
        self.assertAlmostEqual(erlang_c(1, 0.7), 0.7)  # M/M/1: the load itself.
        self.assertAlmostEqual(erlang_c(2, 1.0), 1 / 3)
        self.assertAlmostEqual(erlang_c(10, 8.0), 0.4092, places=4)
        self.assertAlmostEqual(mean_wait(1, 0.5, 1.0), 1.0)

    def test_the_queue_waits_as_long_as_the_formula_says(self):
        for servers, load in ((1, 0.6), (1, 0.8), (4, 0.8), (8, 0.7)):
            with self.subTest(servers=servers, load=load):
                mean, late = simulated(servers, load)
                expected = mean_wait(servers, load * servers, 1.0)
                self.assertLess(abs(mean / expected - 1), BOUND)
                self.assertLess(abs(late / wait_quantile(servers, load * servers, 1.0, 0.99) - 1), 2 * BOUND)

    def test_the_bound_finds_a_queue_with_one_server_too_many(self):
        mean, _ = simulated(4, 0.8, queue_servers=5)
        self.assertGreater(abs(mean / mean_wait(4, 3.2, 1.0) - 1), BOUND)


class Deadlines(unittest.TestCase):
    def served_share(self, load, expired_share):
        draw = random.Random(3)
        queue = ServerQueue(1, expired_share)
        at, served = 0.0, 0
        for _ in range(CALLS):
            at += draw.expovariate(load)
            served += queue.arrive(at, draw.expovariate(1.0), deadline_s=200.0) is not None
        return served / CALLS

    def test_calls_beyond_their_deadline_fail_and_the_rest_fills_the_server(self):
        # Of what is worked, s are served and (load - s) cost their share: s + share * (load - s) = 1.
        for load, share in ((1.5, 0.0), (1.5, 0.05), (1.5, 0.5), (3.0, 0.05)):
            with self.subTest(load=load, share=share):
                expected = (1 - share * load) / (1 - share) / load
                self.assertAlmostEqual(self.served_share(load, share), expected, delta=0.01)

    def test_where_expired_calls_cost_enough_nothing_is_served(self):
        self.assertLess(self.served_share(3.0, 0.5), 0.01)

    def test_below_capacity_nobody_fails(self):
        self.assertEqual(self.served_share(0.8, 0.05), 1.0)

    def test_work_done_is_work_assigned_less_what_is_ahead(self):
        queue = ServerQueue(1)
        queue.arrive(0.0, 3.0)
        queue.arrive(1.0, 3.0)
        self.assertEqual(queue.worked_s(2.0), 2.0)
        self.assertEqual(queue.worked_s(10.0), 6.0)


class Batches(unittest.TestCase):
    def test_one_call_alone_is_committed_at_once(self):
        queue = BatchQueue(256, 0.001, 0.0001, 1000)
        queue.arrive(5.0, 10.0, 1, "a")
        self.assertEqual(list(queue.run(6.0)), [("a", 5.0011)])

    def test_what_arrives_during_a_commit_shares_the_next(self):
        queue = BatchQueue(256, 1.0, 0.0, 1000)
        queue.arrive(0.0, 10.0, 1, "a")
        self.assertEqual(list(queue.run(0.5)), [("a", 1.0)])
        queue.arrive(0.5, 10.0, 1, "b")
        queue.arrive(0.9, 10.0, 1, "c")
        self.assertEqual(list(queue.run(5.0)), [("b", 2.0), ("c", 2.0)])

    def test_full_batches_give_the_throughput_of_the_formula(self):
        queue = BatchQueue(256, 0.01, 0.0001, 10**9)
        for _ in range(256 * 100):
            queue.arrive(0.0, 1e9, 1, "")
        last = [committed for _, committed in queue.run(1e9)][-1]
        self.assertAlmostEqual(last, 100 * (0.01 + 256 * 0.0001), places=6)

    def test_too_much_is_refused_and_what_is_late_is_not_sent(self):
        queue = BatchQueue(1, 1.0, 0.0, 2)
        self.assertTrue(queue.arrive(0.0, 10.0, 1, "a"))
        self.assertTrue(queue.arrive(0.0, 0.5, 1, "late"))
        self.assertFalse(queue.arrive(0.0, 10.0, 1, "refused"))
        self.assertEqual(list(queue.run(5.0)), [("a", 1.0), ("late", None)])
        self.assertEqual(queue.waiting_rows, 0)


if __name__ == "__main__":
    unittest.main()
