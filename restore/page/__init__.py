"""A local page on which images are restored: a server for one person, on this machine."""
