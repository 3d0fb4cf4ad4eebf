"""What embeddings add to the query language: three keywords that rank by meaning."""

from embeddings.search.kinds import Description, Like
from gallery.search.keywords.registry import Keyword, ranking

GROUP = "Meaning"

KEYWORDS = (
    Keyword(
        "similar",
        Like(),
        "like this one, best first; -similar: less like it",
        ("similar:123", "similar:123|456", "similar:123 -similar:456"),
        GROUP,
        ranking,
        ("similar to", "more like"),
    ),
    Keyword(
        "looks",
        Description(),
        "that look like what you describe, whatever their prompts say",
        ('looks:"a red fox in snow"', 'looks:"a castle" -looks:"fog"'),
        GROUP,
        ranking,
        ("looks like",),
        offer="Looks like",
    ),
    Keyword(
        "like",
        Description(),
        "whose prompts, captions and tags mean the same in other words",
        ('like:"an animal in winter"', 'like:"a quiet street" rating:>=7'),
        GROUP,
        ranking,
        ("means",),
        offer="Means like",
    ),
)
