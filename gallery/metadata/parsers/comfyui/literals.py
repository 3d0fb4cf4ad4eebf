"""Follows an input to the text or number that it had: through primitives, switches, string nodes.

Text is what the nodes stored. What only existed while they ran (a language model's answer) is
empty, never guessed.
"""

import random
import re
from functools import cached_property
from typing import Any

from gallery.metadata.parsers.comfyui.graph import Graph, Link, Node, is_pipe
from gallery.metadata.parsers.comfyui.readers import setting
from gallery.metadata.parsers.comfyui.switches import chosen, is_switch, left_out

_DEPTH_LIMIT = 60
# A chain of concatenations may double its text at each node.
TEXT_LIMIT = 100_000
_ALL_TEXTS_LIMIT = 4_000_000

# Results that a node keeps come before what it made them of.
_TEXT_INPUTS = (
    "populated_text",
    "text_0",
    "text",
    "Text",
    "string",
    "String",
    "value",
    "prompt",
    "STRING",
    "wildcard_text",
    "text_positive",
    "positive",
    "positive_prompt",
    "multiline_text",
    "text1",
    "text_a",
    "string_a",
    "string_1",
    "input",
    "source",
    "any",
    "anything",
    "*",
    "",
)
_ROLE_INPUTS = {
    "positive": ("text_positive", "positive_prompt", "positive", "main_prompt"),
    "negative": ("text_negative", "negative_prompt", "negative", "negative_main_prompt"),
}
_PART = re.compile(r"(?:text|string|str|prompt|input|value|arg)_?(?:[a-z]|\d{1,2})?\Z")
_DELIMITERS = ("delimiter", "separator", "delim")
_JOINERS = ("concat", "join", "combine", "merge", "append")
_UNSTORED = (
    "random",
    "generate",
    "llm",
    "gpt",
    "ollama",
    "caption",
    "florence",
    "interrogat",
    "tagger",
    "describe",
    "loadpreset",
    "gemini",
    "claude",
    "chat",
)
_HANDED_ON = ("source", "text", "value", "any", "*", "")
_LOOK_BACK = 8
# What the person wrote for a node that makes a prompt of it, whatever its inputs are called.
_FREE_TEXT = re.compile(r"[^\W\d_]{2,}\W+\w")
_NO_TEXT = re.compile(
    r"(?:file|path|folder|dir|name|model|format|delimiter|separator|url|key)", re.I
)
_TEMPLATES = ("wildcard_text", "text")
# A choice, or a wildcard by name.
_WILDCARDS = re.compile(r"\{[^{}|$]{0,500}[|$]|__[\w*/\\ -]{1,200}__")
_LINE_LIMIT = 100_000
_TOKEN_SETTER = "Text Add Token by Input"  # noqa: S105 (the name of a node)
_NUMBER_INPUTS = ("value", "Value", "number", "Number", "int", "float", "*", "any", "")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r"}


class Literals:
    """Texts and plain values behind inputs of one graph; remembered a node, output and role."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._room = _ALL_TEXTS_LIMIT
        self._texts: dict[tuple[str, int, str], str] = {}
        # By role, what a text was made of by wildcards: the first of each.
        self.templates: dict[str, str] = {}
        # By role, which node rewrote the text without noting what it made of it.
        self.rewriters: dict[str, str] = {}

    @cached_property
    def _setters(self) -> list[Node]:
        return [node for node in self._graph.nodes.values() if node.kind == _TOKEN_SETTER]

    def text(self, value: Any, role: str = "", depth: int = 0) -> str:
        """The text of an input; `role` (positive, negative) picks at nodes that hold both."""
        # Straight chains are followed in this loop; only what joins several texts recurses.
        passed: list[tuple[str, int, str]] = []
        while (link := self._graph.link(value)) is not None and depth <= _DEPTH_LIMIT:
            key = (link.node.id, link.slot, role)
            if key in self._texts:
                value = self._texts[key]
                break
            self._texts[key] = ""  # what a circle finds
            passed.append(key)
            value = self._behind(link, role, depth + 1)
        text = value[:TEXT_LIMIT] if isinstance(value, str) else ""
        for key in passed:
            self._texts[key] = text
        return text

    def _rewriter(self, value: Any) -> Node | None:
        """The node that made a text which nobody noted, a few nodes back at most."""
        for _ in range(_LOOK_BACK):
            link = self._graph.link(value)
            if link is None or _is_unstored(link.node):
                return None if link is None else link.node
            value = next((link.node.inputs[n] for n in _HANDED_ON if n in link.node.inputs), None)
        return None

    def populated(self, node: Node, role: str, depth: int = 0) -> str:
        """What a node made of a text with wildcards, as it noted it itself."""
        text = self.text(node.inputs["populated_text"], role, depth)
        template = next((node.inputs[n] for n in _TEMPLATES if n in node.inputs), None)
        self._note_template(role, self.text(template, role, depth), text)
        return text

    def _note_template(self, role: str, template: str, made: str = "") -> None:
        if template != made and _WILDCARDS.search(template):
            self.templates.setdefault(role, template)

    def plain(self, value: Any, *names: str) -> Any:
        """The value of an input; through links, inputs called `names` come first."""
        seen: set[str] = set()
        while (link := self._graph.link(value)) is not None:
            node = link.node
            if node.id in seen:
                return None
            seen.add(node.id)
            if is_switch(node):
                value = chosen(self._graph, node)
                continue
            known = next((n for n in (*names, *_NUMBER_INPUTS) if n in node.inputs), None)
            if known is not None:
                value = node.inputs[known]
            elif (value := setting(node, *names)) is None:
                value = next((node.inputs[n] for n in node.inputs if is_pipe(n)), None)
        return value if isinstance(value, str | int | float) else None

    def _behind(self, link: Link, role: str, depth: int) -> Any:
        """The text that a node's output has, or the input that it hands on."""
        node = link.node
        inputs = node.inputs
        if is_switch(node):
            picked = chosen(self._graph, node)
            rewriter = self._rewriter(picked) if role else None
            if rewriter is None:
                return picked
            # Switched off, the text would have gone in as it was written.
            self.rewriters.setdefault(role, rewriter.kind)
            return left_out(node, picked)
        if node.kind == "Text Random Line":
            return self._random_line(node, role, depth)
        if node.kind == "Text Parse Tokens":
            return self._with_tokens(node, role, depth)
        if _is_unstored(node):
            self._note_template(role, self.text(inputs.get("text"), role, depth))
            return ""
        if "populated_text" in inputs:
            return self.populated(node, role, depth)
        parts = [name for name in inputs if _PART.match(name)]
        if node.has(*_DELIMITERS, "linebreak_addition") or node.is_called(*_JOINERS):
            return self._joined(node, parts, role, depth)
        if node.has("find") and node.has("replace") and "text" in inputs:
            found = self.text(inputs["find"], role, depth)
            text = self.text(inputs["text"], role, depth)
            return self._replaced(text, found, self.text(inputs["replace"], role, depth))
        name = self._best_input(node, link.slot, parts, role)
        return self._written(node) if name is None else inputs[name]

    def _with_tokens(self, node: Node, role: str, depth: int) -> str:
        """WAS puts values in the place of names such as `[hair]`, which other nodes give them."""
        text = self.text(node.inputs.get("text"), role, depth)
        self._graph.spend(len(self._setters))
        for setter in self._setters:
            name = self.text(setter.inputs.get("token_name"), "", depth)
            text = self._made(text)  # looking through it costs as much as making it
            if name.strip() and name in text:
                self.templates.setdefault(role, text)
                value = self.text(setter.inputs.get("token_value"), "", depth)
                text = self._replaced(text, name, value)
        return text

    def _replaced(self, text: str, old: str, new: str) -> str:
        # A replacement may blow a text up; none that is honest does so tenfold.
        if not old or text.count(old) * len(new) > TEXT_LIMIT:
            return text
        return self._made(text.replace(old, new))

    def _random_line(self, node: Node, role: str, depth: int) -> str:
        """WAS takes the line that Python's generator gives for the seed, which is repeatable."""
        seed = self.plain(node.inputs.get("seed"), "seed")
        lines = self.text(node.inputs.get("text"), role, depth).split("\n", _LINE_LIMIT)
        if isinstance(seed, bool) or not isinstance(seed, int):
            return ""
        return random.Random(seed).choice(lines)  # noqa: S311 - the same choice, not a secret one

    def _written(self, node: Node) -> str:
        """Sentences among the inputs of a node nobody told us of."""
        return ", ".join(
            value.strip().rstrip(",")
            for name, value in node.inputs.items()
            if isinstance(value, str)
            and _FREE_TEXT.search(value[:500])
            and not _NO_TEXT.search(name)
        )

    def _best_input(self, node: Node, slot: int, parts: list[str], role: str) -> str | None:
        """Which input holds the text of this output."""
        inputs = node.inputs
        role_name = next((n for n in _ROLE_INPUTS.get(role, ()) if n in inputs), None)
        if role_name is not None:
            return role_name
        literal_parts = [name for name in parts if isinstance(inputs[name], str)]
        if 0 < slot < len(parts) and len(literal_parts) == len(parts):
            # As many outputs as inputs, in their order (WAS Text String).
            return parts[slot]
        return next(
            (n for n in _TEXT_INPUTS if isinstance(inputs.get(n), str | list)),
            None,
        )

    def _joined(self, node: Node, parts: list[str], role: str, depth: int) -> str:
        delimiter = next(
            (node.inputs[n] for n in _DELIMITERS if isinstance(node.inputs.get(n), str)), None
        )
        if delimiter is None:
            lined = node.inputs.get("linebreak_addition")
            delimiter = " " if lined is None else "\n" if lined in ("true", True) else ""
        delimiter = _ESCAPES.get(delimiter, delimiter)
        texts: list[str] = []
        length = 0
        for name in parts:
            if text := self.text(node.inputs[name], role, depth):
                texts.append(text)
                length += len(text)
            if length > TEXT_LIMIT:
                break
        return self._made(delimiter[:100].join(texts)[:TEXT_LIMIT])

    def _made(self, text: str) -> str:
        """A text that no node holds as it is; all of them together stay within bounds."""
        self._room -= len(text)
        return text if self._room >= 0 else ""


def _is_unstored(node: Node) -> bool:
    return node.is_called(*_UNSTORED) and not node.has("populated_text", "text_0")
