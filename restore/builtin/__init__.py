"""The plugin `builtin`, shipped with the toolkit: components for every domain."""
