"""Data sets of real prints: SOCOFing, the FVC's databases, and any sensor's folder."""
