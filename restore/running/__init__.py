"""A plan carried out into a run file, resumed, and opened again."""
