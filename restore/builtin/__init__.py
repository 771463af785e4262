"""The plugin that is shipped along, like any other: what every domain shares."""
