"""The parts of a run file, by which a fault is named."""

PARTS = (
    "/",
    "plan",
    "environment",
    "seconds",
    "data",
    "history",
    "scores",
    "gallery",
    "weights",
    "export",
    "state",
    "events",
)
