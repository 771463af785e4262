"""How Sphinx builds the pages: `sphinx-build -W docs OUT`."""

from importlib.metadata import version as version_of

project = "restore"
author = "The restore authors"
release = version = version_of("restore-toolkit")
extensions = ["myst_parser"]
# Folders of examples hold packages with a README of their own; decisions are pages.
exclude_patterns = ["_build", "examples"]
html_theme = "furo"
html_title = f"restore {version}"
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# Every name in backticks is a name, and nothing is highlighted as something that it is not.
highlight_language = "none"
nitpicky = True
