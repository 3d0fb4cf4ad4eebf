"""Tiny real videos with metadata, written as ComfyUI and VideoHelperSuite write them."""

from fractions import Fraction
from io import BytesIO

import av
from PIL import Image

# The codec that every build of FFmpeg has and the format takes.
_CODECS = {"webm": "libvpx", "ipod": "mpeg4"}
FRAMES = 10
FRAMES_PER_SECOND = 20
SIZE = (64, 48)


def clip(form, texts=None, *, options=None, frames=FRAMES, is_seekable=True):
    """A video's bytes; `form` as FFmpeg names it, `texts` key to text."""
    target = BytesIO() if is_seekable else _Pipe()
    with av.open(target, "w", format=form, options=options or {}) as container:
        stream = container.add_stream(_CODECS.get(form, "mpeg4"), rate=FRAMES_PER_SECOND)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FRAMES_PER_SECOND)
        container.metadata.update(texts or {})
        for number in range(frames):
            picture = Image.new("RGB", SIZE, (number * 8, 90, 120))
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return target.getvalue()


class _Pipe(BytesIO):
    """A target that can only be written from front to back, as a browser's recording is."""

    seek = None
