"""Thousands of ink threads carried by a current, light where many run together."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, sample, smoothstep, soft, splat

_DARK = (palettes.GOLD, palettes.OCEAN, palettes.BERRY, palettes.ORCHID, palettes.VERDIGRIS)
_THREADS, _STEPS = 9000, 150


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _DARK[random.integers(len(_DARK))]
    is_paper = bool(random.random() < 0.35)
    if is_paper:
        palette = palettes.INDIGO
    width, height = size
    flow = sheet.noise(1.5, 3, 0.42)
    turn = float(random.uniform(0, 2 * np.pi))
    rows = random.uniform(-0.1, 1.1, _THREADS).astype(np.float32) * height
    columns = random.uniform(-0.1, 1.1, _THREADS).astype(np.float32) * width
    # Threads of one stream share a tone: what a dye does that is poured in at one place.
    tone = 0.5 + 0.42 * sample(sheet.noise(2.5, 3), rows, columns)
    tone += random.normal(0, 0.06, _THREADS).astype(np.float32)
    density = np.zeros(sheet.shape, dtype=np.float32)
    toned = np.zeros(sheet.shape, dtype=np.float32)
    stride = np.float32(min(size) / 620)
    for start in range(0, _STEPS, 25):
        path_rows, path_columns = [], []
        for _ in range(25):
            angle = turn + 2.6 * np.pi * sample(flow, rows, columns)
            rows = rows + stride * np.sin(angle)
            columns = columns + stride * np.cos(angle)
            path_rows.append(rows)
            path_columns.append(columns)
        fade = np.float32(1 - 0.7 * abs(2 * start / _STEPS - 1))
        weights = np.full(_THREADS * 25, fade, dtype=np.float32)
        all_rows, all_columns = np.concatenate(path_rows), np.concatenate(path_columns)
        density += splat(sheet.shape, all_rows, all_columns, weights)
        toned += splat(sheet.shape, all_rows, all_columns, weights * np.tile(tone, 25))
    hue = np.clip(toned / np.maximum(density, 1e-3), 0, 1)
    cover = 1 - np.exp(-density * 0.55)
    ground = 0.05 + 0.05 * soft(sheet.noise(1.5, 2), 8)
    if is_paper:
        fibres = 0.95 + 0.015 * sheet.noise(90, 3)
        sheet.lab[:] = palette.ramp(np.clip(fibres, 0, 1))
        sheet.lay(palette.ramp(0.05 + 0.5 * hue), cover * 0.92)
    else:
        sheet.lab[:] = palette.ramp(np.clip(ground, 0, 1))
        sheet.lay(palette.ramp(0.22 + 0.7 * hue), cover)
        sheet.light(smoothstep(0.55, 1.4, soft(cover, 10)) * hue * 0.8, palette.at(1.0))
    surface = "on warm paper" if is_paper else "on a dark ground"
    words = (
        f"flow field of fine ink threads {surface}, swirling currents, {palette.words}, abstract, "
        "generative line art, silky gradients, high detail"
    )
    return Work(sheet.finish(0.1 if is_paper else 0.2), words)
