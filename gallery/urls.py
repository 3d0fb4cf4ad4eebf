"""Pages of the gallery, below `c/<collection>/`: the collection is explicit in each request."""

from django.urls import URLPattern, path

from gallery.views import (
    curation,
    failures,
    files,
    images,
    library,
    reading,
    records,
    thumbnails,
    welcome,
)

_IMAGE = "c/<slug:slug>/images/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("", library.home, name="home"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("welcome/folders/", welcome.folder_picker, name="folder-picker"),
    path("demo/", welcome.make_demo, name="make-demo"),
    path("c/<slug:slug>/", library.library, name="library"),
    path("c/<slug:slug>/page/", library.page, name="library-page"),
    path("c/<slug:slug>/count/", library.count, name="library-count"),
    path("c/<slug:slug>/timeline/", library.months, name="library-timeline"),
    path("c/<slug:slug>/new/", library.new, name="library-new"),
    path("c/<slug:slug>/places/", library.place_counts, name="place-counts"),
    path("c/<slug:slug>/folders/", library.folder_roots, name="folder-roots"),
    path("c/<slug:slug>/folders/<int:pk>/", library.folder_children, name="folder-children"),
    path("c/<slug:slug>/roots/", welcome.add_root, name="add-root"),
    path("c/<slug:slug>/scan/", welcome.scan, name="scan"),
    path(_IMAGE, images.show, name="image"),
    path(f"{_IMAGE}panel/", images.panel, name="image-panel"),
    path(f"{_IMAGE}strip/", images.strip, name="image-strip"),
    path(f"{_IMAGE}reading/", reading.read_again, name="read-again"),
    path(f"{_IMAGE}records/", records.listing, name="image-records"),
    path(f"{_IMAGE}records/<int:index>/", records.text, name="image-record"),
    path(f"{_IMAGE}rating/", curation.rate, name="rate"),
    path(f"{_IMAGE}favourite/", curation.favourite, name="favourite"),
    path(f"{_IMAGE}nsfw/", curation.nsfw, name="nsfw"),
    path(f"{_IMAGE}deletion/", curation.deletion, name="mark-for-deletion"),
    path("c/<slug:slug>/pipeline/", failures.pipeline, name="pipeline-strip"),
    path("c/<slug:slug>/failures/", failures.listing, name="failures"),
    path("failures/", failures.listing, name="all-failures"),
    path("failures/retry/", failures.retry, name="retry-failures"),
    path("files/<int:pk>/<path:name>", files.original, name="file"),
    path("thumbs/<int:pk>/<int:size>/<str:key>.webp", thumbnails.thumbnail, name="thumbnail"),
    path("thumbs/<int:pk>/strip/<str:key>.webp", thumbnails.strip, name="strip"),
    path("thumbs/<int:pk>/display/<str:key>.webp", thumbnails.display, name="display"),
]
