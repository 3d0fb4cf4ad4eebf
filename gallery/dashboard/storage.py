"""Where the bytes lie: the folders one level below the scope's own, and the formats."""

from typing import Any

from gallery.dashboard.scope import Counter
from gallery.models import Folder
from gallery.search.language import quoted

_MOST = 40
# One row a folder first: there are a hundred times fewer of them than images.
_BY_FOLDER = """
WITH held AS (
    SELECT folder, count(*) AS many, sum(size) AS bytes FROM {scope} GROUP BY 1
), placed AS (
    SELECT folder.root_id, split_part(folder.path, '/', %(depth)s) AS name, many, bytes
    FROM held JOIN gallery_folder AS folder ON folder.id = held.folder
), summed AS (
    SELECT root_id, CASE WHEN %(is_roots)s THEN '' ELSE name END AS name,
        sum(many) AS many, sum(bytes) AS bytes
    FROM placed GROUP BY 1, 2
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY bytes DESC, root_id, name) AS a,
        row_number() OVER (ORDER BY many DESC, root_id, name) AS b FROM summed
)
SELECT root_id, name, many::bigint, bytes::bigint FROM ranked
WHERE least(a, b) <= %(most)s ORDER BY bytes DESC
"""
_BY_FORMAT = """
SELECT min(format), count(*), sum(size)::bigint FROM {scope}
GROUP BY upper(format) ORDER BY 3 DESC LIMIT %(most)s
"""


def by_folder(counter: Counter, within: Folder | None) -> list[Any]:
    """Number of the folder, its name, whether only what lies right in it, images and bytes."""
    depth = within.depth if within else 0
    base = within.path if within else ""
    is_roots = within is None and _has_several_roots(counter)
    rows = counter.rows(_BY_FOLDER, depth=depth + 1, is_roots=is_roots, most=_MOST)
    places = {(root, "/".join(filter(None, (base, name)))) for root, name, _, _ in rows}
    folders = Folder.objects.filter(root__in={root for root, _ in places})
    found = folders.filter(path__in={path for _, path in places}).select_related("root")
    known = {(folder.root_id, folder.path): folder for folder in found}
    kept = []
    for root, name, many, size in rows:
        folder = known.get((root, "/".join(filter(None, (base, name)))))
        if folder is None:
            continue
        is_here = not name and not is_roots
        label = folder.name if folder.path else folder.root.name
        kept.append([folder.pk, label, is_here, many, size])
    return kept


def here(folder: Folder) -> str:
    """The term of what lies right in `folder`; empty where its path cannot be said."""
    path = f"{folder.root.path}/{folder.path}" if folder.path else folder.root.path
    if len(path) > 400 or any(sign in path for sign in '"*?\\\u201c\u201d\u201e\u00ab\u00bb'):
        return ""
    return f"folder:={quoted(path)}"


def by_format(counter: Counter) -> list[Any]:
    return [list(row) for row in counter.rows(_BY_FORMAT, most=_MOST)]


def _has_several_roots(counter: Counter) -> bool:
    rows = counter.rows(
        "SELECT count(DISTINCT folder.root_id) FROM (SELECT DISTINCT folder FROM {scope}) AS held"
        " JOIN gallery_folder AS folder ON folder.id = held.folder"
    )
    return bool(rows[0][0] > 1)
