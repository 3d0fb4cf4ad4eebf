"""Julia sets with smooth escape times and a trap that leaves threads of light inside."""

import numpy as np

from gallery.demo import palettes
from gallery.demo.canvas import Random, Sheet, Size, Work, smoothstep

_PALETTES = (palettes.GOLD, palettes.BERRY, palettes.OCEAN, palettes.GLACIER, palettes.ORCHID)
# Constants whose sets are thin and branched everywhere, found by looking.
_CONSTANTS = (
    ("dendrites", -0.7269 + 0.1889j),
    ("spirals", -0.8 + 0.156j),
    ("sea horses", -0.74543 + 0.11301j),
    ("double spirals", 0.285 + 0.01j),
    ("galaxies", -0.70176 - 0.3842j),
    ("lace", 0.355 + 0.355j),
    ("feathers", -0.4 + 0.6j),
)
_STEPS = 140


def paint(size: Size, random: Random) -> Work:
    sheet = Sheet(size, random)
    palette = _PALETTES[random.integers(len(_PALETTES))]
    words, constant = _CONSTANTS[random.integers(len(_CONSTANTS))]
    zoom = float(random.uniform(0.75, 1.1))
    turn = np.exp(1j * float(random.uniform(0, 2 * np.pi)))
    plane = ((sheet.x + 1j * sheet.y) * zoom * turn).astype(np.complex64).ravel()
    escape = np.full(plane.shape, _STEPS, dtype=np.float32)
    trap = np.full(plane.shape, 9, dtype=np.float32)
    alive = np.arange(plane.size)
    z = plane
    for step in range(_STEPS):
        z = z * z + np.complex64(constant)
        distance = z.real**2 + z.imag**2
        near = np.abs(z.real * 0.6 + z.imag * 0.8)
        trap[alive] = np.minimum(trap[alive], near + 0.04 * step / _STEPS)
        is_out = distance > 256
        if is_out.any():
            escape[alive[is_out]] = step + 1 - np.log2(np.log2(distance[is_out]) / 2)
            alive, z = alive[~is_out], z[~is_out]
    escape = escape.reshape(sheet.shape)
    trap = trap.reshape(sheet.shape)
    speed = np.log1p(np.clip(escape, 0, None)) / np.log1p(_STEPS)
    low, high = np.percentile(speed[::7, ::7], (2, 99.5))
    tone = np.clip((speed - low) / max(1e-3, high - low), 0, 1)
    sheet.lab[:] = palette.ramp(0.04 + 0.9 * tone**0.85)
    threads = np.exp(-trap * 16) * smoothstep(0.1, 0.6, tone)
    sheet.light(threads * 0.9, palette.at(0.98))
    inside = (escape >= _STEPS).astype(np.float32)
    sheet.lay(palette.ramp(np.clip(0.5 - trap * 1.2, 0, 0.5)), inside)
    prompt = (
        f"Julia set fractal, {words}, smooth colouring, {palette.words}, infinite detail, "
        "glowing filaments, mathematical art"
    )
    return Work(sheet.finish(0.2), prompt)
