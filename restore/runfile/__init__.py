"""The run file: one HDF5 file a run, sealed, committed whole, and never trusted when read."""
