"""The control loop against the worked examples of Kubernetes' documentation (Horizontal Pod Autoscaling)."""

import unittest

import scaling_path  # pylint: disable=unused-import
from hpa import Autoscaler, Behavior, Policy, Rules, by_pods, by_total

NO_WINDOW = Rules((Policy("Percent", 100, 15),), window_s=0)


def scaler(up=Behavior().up, down=NO_WINDOW, least=1, most=1000):
    return Autoscaler(Behavior(up, down), least, most)


class Formula(unittest.TestCase):
    def test_a_value_of_200m_with_a_target_of_100m_doubles_the_pods(self):
        self.assertEqual(by_pods(3, [0.2] * 3, 0, 0.1), 6)

    def test_a_value_of_50m_with_a_target_of_100m_halves_them(self):
        self.assertEqual(by_pods(6, [0.05] * 6, 0, 0.1), 3)

    def test_the_result_is_rounded_up(self):
        self.assertEqual(by_pods(3, [0.76] * 3, 0, 0.6), 4)

    def test_a_ratio_within_a_tenth_changes_nothing(self):
        self.assertEqual(by_pods(10, [0.66] * 10, 0, 0.6), 10)
        self.assertEqual(by_pods(10, [0.54] * 10, 0, 0.6), 10)
        self.assertEqual(by_pods(10, [0.67] * 10, 0, 0.6), 12)
        self.assertEqual(by_pods(10, [0.53] * 10, 0, 0.6), 9)

    def test_pods_that_are_not_ready_count_as_idle_on_the_way_up(self):
        # Without the four: ceil(1.0 / 0.6 * 4) = 7. With them, 4.0 / 8 is below 0.6 and would turn the direction.
        self.assertEqual(by_pods(8, [1.0] * 4, 4, 0.6), 8)
        self.assertEqual(by_pods(5, [1.0] * 4, 1, 0.6), 7)

    def test_pods_that_are_not_ready_hold_nothing_up_on_the_way_down(self):
        self.assertEqual(by_pods(5, [0.2] * 4, 1, 0.6), 2)

    def test_without_a_single_value_nothing_changes(self):
        self.assertEqual(by_pods(4, [], 4, 0.6), 4)

    def test_an_external_metric_is_divided_by_the_target(self):
        self.assertEqual(by_total(2, 4000, 500), 8)
        self.assertEqual(by_total(8, 4300, 500), 8)  # 9 would be within the tolerance.
        self.assertEqual(by_total(10, 7, 1), 7)  # A cron trigger's.


class Behaviour(unittest.TestCase):
    def test_the_largest_proposal_counts(self):
        self.assertEqual(scaler().step(0, 4, [2, 6, 5]), 6)

    def test_by_default_it_doubles_or_adds_four_in_15_seconds_whichever_is_more(self):
        from_two = scaler()
        self.assertEqual(from_two.step(0, 2, [100]), 6)
        self.assertEqual(from_two.step(15, 6, [100]), 12)
        self.assertEqual(from_two.step(30, 12, [100]), 24)

    def test_pods_added_within_the_period_are_counted(self):
        minute = scaler(up=Rules((Policy("Pods", 4, 60),), window_s=0))
        self.assertEqual(minute.step(0, 2, [100]), 6)
        self.assertEqual(minute.step(15, 6, [100]), 6)
        self.assertEqual(minute.step(45, 6, [100]), 6)
        self.assertEqual(minute.step(60, 6, [100]), 10)

    def test_select_min_takes_the_smaller_step(self):
        careful = scaler(up=Rules((Policy("Percent", 100, 15), Policy("Pods", 4, 15)), 0, "Min"))
        self.assertEqual(careful.step(0, 10, [100]), 14)

    def test_a_disabled_direction_stays(self):
        self.assertEqual(scaler(down=Rules((), 0, "Disabled")).step(0, 10, [2]), 10)

    def test_down_from_80_by_a_tenth_or_four_a_minute(self):
        # The documentation: 8 pods of 80, then 7.2 of 72, rounded up to 8; below 40 the four pods are more.
        down = scaler(down=Rules((Policy("Pods", 4, 60), Policy("Percent", 10, 60)), window_s=0))
        replicas, seen = 80, []
        for minute in range(10):
            replicas = down.step(60 * minute, replicas, [10])
            seen.append(replicas)
        self.assertEqual(seen, [72, 64, 57, 51, 45, 40, 36, 32, 28, 24])

    def test_down_waits_for_the_highest_of_the_window(self):
        slow = scaler(down=Rules((Policy("Percent", 100, 15),), window_s=300))
        self.assertEqual(slow.step(0, 10, [10]), 10)
        for now in range(15, 300, 15):
            self.assertEqual(slow.step(now, 10, [3]), 10, now)
        self.assertEqual(slow.step(300, 10, [3]), 3)

    def test_up_with_a_window_takes_the_lowest_of_it(self):
        slow = scaler(up=Rules((Policy("Percent", 100, 15),), window_s=30))
        self.assertEqual(slow.step(0, 4, [4]), 4)
        self.assertEqual(slow.step(15, 4, [8]), 4)
        self.assertEqual(slow.step(30, 4, [7]), 7)

    def test_neither_bound_is_passed(self):
        bounded = scaler(least=2, most=5)
        self.assertEqual(bounded.step(0, 4, [50]), 5)
        self.assertEqual(bounded.step(15, 5, [0]), 2)


if __name__ == "__main__":
    unittest.main()
