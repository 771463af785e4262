"""Damage to fingers and their prints: surgical alteration, scars, moisture, loss of contact, latent deposition."""
