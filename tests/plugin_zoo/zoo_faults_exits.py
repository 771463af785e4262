"""A module of a component whose import ends the program."""

import sys

sys.exit(3)
