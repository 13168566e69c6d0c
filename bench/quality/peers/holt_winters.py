"""Scores series with river's Holt-Winters: each value's distance from the forecast, in deviations of such distances.

Reads `name<TAB>value,value,...` a line from the standard input, and writes `name<TAB>seconds<TAB>score,score,...`.
Each value is learned after it was scored.
"""

import math
import sys
import time

from river.stats import EWVar
from river.time_series import HoltWinters

# There is no season, because the sets have several cadences: this is Holt's method.
ALPHA, BETA = 0.3, 0.1
# The weight of a value in the variance of the distances, and the number of values that are learned and not scored.
FADING, WARM_UP = 0.005, 200


def scores_of(values):
    model = HoltWinters(alpha=ALPHA, beta=BETA)
    spread = EWVar(fading_factor=FADING)
    for row, value in enumerate(values):
        distance = value - model.forecast(horizon=1)[0] if row > 2 else 0.0
        deviation = math.sqrt(spread.get()) if row > WARM_UP else 0.0
        yield min(1000.0, abs(distance) / deviation) if deviation > 0 else 0.0
        spread.update(distance)
        model.learn_one(value)


for line in sys.stdin:
    name, values = line.rstrip("\n").split("\t")
    numbers = [float(value) for value in values.split(",")]
    began = time.perf_counter()
    scores = list(scores_of(numbers))
    seconds = time.perf_counter() - began
    print(name, seconds, ",".join(map(repr, scores)), sep="\t", flush=True)
