"""Model files: checkpoints, LoRAs and their like on disk, what they say of themselves, and which
images used them. Tensors are never loaded, pickles never opened."""
