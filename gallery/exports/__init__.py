"""What we know of an image, in the words of other programs."""
