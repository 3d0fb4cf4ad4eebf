"""Why a backup of what people said has nothing of these models."""

_MADE = "Made by a network from images and texts."
UNSAID = {
    "embeddings.Description": "Made from captions and tags.",
    "embeddings.ImageDescription": "Made from captions and tags.",
    "embeddings.Described": "Made from captions and tags.",
    "embeddings.MapDrawing": "Drawn from vectors.",
    "embeddings.MapPoint": "Drawn from vectors.",
    "embeddings.Probe": "What is asked with at the moment.",
    "embeddings.TextFailure": "What a machine could not do.",
    "embeddings.Weights": "Where files lie on this machine.",
    "embeddings.PromptVector": _MADE,
    "embeddings.NegativeVector": _MADE,
    "embeddings.ClipLVector": _MADE,
    "embeddings.ClipGVector": _MADE,
    "embeddings.CaptionVector": _MADE,
    "embeddings.ClipHVector": _MADE,
}
