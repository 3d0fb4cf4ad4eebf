"""The painters, one style a file; each draws from a size and a random generator alone."""
