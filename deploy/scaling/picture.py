"""One scenario as SVG: calls and capacity, pods, the longest waits and failures, over the minutes around the spot.
Colours follow the reader's light or dark mode."""

from campaign import quantile

WIDTH, LEFT, RIGHT, TOP, PANEL, GAP = 760, 64, 16, 56, 130, 44
STEP_S = 5
BEFORE_S, AFTER_S = 720, 900

STYLE = """
svg { font: 12px system-ui, sans-serif; --ink: #1f2328; --faint: #d0d7de; --paper: #ffffff; --a: #0550ae; --b: #8a4600;
  --c: #1a7f37; --d: #cf222e }
@media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --faint: #3d444d; --paper: #0d1117; --a: #79c0ff;
  --b: #f0a860; --c: #56d364; --d: #ff7b72 } }
.paper { fill: var(--paper) } text { fill: var(--ink) } .title { font-size: 15px; font-weight: 600 }
.grid { stroke: var(--faint); fill: none } polyline { fill: none; stroke-width: 1.6 }
.a { stroke: var(--a) } .b { stroke: var(--b); stroke-dasharray: 6 3 } .c { stroke: var(--c); stroke-dasharray: 2 2 }
.d { stroke: var(--d) } text.a { fill: var(--a); stroke: none } text.b { fill: var(--b); stroke: none }
text.c { fill: var(--c); stroke: none } text.d { fill: var(--d); stroke: none }
"""


def _round_up(value):
    """The next of 1, 2, 5 times a power of ten."""
    size = 1
    while size * 10 < value:
        size *= 10
    return next(step * size for step in (1, 2, 5, 10) if step * size >= value)


def _samples(result, value):
    """(seconds from the spot, value) for every few seconds; `value` gets the seconds of one step."""
    at = result.scenario.spot.at_s
    first, last = max(0, at - BEFORE_S), min(len(result.seconds), at + AFTER_S)
    return [(second - at, value(result.seconds[second:second + STEP_S])) for second in range(first, last, STEP_S)]


def _mean(field):
    return lambda seconds: sum(getattr(second, field) for second in seconds) / len(seconds)


def _p99(seconds):
    return quantile([wait for second in seconds for wait in second.waits_s], 0.99)


def _failed(seconds):
    arrived = sum(second.arrived for second in seconds)
    return 100 * sum(second.failed for second in seconds) / arrived if arrived else 0.0


def _number(value):
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


class _Panel:
    def __init__(self, number, title, most):
        self.top = TOP + number * (PANEL + GAP)
        self.most = most
        self.parts = [f'<text x="{LEFT}" y="{self.top - 8}">{title}</text>']
        for share in (0, 0.5, 1):
            y = self.y(most * share)
            self.parts.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
            self.parts.append(f'<text x="{LEFT - 6}" y="{y + 4:g}" text-anchor="end">{_number(most * share)}</text>')
        for minute in range(-BEFORE_S // 60, AFTER_S // 60 + 1, 3):
            x = self.x(minute * 60)
            self.parts.append(f'<text x="{x}" y="{self.top + PANEL + 15}" text-anchor="middle">{minute}</text>')
        self.parts.append(f'<path class="grid" d="M{self.x(0)} {self.top}V{self.top + PANEL}"/>')

    def x(self, second):
        return round(LEFT + (second + BEFORE_S) / (BEFORE_S + AFTER_S) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value):
        return round(self.top + PANEL * (1 - min(value, self.most) / self.most), 1)

    def line(self, style, samples):
        points = " ".join(f"{self.x(second):g},{self.y(value):g}" for second, value in samples)
        self.parts.append(f'<polyline class="{style}" points="{points}"/>')

    def legend(self, *entries):
        x = WIDTH - RIGHT
        for style, text in reversed(entries):
            self.parts.append(f'<text class="{style}" x="{x}" y="{self.top - 8}" text-anchor="end">{text}</text>')
            x -= 7 * len(text) + 14


def draw(result, title):
    """The SVG's text."""
    spot = result.scenario.spot
    most_calls = max(spot.base_per_s * spot.factor * 1.1, max(second.capacity for second in result.seconds))
    calls = _Panel(0, "calls a second", _round_up(most_calls))
    calls.line("a", _samples(result, _mean("arrived")))
    calls.line("b", _samples(result, _mean("capacity")))
    calls.legend(("a", "arriving"), ("b", "capacity of ready pods"))

    pods = _Panel(1, "pods", _round_up(max(second.pods for second in result.seconds) + 1))
    pods.line("c", _samples(result, _mean("pods")))
    pods.line("b", _samples(result, _mean("ready")))
    pods.line("a", _samples(result, _mean("known")))
    pods.legend(("c", "created"), ("b", "ready"), ("a", "known to a client"))

    waits = _Panel(2, "99 of 100 answered within, seconds", 5)
    waits.line("a", _samples(result, _p99))
    failed = _Panel(3, "failed, % of the calls that arrive", 100)
    failed.line("d", _samples(result, _failed))

    height = TOP + 4 * (PANEL + GAP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">',
             f"<style>{STYLE}</style>", f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
             f'<text class="title" x="{LEFT}" y="24">{title}</text>']
    for panel in (calls, pods, waits, failed):
        parts += panel.parts
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{height - 8}" text-anchor="end">minutes from the spot</text></svg>')
    return "\n".join(parts) + "\n"
