"""The pages of embeddings."""

from django.urls import URLPattern, path

from embeddings.views import maps

_MAP = "c/<slug:slug>/map/"

urlpatterns: list[URLPattern] = [
    path(_MAP, maps.show, name="map"),
    path(f"{_MAP}state/", maps.state, name="map-state"),
    path(f"{_MAP}drawing/", maps.draw, name="draw-map"),
    path(f"{_MAP}points/", maps.points, name="map-points"),
    path(f"{_MAP}result/", maps.result, name="map-result"),
    path(f"{_MAP}colours/<slug:by>/", maps.colours, name="map-colours"),
    path(f"{_MAP}pictures/", maps.pictures, name="map-pictures"),
    path(f"{_MAP}selection/", maps.choose, name="map-selection"),
]
