"""What is wrong with a query, and where."""

from gallery.search.language.nodes import Span


class QueryError(ValueError):
    """`message` is a sentence for the person; `span` is the part of the text that it means."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class Expected(ValueError):
    """Raised by a kind: `what` should stand at `start` to `end` of the value's own text."""

    def __init__(self, what: str, start: int = 0, end: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.start = start
        self.end = end
