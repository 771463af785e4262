"""Drawing a synthetic portrait: who it shows, how it was taken, and every part of the picture."""
