"""A query's tree as a condition on images."""

from gallery.search import fulltext
from gallery.search.conditions import NEVER, All, Any_, Condition, Not
from gallery.search.keywords import registry
from gallery.search.keywords.registry import Context
from gallery.search.language import And, Field, Node, Or, QueryError
from gallery.search.language import Not as NotNode
from gallery.search.language.errors import Expected


def condition(tree: Node, context: Context) -> Condition | None:
    """None where the tree says nothing. Raises `QueryError`."""
    if fulltext.is_only_words(tree):
        return fulltext.condition(tree)
    if isinstance(tree, Field):
        return _of_field(tree, context)
    if isinstance(tree, NotNode):
        part = condition(tree.part, context)
        return None if part is None else Not(part)
    if isinstance(tree, Or):
        branches = [condition(part, context) for part in tree.parts]
        return _any([branch for branch in branches if branch is not None])
    assert isinstance(tree, And)  # noqa: S101 - all others are words
    words = tuple(part for part in tree.parts if fulltext.is_only_words(part))
    others = [part for part in tree.parts if not fulltext.is_only_words(part)]
    parts = [fulltext.condition(And(tree.span, words)) if words else None]
    parts += [condition(part, context) for part in others]
    there = tuple(part for part in parts if part is not None)
    return All(there) if there else None


def _any(branches: list[Condition]) -> Condition | None:
    if not branches:
        return None
    return branches[0] if len(branches) == 1 else Any_(tuple(branches))


def _of_field(field: Field, context: Context) -> Condition:
    """`|` are alternatives, however many."""
    keyword = registry.every()[field.name]
    if keyword.ranks:
        raise QueryError(
            f"{keyword.label}: puts the whole result in order, so it cannot stand in an OR or in"
            " parentheses.",
            field.span,
        )
    branches = []
    for value in field.values:
        try:
            branches.append(keyword.compile(value.content, context))
        except (Expected, OverflowError) as error:
            what = error.what if isinstance(error, Expected) else keyword.kind.expected
            message = f"{keyword.label}: {value.text}: {what} was expected here."
            raise QueryError(message, value.span) from error
    return _any(branches) or NEVER
