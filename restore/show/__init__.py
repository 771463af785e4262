"""What is shown: pure functions that turn data into rich renderables, text, JSON and images."""
