"""The pages of embeddings."""

from django.urls import URLPattern, path

from embeddings.views import (
    acts,
    chosen,
    coverage,
    exports,
    maps,
    meaning,
    negatives,
    networks,
    pages,
)

_MAP = "c/<slug:slug>/map/"

urlpatterns: list[URLPattern] = [
    path(_MAP, maps.show, name="map"),
    path(f"{_MAP}state/", maps.state, name="map-state"),
    path(f"{_MAP}drawing/", maps.draw, name="draw-map"),
    path(f"{_MAP}points/", maps.points, name="map-points"),
    path(f"{_MAP}result/", maps.result, name="map-result"),
    path(f"{_MAP}colours/<slug:by>/", maps.colours, name="map-colours"),
    path(f"{_MAP}pictures/", maps.pictures, name="map-pictures"),
    path("c/<slug:slug>/meaning/", meaning.door, name="meaning"),
    path("c/<slug:slug>/meaning/tuned/", meaning.tuned, name="meaning-tuned"),
    path("c/<slug:slug>/meaning/pictures/<uuid:token>.webp", meaning.preview, name="probe"),
    path("c/<slug:slug>/images/<int:pk>/region/", meaning.region, name="region"),
    path("c/<slug:slug>/chosen/", chosen.choose, name="choose-images"),
    path("c/<slug:slug>/images/<int:pk>/negatives/", negatives.of_image, name="negatives-of-image"),
    path(
        "c/<slug:slug>/prompts/<int:pk>/negatives/",
        negatives.of_prompt,
        name="negatives-of-prompt",
    ),
    path("c/<slug:slug>/embeddings/coverage/", coverage.panel, name="embeddings-coverage"),
    path("embeddings/", pages.spaces, name="embeddings"),
    path("embeddings/failures/", pages.failed_spaces, name="failed-spaces"),
    path("embeddings/<slug:name>/start/", acts.start, name="start-space"),
    path("embeddings/<slug:name>/stop/", acts.stop, name="stop-space"),
    path("embeddings/<slug:name>/failures/", pages.failed_texts, name="failed-texts"),
    path("embeddings/<slug:name>/retry/", acts.retry, name="retry-texts"),
    path("c/<slug:slug>/embeddings/first/", acts.embed_first, name="embed-first"),
    path("c/<slug:slug>/embeddings/export/", exports.export, name="export-embeddings"),
    path("networks/", networks.page, name="networks"),
    path("networks/scan/", networks.scan, name="scan-networks"),
    path("networks/install/", networks.install, name="install-libraries"),
    path("networks/release/", networks.release, name="release-networks"),
    path("networks/<slug:key>/download/", networks.download, name="download-network"),
    path("networks/<slug:key>/use/", networks.use, name="use-network"),
]
