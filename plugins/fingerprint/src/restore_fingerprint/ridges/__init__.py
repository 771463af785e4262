"""Analysis of any print: orientation, period and foreground of its ridges."""

from restore_fingerprint.ridges.orientation import Orientation, angle_between, orientation
from restore_fingerprint.ridges.period import period, period_map
from restore_fingerprint.ridges.segmentation import foreground

__all__ = ["Orientation", "angle_between", "foreground", "orientation", "period", "period_map"]
