"""Biometric comparison: matchers, protocols, error rates and quality."""
