"""Low polygons: a jittered sheet of triangles, folded and lit like cut crystal."""

import numpy as np
from PIL import Image, ImageDraw

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, soft
from gallery.demo.palettes import Array

_PALETTES = (
    palettes.GLACIER,
    palettes.ORCHID,
    palettes.VERDIGRIS,
    palettes.DUSK,
    palettes.OCEAN,
    palettes.MOSS,
)
_SCALE = 2


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    count = int(random.integers(8, 13))
    points, height_at = _points(sheet, count)
    tone, tint = _facets(sheet, points, height_at)
    sheet.lab[:] = palette.ramp(tone)
    sheet.lab[..., 1:] *= (0.85 + 0.35 * tint)[..., None]
    sheet.light(soft(np.clip(tone - 0.62, 0, 1), 26) * 0.9, palette.at(1.0))
    prompt = (
        f"low poly crystal landscape, faceted triangles, {palette.words}, folded paper geometry, "
        "directional light, clean edges, abstract wallpaper"
    )
    return Work(sheet.finish(0.2), prompt)


def _points(sheet: Sheet, count: int) -> tuple[Array, Array]:
    """A grid of jittered points (rows, columns, 2) in pixels, and how high each lies."""
    width, height = sheet.size
    step = min(sheet.size) / count
    columns, rows = int(width / step) + 5, int(height / step) + 5
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).astype(np.float32)
    grid[1::2, :, 0] += 0.5
    grid += sheet.random.uniform(-0.36, 0.36, grid.shape).astype(np.float32)
    wide = np.sin(grid[..., 0] * 0.55 + sheet.random.uniform(0, 6)) + np.cos(
        grid[..., 1] * 0.47 + sheet.random.uniform(0, 6)
    )
    high = 0.55 * wide + sheet.random.normal(0, 0.42, grid.shape[:2])
    return ((grid - 2) * step).astype(np.float32), high.astype(np.float32)


def _facets(sheet: Sheet, points: Array, high: Array) -> tuple[Array, Array]:
    """Tone and tint of each pixel: a flat value a triangle, by how it faces the light."""
    width, height = sheet.size
    image = Image.new("RGB", (width * _SCALE, height * _SCALE))
    drawing = ImageDraw.Draw(image)
    step = float(points[0, 1, 0] - points[0, 0, 0]) or 1.0
    light = np.array([-0.45, -0.62, 0.64])
    rows, columns = high.shape
    for row in range(rows - 1):
        for column in range(columns - 1):
            quad = ((row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1))
            if row % 2 == 0:
                triangles = ((quad[0], quad[1], quad[2]), (quad[1], quad[3], quad[2]))
            else:
                triangles = ((quad[0], quad[3], quad[2]), (quad[0], quad[1], quad[3]))
            for triangle in triangles:
                corners = np.array([points[place] for place in triangle], dtype=np.float64)
                heights = np.array([high[place] for place in triangle])
                solid = np.column_stack([corners / abs(step), heights * 0.55])
                normal = np.cross(solid[1] - solid[0], solid[2] - solid[0])
                normal /= np.linalg.norm(normal) * np.sign(normal[2] or 1)
                facing = max(0.0, float(normal @ light))
                middle = corners.mean(axis=0)
                place = 0.5 * middle[0] / width + 0.5 * (1 - middle[1] / height)
                tone = 0.10 + 0.52 * facing + 0.34 * place + sheet.random.normal(0, 0.018)
                tint = sheet.random.uniform(0, 1)
                shade = int(np.clip(tone, 0, 1) * 255)
                drawing.polygon(
                    [tuple(corner * _SCALE) for corner in corners],
                    fill=(shade, int(tint * 255), 0),
                )
    pixels = np.asarray(image.reduce(_SCALE), dtype=np.float32) / 255
    return pixels[..., 0], pixels[..., 1]
