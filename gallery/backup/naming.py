"""The numbers in a smart album's search, said in words that hold in any database, and back."""

from typing import Any

from gallery.scanning.saving import prompts

# By parameter: what its number is called anywhere, as a list of texts; and the number of that.
_TOLD = {
    "folder": "SELECT ARRAY[root.name, folder.path] FROM gallery_folder AS folder"
    " JOIN gallery_libraryroot AS root ON root.id = folder.root_id WHERE folder.id = %s",
    "album": "SELECT ARRAY[name] FROM gallery_album WHERE id = %s",
    "prompt": "SELECT ARRAY[text] FROM gallery_prompt WHERE id = %s",
    "negative_prompt": "SELECT ARRAY[text] FROM gallery_prompt WHERE id = %s",
    "workflow": "SELECT ARRAY[fingerprint::text] FROM gallery_workflow WHERE id = %s",
    "resource": "SELECT ARRAY[kind, name] FROM gallery_resource WHERE id = %s",
    "made_with": "SELECT ARRAY[path] FROM gallery_resourcefile WHERE id = %s",
}
_FOUND = {
    "folder": "SELECT folder.id FROM gallery_folder AS folder"
    " JOIN gallery_libraryroot AS root ON root.id = folder.root_id"
    " WHERE root.collection_id = %s AND folder.path = %s ORDER BY root.name = %s DESC, folder.id",
    "album": "SELECT id FROM gallery_album WHERE collection_id = %s AND name = %s",
    "workflow": "SELECT id FROM gallery_workflow WHERE %s > 0 AND fingerprint::text = %s",
    "resource": "SELECT id FROM gallery_resource WHERE %s > 0 AND kind = %s AND name = %s",
    "made_with": "SELECT id FROM gallery_resourcefile WHERE %s > 0 AND path = %s ORDER BY id",
}


def told(own: Any, params: dict[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What holds anywhere as it stands, and the rest by name; a number that means nothing any more
    stays as it is, so that the album is as empty there as it is here."""
    named = {}
    with own.cursor() as cursor:
        for name, statement in _TOLD.items():
            if not params.get(name, "").isdigit():
                continue
            cursor.execute(statement, [int(params[name])])
            if row := cursor.fetchone():
                named[name] = row[0]
    plain = {name: value for name, value in params.items() if name not in named}
    return plain, named


def found(
    cursor: Any, collection: int, named: dict[str, list[str]]
) -> tuple[dict[str, str], list[str]]:
    """Parameters with the numbers of this database, and the names of those it knows nothing of.

    A text that is searched for is known from now on: whoever wrote it may come later.
    """
    params, unknown = {}, []
    for name, words in named.items():
        pk = _number(cursor, collection, name, words)
        if pk is None:
            unknown.append(name)
        else:
            params[name] = str(pk)
    return params, unknown


def _number(cursor: Any, collection: int, name: str, words: list[str]) -> int | None:
    if name in {"prompt", "negative_prompt"} and len(words) == 1:
        return prompts.ids_of(cursor, set(words))[words[0]]
    statement = _FOUND.get(name, "")
    if statement.count("%s") != len(words) + 1:
        return None
    cursor.execute(statement, [collection, *(words[::-1] if name == "folder" else words)])
    row = cursor.fetchone()
    return int(row[0]) if row else None
