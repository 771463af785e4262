"""The stages that data passes, in one direction; none imports another."""
