"""A small library of real files of which everything is said that can be said, and all of it told
again, without a number of any database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gallery import preferences
from gallery.models import (
    Album,
    AlbumImage,
    Caption,
    Collection,
    DuplicateGroup,
    DuplicateMember,
    Folder,
    Image,
    ImageEdit,
    ImageTag,
    ImportedSidecar,
    LibraryRoot,
    Preference,
    Prompt,
    Tag,
    TagAlias,
    Viewing,
)
from gallery.services import history, roots, selections
from tests import pictures
from tests.gallery.scanning.conftest import look, read

MANY = 6


def make(folder: Path) -> LibraryRoot:
    """`copy.png` holds the same as `0.png`."""
    (folder / "deep").mkdir(parents=True)
    for number in range(MANY):
        name = f"deep/{number}.png" if number % 2 else f"{number}.png"
        pictures.a1111_png(folder / name, colour=(number * 30, 90, 120))
    (folder / "deep" / "copy.png").write_bytes((folder / "0.png").read_bytes())
    for name in ("0", "2"):
        (folder / f"{name}.txt").write_text("foxx, snow")
    return scan(folder)


def scan(folder: Path) -> LibraryRoot:
    root = roots.add(roots.collection("default"), folder)
    look(root)
    read(root)
    return root


def forget_all() -> None:
    Collection.objects.all().delete()
    for model in (Tag, TagAlias, Preference, Prompt):
        model.objects.all().delete()


def perform(name: str, images: list[Image], **values: str) -> None:
    history.perform(
        name, values, selections.of_images(images[0].collection, [i.pk for i in images])
    )


def say_everything(root: LibraryRoot) -> None:
    zero, one, two, three, four, five, copy = by_path().values()
    perform("rate", [zero], value="8")
    perform("rate", [copy], value="3")
    perform("favourite", [one, two], value="1")
    perform("nsfw", [two], value="1")
    perform("nsfw", [two], value="0")  # decided: it is not
    perform("nsfw", [three], value="1")
    perform("deletion", [four], value="1")
    perform("note", [one], note="blue hour\nlooks like home")
    perform("edit-prompt", [one, two], text="a fennec")
    perform("edit-prompt", [three], text="")
    perform("edit-negative-prompt", [one], text="blurry")
    perform("edit-details", [zero, five], date_how="set", date_at="2020-02-03T04:05")
    perform("add-tags", [zero, one, five], tags="winter, best of")
    perform("remove-tags", [two], tags="snow")
    perform("add-to-album", [five, one, zero], new_album="Winter")
    collection = root.collection
    tag, album = Tag.objects.get(name="foxx"), Album.objects.get(name="Winter")
    history.perform_on("rename-tag", {"tag": tag.pk, "name": "fox"}, collection)
    history.perform_on("cover-album", {"album": album.pk, "cover": str(one.pk)}, collection)
    arranged = {"album": album.pk, "ids": [zero.pk], "to": "start"}
    history.perform_on("arrange-album", arranged, collection)
    folder = Folder.objects.get(path="deep")
    perform("stack", [zero, two, four])
    perform("unstack", [four])
    perform("stack-best", [two])
    group = DuplicateGroup.objects.create(collection=collection, channel="near", distance=3)
    for image in (one, three):
        DuplicateMember.objects.create(group=group, image=image, distance=0)
    history.perform_on("dismiss-duplicates", {"group": group.pk}, collection)
    prompt = Prompt.objects.get(text="a fennec")
    smart = {"folder": str(folder.pk), "rating": "8", "prompt": str(prompt.pk)}
    history.perform_on("make-album", {"name": "Best", "params": smart}, collection)
    Caption.objects.create(image=five, source="person", text="A fox, smiling.")
    Viewing.objects.create(image=five, viewed_at=datetime(2025, 5, 3, 12, 30, tzinfo=UTC))
    ImportedSidecar.objects.create(image=four, name="4.txt", text="imported, words")
    preferences.put(preferences.NSFW_WORDS, "nude, naked")
    LibraryRoot.objects.update(name="My pictures", ignored=["*.bak"], is_watched=False)
    Folder.objects.filter(path="deep").update(treatment="archive")


def by_path() -> dict[str, Image]:
    """`0.png`, `deep/1.png`, `2.png`, …, and last `deep/copy.png`."""
    images = Image.objects.select_related("folder", "collection", "prompt", "negative_prompt")
    found = {image.relative_path: image for image in images}
    return {path: found[path] for path in sorted(found, key=lambda path: path.split("/")[-1])}


def told() -> dict[str, Any]:
    """Every human word."""
    said: dict[str, Any] = {path: _of_image(image) for path, image in by_path().items()}
    said["albums"] = {
        album.name: (
            album.is_smart,
            {name: _named(name, value) for name, value in album.params.items()},
            album.cover and album.cover.relative_path,
            album.position,
            [
                (entry.image.relative_path, entry.position)
                for entry in AlbumImage.objects.filter(album=album).order_by("position")
            ],
        )
        for album in Album.objects.select_related("cover__folder")
    }
    said["tags"] = sorted(TagAlias.objects.values_list("name", "tag__name"))
    said["settings"] = list(Preference.objects.values_list("name", "value"))
    options = ("name", "ignored", "is_watched", "extensions", "takes_hidden", "follows_links")
    said["roots"] = list(LibraryRoot.objects.values_list(*options))
    said["folders"] = list(Folder.objects.exclude(treatment="").values_list("path", "treatment"))
    return said


def _of_image(image: Image) -> dict[str, Any]:
    edit = ImageEdit.objects.filter(image=image).first()
    person = {"image": image, "source": "person"}
    has_date = edit is not None and edit.has_date
    has_words = edit is not None and (
        edit.note or edit.has_prompt or edit.has_negative_prompt or has_date
    )
    return {
        "marks": (image.rating, image.is_favourite, image.is_nsfw, image.is_nsfw_said),
        "deletion": image.is_for_deletion,
        "prompt": image.prompt and image.prompt.text,
        "negative": image.negative_prompt and image.negative_prompt.text,
        "edit": has_words
        and (edit.note, edit.has_prompt, edit.has_negative_prompt, edit.edited_at),
        "date": has_date and image.created_at,
        "tags": sorted(ImageTag.objects.filter(**person).values_list("tag__name", "is_denied")),
        "caption": list(Caption.objects.filter(**person).values_list("text", flat=True)),
        "viewed": list(Viewing.objects.filter(image=image).values_list("viewed_at", flat=True)),
        "sidecars": list(
            ImportedSidecar.objects.filter(image=image).values_list("name", "text", "imported_at")
        ),
        "distinct": sorted(
            DuplicateGroup.objects.filter(state="dismissed", members__image=image).values_list(
                "token", flat=True
            )
        ),
        "stacks": sorted(
            (word, token, said_at if word == "cover" else None)
            for word, token, said_at in image.stack_words.values_list("word", "token", "said_at")
        ),
    }


def _named(name: str, value: str) -> str:
    if name == "folder":
        folder = Folder.objects.filter(pk=value).first()
        return folder.path if folder else "gone"
    return Prompt.objects.get(pk=value).text if name == "prompt" else value
