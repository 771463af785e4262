"""Undo what was moved: a disc that was turned is turned back, its pixels solved for and not resampled again."""
