"""A report of runs: one HTML file without a network, made of the rows of the tables, with charts and images inside."""
