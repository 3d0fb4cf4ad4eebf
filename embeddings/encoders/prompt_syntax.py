"""What a text encoder is given of a prompt: its words, without what steers the generator.

SDXL's pooled vectors know nothing of weights: ComfyUI and the web UIs apply those to the sequence
only. So to take them away changes nothing.
"""

import re

_TAGS = re.compile(r"<\w{1,20}:[^<>]*>")  # <lora:name:0.8>, <lyco:…>, <hypernet:…>
_EMBEDDINGS = re.compile(r"\bembedding:[^\s,()\[\]<>|]+", re.IGNORECASE)
_BREAK = re.compile(r"\bBREAK\b")
_WEIGHTS = re.compile(r":\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*(?=[)\]])")
_CHOICES = re.compile(r"\[[^\[\]]*[:|][^\[\]]*\]")
_BRACKETS = str.maketrans("", "", "()[]")
_ESCAPED = re.compile(r"\\([\\()\[\]])")
# Stand for escaped characters while the others are taken away; nobody types them.
_HIDDEN = {character: chr(0xE000 + at) for at, character in enumerate("\\()[]")}
_SHOWN = str.maketrans({hidden: character for character, hidden in _HIDDEN.items()})
_UNHIDE = dict.fromkeys(map(ord, _HIDDEN.values()))


def words(prompt: str) -> str:
    """`prompt` without weights `(word:1.2)`, `[word]`, `<lora:…>` tags, `BREAK` and names of
    embeddings; `[from:to:0.5]` and `[this|that]` leave all their words, `\\(` a parenthesis.

    Spaces are single. Linear in the length of `prompt`.
    """
    text = _ESCAPED.sub(lambda found: _HIDDEN[found[1]], prompt.translate(_UNHIDE))
    text = _BREAK.sub(" ", _EMBEDDINGS.sub("", _TAGS.sub("", text)))
    text = _CHOICES.sub(_all_choices, _WEIGHTS.sub("", text))
    return " ".join(text.translate(_BRACKETS).translate(_SHOWN).split())


def _all_choices(found: re.Match[str]) -> str:
    return found[0].replace(":", " ").replace("|", " ")
