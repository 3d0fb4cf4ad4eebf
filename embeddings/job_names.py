"""What our jobs are called, for who starts them and who looks whether they run."""

TEXTS, IMAGES, DESCRIPTIONS = "embed_texts", "embed_images", "describe_images"
INDEX = "build_index"
