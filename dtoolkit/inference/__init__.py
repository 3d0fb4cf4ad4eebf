"""Networks in memory: what they are, where their weights lie, which are loaded where, and for how
long. Knows no Django, and imports torch only to load."""
