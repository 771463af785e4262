"""Augmentations: random changes of clean training images, before they are damaged."""
