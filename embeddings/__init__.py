"""What an image or a text means: vectors in several spaces, and search by meaning."""
