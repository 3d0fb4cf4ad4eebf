"""Finding duplicates and going through what was found."""
