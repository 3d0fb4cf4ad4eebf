"""What an image must be like, and whether few images are: the parts that a result is planned from.

PostgreSQL guesses, and guesses wrong where a word is rare or unknown, or where what matches lies
together in time, as folders and prompts do: it then walks a million rows to show none. So each
condition that can looks whether it has few images, and a result that has is gathered and sorted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import F, Lookup, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from gallery.models import Image

FEW_IMAGES = 30_000
_WALKED_FROM = 5000
_ENOUGH = 500  # images: so few that no other part needs to be asked


class AnyOf(Lookup):
    """`lhs = ANY(array)`: one parameter however many ids, and the planner sees each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", (*params, list(self.rhs))


def any_of(column: str, ids: Sequence[int]) -> Q:
    """Never unknown, so that its opposite also takes the rows without a value."""
    if not ids:
        return NOTHING
    given = Q(**{f"{column.removesuffix('_id')}__isnull": False}) if column.endswith("_id") else Q()
    return given & Q(AnyOf(F(column), ids))


NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Few:
    """`clause` alone selects `count` images by an index; `rest` is what it does not say."""

    count: int
    clause: Q
    rest: Q


class Condition(Protocol):
    def where(self) -> Q:
        """True or false of every image, never unknown."""
        ...

    def few(self, limit: int) -> Few | None:
        """None where more than `limit` images are so, or nobody can tell quickly."""
        ...


@dataclass(frozen=True)
class Plain:
    """A condition on the image's own columns; nothing tells quickly how many are so."""

    clause: Q

    def where(self) -> Q:
        return self.clause

    def few(self, limit: int) -> Few | None:
        return None


@dataclass(frozen=True)
class Indexed:
    """A condition that an index answers, so that the few are counted no further than need be."""

    clause: Q

    def where(self) -> Q:
        return self.clause

    def few(self, limit: int) -> Few | None:
        if self.clause == NOTHING:
            return Few(0, NOTHING, Q())
        count = Image.objects.filter(self.clause).order_by()[: limit + 1].count()
        return Few(count, self.clause, Q()) if count <= limit else None


class Walkable(Indexed):
    """One that the sorts' own indexes serve well: alone, or where many are so, it is better
    walked."""

    def few(self, limit: int) -> Few | None:
        return Indexed.few(self, min(limit, _WALKED_FROM))


@dataclass(frozen=True)
class Elsewhere:
    """A condition on rows of another table; `rows` gives image ids, and may repeat them."""

    rows: QuerySet[Any, Any]
    walked: Q  # the same, asked of each image

    def where(self) -> Q:
        return self.walked

    def few(self, limit: int) -> Few | None:
        ids = list(self.rows.order_by()[: limit + 1])
        if len(ids) > limit:
            return None
        ids = list(set(ids))
        return Few(len(ids), any_of("id", ids), Q())


@dataclass(frozen=True)
class Lazy:
    """Made when it is first asked, since making it reads the database."""

    make: Callable[[], Condition]

    def where(self) -> Q:
        return self.make().where()

    def few(self, limit: int) -> Few | None:
        return self.make().few(limit)


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]

    def where(self) -> Q:
        joined = Q()
        for part in self.parts:
            joined &= part.where()
        return joined

    def few(self, limit: int) -> Few | None:
        """The smallest part gathers, the others filter. Each is asked only for fewer yet."""
        best: tuple[int, Few] | None = None
        for index, part in enumerate(self.parts):
            found = part.few(limit)
            if found is not None:
                best, limit = (index, found), max(found.count - 1, 0)
                if found.count <= _ENOUGH:
                    break
        if best is None:
            return None
        index, few = best
        others = All(self.parts[:index] + self.parts[index + 1 :])
        return Few(few.count, few.clause, few.rest & others.where())


@dataclass(frozen=True)
class Any_:
    parts: tuple[Condition, ...]

    def where(self) -> Q:
        joined = NOTHING
        for part in self.parts:
            clause = part.where()
            if not clause:
                return Q()
            joined = clause if joined == NOTHING else joined | clause
        return joined

    def few(self, limit: int) -> Few | None:
        """Few where all branches are."""
        ids: set[int] = set()
        for part in self.parts:
            found = part.few(limit)
            if found is None:
                return None
            rows = Image.objects.filter(found.clause & found.rest).values_list("pk", flat=True)
            ids.update(rows)
            if len(ids) > limit:
                return None
        return Few(len(ids), any_of("id", list(ids)), Q())


@dataclass(frozen=True)
class Not:
    part: Condition

    def where(self) -> Q:
        clause = self.part.where()
        return ~clause if clause else NOTHING

    def few(self, limit: int) -> Few | None:
        return None


def plan(condition: Condition) -> Few | None:
    """How to gather what `condition` selects; None where an order is better walked."""
    while isinstance(condition, All) and len(condition.parts) == 1:
        (condition,) = condition.parts
    return None if isinstance(condition, Walkable) else condition.few(FEW_IMAGES)


EVERYTHING = Plain(Q())
NEVER = Indexed(NOTHING)
