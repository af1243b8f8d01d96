"""What deploy/SCALING.md says is what the program prints today, and its plots are those that it draws."""

import unittest
import xml.etree.ElementTree

import scaling_path
import simulate
from costs import cost
from scenarios import BOTH

MOST_PLOT_BYTES = 60_000
MARKED_FIGURES = 20


def faults(text, plots):
    """What in the document, or in the plots beside it, is not as the program makes it."""
    found = []
    for name, make in simulate.TABLES.items():
        made = f"<!-- table: {name} -->\n{make()}\n<!-- end -->"
        if [match[0] for match in simulate.block(name).finditer(text)] != [made]:
            found.append(f"table {name}")
    marked = simulate.MARKED.findall(text)
    if len(marked) != MARKED_FIGURES:
        found.append(f"{len(marked)} figures are marked")
    for written, name in marked:
        if written != simulate.marked_figure(name):
            found.append(f"{name}: {written}")
    for name, svg in simulate.plots().items():
        if plots.get(name) != svg:
            found.append(f"plot {name}")
        if f"(scaling/{name})" not in text:
            found.append(f"plot {name} is not shown")
    return found


def plots_beside():
    return {path.name: path.read_text() for path in scaling_path.FOLDER.glob("*.svg")}


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = simulate.DOCUMENT.read_text()

    def test_tables_figures_and_plots_are_those_of_the_program(self):
        self.assertEqual(faults(self.text, plots_beside()), [], "deploy/scaling/simulate.py --write renews them")

    def test_a_changed_figure_is_found(self):
        marked = f"{simulate.marked_figure('hpa-only.failed')}<!-- hpa-only.failed -->"
        self.assertIn(marked, self.text)
        broken = self.text.replace(marked, "0.01 %<!-- hpa-only.failed -->", 1)
        broken = broken.replace("| 1,000,000 | 200,000 |", "| 1,000,000 | 100,000 |", 1)
        plots = plots_beside() | {"both.svg": plots_beside()["both.svg"].replace("polyline", "polygon", 1)}
        self.assertEqual(faults(broken, plots), ["table costs", "hpa-only.failed: 0.01 %", "plot both.svg"])

    def test_a_table_that_is_missing_is_found(self):
        broken = simulate.block("settings").sub("", self.text)
        self.assertEqual(faults(broken, plots_beside()), ["table settings"])

    def test_plots_are_small_and_well_formed_and_follow_dark_mode(self):
        for name, svg in plots_beside().items():
            with self.subTest(name):
                self.assertLess(len(svg.encode()), MOST_PLOT_BYTES)
                self.assertIn("prefers-color-scheme: dark", svg)
                self.assertTrue(xml.etree.ElementTree.fromstring(svg).tag.endswith("svg"))
        self.assertEqual(sorted(plots_beside()), sorted(simulate.plots()))


class Costs(unittest.TestCase):
    def test_a_size_in_the_middle_by_hand(self):
        # 100,000 calls of 67.6 µs and a fifth of them 70.3 µs more: 8.2 cores, 13.7 at 60 %.
        self.assertEqual(cost(100_000).scoring_pods, 14)
        # 20,000 rows, where 12,115 take two cores: three databases at 60 %, each three instances of 1.9 cores.
        self.assertEqual(cost(100_000).stores, 3)
        self.assertAlmostEqual(cost(100_000).store_cores, 17.1)

    def test_no_part_of_any_size_is_beyond_its_target(self):
        for power in range(1, 7):
            size = cost(10**power)
            self.assertLessEqual(size.of_sqlite if size.store == "SQLite" else size.of_postgres / size.stores, 0.6)
            self.assertGreaterEqual(size.scoring_pods, 2)

    def test_cron_pods_carry_the_peak_at_the_target(self):
        self.assertGreaterEqual(BOTH.autoscale.cron_pods * simulate.POD_PER_S, simulate.PEAK_PER_S)
        self.assertLess((BOTH.autoscale.cron_pods - 1) * simulate.POD_PER_S, simulate.PEAK_PER_S)


if __name__ == "__main__":
    unittest.main()
