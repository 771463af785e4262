"""What commands do beside running: one file a command's work."""
