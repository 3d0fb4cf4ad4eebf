"""An XMP packet edited: what we own is taken out and written anew, every other byte stays.

Of the names that all programs share we own what we wrote: a rating where a person rated the picture
here, keywords that are tags here, a description that is the note. A description of somebody else's
is never replaced, for generators keep their parameters in it; the note then has our name only.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from gallery.metadata.writing import layout
from gallery.metadata.writing.layout import Damaged, Layout, Name, Property
from gallery.metadata.writing.words import (
    DC,
    MADE_BY,
    OURS,
    PREFIX,
    RDF,
    XMP,
    FileWords,
    rating_of,
    stars,
)

VERSION = "1"
DEFAULT = "x-default"
_RATING: Name = (XMP, "Rating")
_SUBJECT: Name = (DC, "subject")
_DESCRIPTION: Name = (DC, "description")
_HEAD = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/" ' + MADE_BY.encode() + b">\n"
    b'<rdf:RDF xmlns:rdf="' + RDF.encode() + b'">'
)
_TAIL = b'</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
_NO_XML = dict.fromkeys([*(n for n in range(32) if n not in (9, 10, 13)), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Said:
    """What a packet says: `words` are ours, `rating` and `tags` are what other programs say beside
    or since."""

    words: FileWords
    rating: int | None = None
    tags: tuple[str, ...] = ()
    is_ours: bool = False

    def suggested(self) -> FileWords:
        """Ours, completed by what others say."""
        words = self.words
        tags = tuple(dict.fromkeys((*words.tags, *self.tags)))
        return FileWords(
            self.rating if words.rating is None else words.rating,
            words.is_favourite,
            words.nsfw,
            tags,
            words.denied,
            words.note,
            words.prompt,
            words.negative_prompt,
        )


def said(data: bytes) -> Said:
    """Raises `Damaged`."""
    return _said(_Known(layout.read(data)))


def edited(data: bytes | None, words: FileWords) -> bytes | None:
    """The packet with these words in place of those that we wrote before; None where none is
    needed. `data` itself where nothing changes. Raises `Damaged`."""
    if data is None or not data.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        if not words:
            return None
        return _HEAD + _block(words, "", _Foreign()) + _TAIL
    known = _Known(layout.read(data))
    if _says(known, storable(words)):
        return data
    foreign = _Foreign.of(known, words)
    cuts, is_left = _cuts(known, words, foreign)
    block = _block(words, known.about, foreign) if words or foreign.keywords else b""
    if not block and not is_left and MADE_BY.encode() in data:
        return None
    return _spliced(data, known.layout, cuts, block)


def _says(known: "_Known", words: FileWords) -> bool:
    """Already, as far as it is ours to say."""
    if not words and not known.is_ours:
        return True
    return _said(known).words == words and set(known.subjects).isdisjoint(words.denied)


class _Known:
    """The properties of a packet that matter here."""

    def __init__(self, found: Layout) -> None:
        self.layout = found
        self.by_name: dict[Name, list[Property]] = {}
        for each in found.properties:
            self.by_name.setdefault(each.name, []).append(each)
        self.is_ours = any(space == OURS for space, _ in self.by_name)
        self.about = next((d.about for d in found.descriptions if d.about), "")

    def own(self, local: str) -> str | None:
        found = self.by_name.get((OURS, local))
        return found[0].text if found else None

    def own_list(self, local: str) -> tuple[str, ...]:
        return _texts(self.by_name.get((OURS, local), []))

    @property
    def subjects(self) -> tuple[str, ...]:
        return _texts(self.by_name.get(_SUBJECT, []))

    @property
    def rating(self) -> int | None:
        found = self.by_name.get(_RATING)
        return rating_of(found[0].text) if found else None

    @property
    def has_our_description(self) -> bool:
        """The note and nothing else: as we left it."""
        note = self.own("note")
        found = self.by_name.get(_DESCRIPTION, [])
        texts = [each.items[0].text if each.items else each.text for each in found]
        is_single = all(len(each.items) < 2 for each in found)
        return note is not None and is_single and texts == [note]


@dataclass(frozen=True, slots=True)
class _Foreign:
    """What others said that stands in a place which we write: keywords, and whether the description
    is theirs."""

    keywords: tuple[str, ...] = ()
    has_description: bool = False

    @classmethod
    def of(cls, known: _Known, words: FileWords) -> "_Foreign":
        ours = set(known.own_list("tags"))
        kept = set(known.own_list("otherKeywords"))
        others = [each for each in known.subjects if each not in ours or each in kept]
        # Whoever's they are: where we never wrote any and write none, they stay untouched.
        is_written = bool(words.tags or words.denied or ours)
        denied = set(words.denied)
        is_theirs = _DESCRIPTION in known.by_name and not known.has_our_description
        keywords = tuple(each for each in others if each not in denied)
        return cls(keywords if is_written else (), is_theirs)


def _said(known: _Known) -> Said:
    rating = known.rating
    exact = known.own("rating")
    own_rating = int(exact) if exact and exact.isdecimal() and 1 <= int(exact) <= 10 else None
    if own_rating is not None and rating is not None and rating != 2 * stars(own_rating):
        own_rating = rating  # another program was later
    ours = known.own_list("tags")
    subjects = dict.fromkeys(known.subjects)
    nsfw = known.own("nsfw")
    words = FileWords(
        own_rating,
        known.own("favourite") == "True",
        None if nsfw is None else nsfw == "True",
        tuple(tag for tag in ours if tag in subjects),
        known.own_list("deniedTags"),
        known.own("note") or "",
        known.own("prompt"),
        known.own("negativePrompt"),
    )
    is_ours = frozenset(ours)
    others = tuple(each for each in subjects if each not in is_ours)
    return Said(words, rating, others, known.is_ours)


def _texts(properties: list[Property]) -> tuple[str, ...]:
    found = [item.text for each in properties for item in each.items]
    found += [each.text for each in properties if not each.items]
    return tuple(dict.fromkeys(text for text in found if text))


def _cuts(known: _Known, words: FileWords, foreign: _Foreign) -> tuple[list[tuple[int, int]], bool]:
    """What is taken out, from where to where, and whether any property stays."""
    gone = [each for each in known.layout.properties if each.name[0] == OURS]
    if words.rating is not None or known.own("rating") is not None:
        gone += known.by_name.get(_RATING, [])
    if words.tags or words.denied or known.own_list("tags"):
        gone += known.by_name.get(_SUBJECT, [])
    if not foreign.has_description:
        gone += known.by_name.get(_DESCRIPTION, [])
    cuts = {(each.start, each.end) for each in gone}
    is_left = len(cuts) < len(known.layout.properties)
    for described in known.layout.descriptions:
        own = {(each.start, each.end) for each in described.properties}
        if own and own <= cuts:
            cuts -= own
            cuts.add((described.start, described.end))
    return sorted(cuts), is_left


def _spliced(data: bytes, found: Layout, cuts: list[tuple[int, int]], block: bytes) -> bytes:
    parts: list[bytes] = []
    edits = [(start, end, b"") for start, end in cuts]
    if found.room is not None:
        edits.append((found.room, found.room, block))
    elif block:
        slash = found.rdf_end - 2
        edits.append((slash, found.rdf_end, b">" + block + b"</" + found.rdf_name + b">"))
    position = 0
    for start, end, new in sorted(edits):
        if start < position:
            raise Damaged("its XMP is written in a way that cannot be edited safely")
        parts += (data[position:start], new)
        position = end
    parts.append(data[position:])
    return b"".join(parts)


def _block(words: FileWords, about: str, foreign: _Foreign) -> bytes:
    """One description of all that is ours."""
    lines = [
        f"<rdf:Description rdf:about={quoteattr(about)}"
        f' xmlns:rdf="{RDF}" xmlns:xmp="{XMP}" xmlns:dc="{DC}" xmlns:{PREFIX}="{OURS}">',
    ]
    if not words:
        # What remains is what others said before.
        lines += (f"<dc:subject>{_bag(foreign.keywords)}</dc:subject>", "</rdf:Description>")
        return "\n".join(lines).encode()
    lines.append(_simple("version", VERSION))
    if words.rating is not None:
        lines.append(f"<xmp:Rating>{stars(words.rating)}</xmp:Rating>")
        lines.append(_simple("rating", str(words.rating)))
    if words.is_favourite:
        lines.append(_simple("favourite", "True"))
    if words.nsfw is not None:
        lines.append(_simple("nsfw", "True" if words.nsfw else "False"))
    keywords = tuple(dict.fromkeys((*foreign.keywords, *map(_line, words.tags))))
    if keywords:
        lines.append(f"<dc:subject>{_bag(keywords)}</dc:subject>")
    lines.append(_list("tags", words.tags))
    lines.append(_list("otherKeywords", foreign.keywords))
    lines.append(_list("deniedTags", words.denied))
    if words.note:
        if not foreign.has_description:
            note = f'<rdf:li xml:lang="{DEFAULT}">{_text(_line(words.note))}</rdf:li>'
            lines.append(f"<dc:description><rdf:Alt>{note}</rdf:Alt></dc:description>")
        lines.append(_simple("note", words.note))
    if words.prompt is not None:
        lines.append(_simple("prompt", words.prompt))
    if words.negative_prompt is not None:
        lines.append(_simple("negativePrompt", words.negative_prompt))
    lines.append("</rdf:Description>")
    return "\n".join(line for line in lines if line).encode()


def _simple(local: str, text: str) -> str:
    return f"<{PREFIX}:{local}>{_text(_line(text))}</{PREFIX}:{local}>"


def _list(local: str, texts: tuple[str, ...]) -> str:
    listed = tuple(dict.fromkeys(map(_line, texts)))
    return f"<{PREFIX}:{local}>{_bag(listed)}</{PREFIX}:{local}>" if listed else ""


def _bag(texts: tuple[str, ...]) -> str:
    items = "".join(f"<rdf:li>{_text(text)}</rdf:li>" for text in texts)
    return f"<rdf:Bag>{items}</rdf:Bag>"


def _line(text: str) -> str:
    """As it comes back: without what XML cannot say, ends of lines as XML reads them."""
    return text.translate(_NO_XML).replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(text: str) -> str:
    return escape(text.encode("utf-8", "replace").decode())


def storable(words: FileWords) -> FileWords:
    """As a file gives it back."""
    return FileWords(
        words.rating,
        words.is_favourite,
        words.nsfw,
        tuple(dict.fromkeys(filter(None, map(_line, words.tags)))),
        tuple(dict.fromkeys(filter(None, map(_line, words.denied)))),
        _line(words.note),
        None if words.prompt is None else _line(words.prompt),
        None if words.negative_prompt is None else _line(words.negative_prompt),
    )
