"""Ridge analysis: ridge orientation, ridge period and segmentation of a print."""

from restore_fingerprint.ridges.grey import grey
from restore_fingerprint.ridges.orientation import Orientation, angle_between, orientation
from restore_fingerprint.ridges.period import dpi_by_period, period, period_map
from restore_fingerprint.ridges.segmentation import foreground

__all__ = ["Orientation", "angle_between", "dpi_by_period", "foreground", "grey", "orientation", "period", "period_map"]
