"""What a plugin is: its components, their options and contracts, found, named and called safely."""
