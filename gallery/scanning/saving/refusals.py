"""A value that PostgreSQL refuses costs the image that has it, and no other of its batch."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DataError, OperationalError
from psycopg.errors import ProgramLimitExceeded

T = TypeVar("T")


def save_all(items: list[T], save: Callable[[list[T]], int], refuse: Callable[[T, str], T]) -> int:
    """`save`, in halves where that is refused; a single item then as `refuse` makes it.

    Returns the sum of what `save` returns.
    """
    try:
        return save(items)
    except (DataError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(
            error.__cause__, ProgramLimitExceeded
        ):
            raise
        if len(items) == 1:
            reason = f"What the file says of itself cannot be stored: {error}"
            return save([refuse(items[0], reason)])
    middle = len(items) // 2
    return save_all(items[:middle], save, refuse) + save_all(items[middle:], save, refuse)
