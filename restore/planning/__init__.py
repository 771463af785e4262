"""From what a user asks for to a plan that says everything."""
