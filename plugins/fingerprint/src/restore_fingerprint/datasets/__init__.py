"""Datasets of real fingerprints: SOCOFing, the FVC databases, and folders of any sensor."""
