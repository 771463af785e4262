"""The metrics that the plugin registers, one file each; they call the rooms that know how."""
