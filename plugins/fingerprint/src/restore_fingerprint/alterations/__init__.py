"""Damage as it happens to fingers and prints: surgery, wear, dirt, and the loss of contact."""
