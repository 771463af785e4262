"""Metrics, each with one fault."""

import sys

import numpy as np


def raises(restored, clean, region):
    raise ZeroDivisionError("no pixel is left")


def exits(restored, clean, region):
    sys.exit(0)


def wrong_length(restored, clean, region):
    return np.zeros(len(clean) - 1)


def wrong_dtype(restored, clean, region):
    return np.array(["good"] * len(clean))


def infinite(restored, clean, region):
    values = np.zeros(len(clean))
    values[-1] = 1e300  # finite, but not as it is kept
    return values


def mutates(restored, clean, region):
    restored[:] = clean
    return np.zeros(len(clean))


def global_random(restored, clean, region):
    return np.random.rand(len(clean))  # noqa: NPY002


def no_dict(scored):
    return 0.5


def bad_key(scored):
    return {("a", "b"): 0.5}


def mutates_set(scored):
    scored.ids.sort()
    scored.clean[:] = 0
    return {"all": 1.0}
