"""The plugin scratches for the restore toolkit."""
