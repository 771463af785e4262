"""The stages that data passes, in one direction, and the engine that calls them in order."""
