"""In which order files take their new places, where some of these are others' old ones: who holds a
place goes first; where they go round in a circle, one of them steps aside meanwhile."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from gallery.filing import names
from gallery.filing.spots import Spot

_BATCH = 5_000
_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS filing_plan (
    place bigint, image_id bigint, root_id bigint, folder text, name text, is_bound boolean)
ON COMMIT DROP
"""
_COPY = "COPY filing_plan (place, image_id, root_id, folder, name, is_bound) FROM STDIN"
# As systems see it that do not tell `a` from `A`; to wait without need costs nothing.
_WAITS = """
SELECT plan.image_id, holder.image_id FROM filing_plan AS plan
JOIN (SELECT held.image_id, folder.root_id, folder.path AS own_folder, image.name AS own_name,
          lower(folder.path) AS folder, lower(image.name) AS name
      FROM filing_plan AS held JOIN gallery_image AS image ON image.id = held.image_id
      JOIN gallery_folder AS folder ON folder.id = image.folder_id) AS holder
ON (holder.root_id, holder.folder, holder.name)
    = (plan.root_id, lower(plan.folder), lower(plan.name))
WHERE plan.image_id <> holder.image_id
ORDER BY plan.place, (holder.own_folder, holder.own_name) = (plan.folder, plan.name)
"""
_BIND = "UPDATE filing_plan SET is_bound = true WHERE image_id = ANY(%s::bigint[])"
_FREE = """
SELECT place, image_id, root_id, folder, name FROM filing_plan
WHERE place > %s AND NOT is_bound ORDER BY place LIMIT %s
"""
_SPOTS = """
SELECT image_id, root_id, folder, name FROM filing_plan WHERE image_id = ANY(%s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Bound(Spot):
    """Its turn matters; with `is_aside` it is no more than a place to wait at."""

    is_aside: bool = False


def settled(plan: Iterable[tuple[int, Spot]]) -> Iterator[tuple[int, Spot]]:
    """The same acts, those whose turn matters last and in order. In a transaction of the caller."""
    rows = (
        (place, pk, spot.root_id, spot.folder, spot.name, False)
        for place, (pk, spot) in enumerate(plan, start=1)
    )
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute("TRUNCATE filing_plan")
        # The plan is read over the same connection, which a COPY has for itself.
        while some := list(islice(rows, _BATCH)):
            with cursor.copy(_COPY) as copy:
                for row in some:
                    copy.write_row(row)
        cursor.execute("ANALYZE filing_plan")
        cursor.execute(_WAITS)
        waits: dict[int, int] = dict(cursor.fetchall())  # whose name is just that one comes last
        bound = list(dict.fromkeys(pk for pair in waits.items() for pk in pair))
        cursor.execute(_BIND, [bound])
    yield from _free()
    spots = _spots(bound)
    for pk, is_aside in turns(waits):
        spot = spots[pk]
        name = names.numbered(spot.name, 2) if is_aside else spot.name
        yield pk, Bound(spot.root_id, spot.folder, name, is_aside)


def turns(waits: dict[int, int]) -> Iterator[tuple[int, bool]]:
    """Everybody once, after the one they wait for; of each circle one also before, to step aside.

    `waits` has whom each waits for; that one may wait for nobody.
    """
    followers: dict[int, list[int]] = {}
    for waiter, holder in waits.items():
        followers.setdefault(holder, []).append(waiter)
    done: set[int] = set()
    for first in [holder for holder in followers if holder not in waits]:
        yield from _after(first, followers, done)
    for one in waits:
        if one in done:
            continue
        seen: set[int] = set()
        while one not in seen:  # to the circle, which some only wait for
            seen.add(one)
            one = waits[one]
        yield one, True
        done.add(one)
        for waiter in followers[one]:
            yield from _after(waiter, followers, done)
        yield one, False


def _after(
    first: int, followers: dict[int, list[int]], done: set[int]
) -> Iterator[tuple[int, bool]]:
    ahead = [first]
    while ahead:
        one = ahead.pop()
        if one in done:
            continue
        done.add(one)
        yield one, False
        ahead += reversed(followers.get(one, []))


def _free() -> Iterator[tuple[int, Spot]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_FREE, [last, _BATCH])
            rows = cursor.fetchall()
        for _, pk, root_id, folder, name in rows:
            yield pk, Spot(root_id, folder, name)
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]


def _spots(ids: list[int]) -> dict[int, Spot]:
    with connection.cursor() as cursor:
        cursor.execute(_SPOTS, [ids])
        return {pk: Spot(root_id, folder, name) for pk, root_id, folder, name in cursor.fetchall()}
