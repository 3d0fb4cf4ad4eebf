"""JPEG XL through libjxl, as a Pillow image that is not decoded before somebody loads it.

The plug-in's own image class decodes when it is opened, whatever size the file claims to have.
"""

import io
from typing import Any

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from gallery.media import orientation
from gallery.media.pictures import UndecodableImage
from gallery.metadata.containers import jxl
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source


class JxlImageFile(ImageFile.ImageFile):
    """Upright once loaded: the codestream's orientation counts, not that of the EXIF block."""

    format = "JXL"
    _is_decoded = False

    def _open(self) -> None:
        assert self.fp is not None  # noqa: S101 (Pillow's class opens files by name as well)
        self._bytes = self.fp.read()
        contents = Contents()
        jxl.read(Source(io.BytesIO(self._bytes), len(self._bytes), self._bytes[:4096]), contents)
        width, height = contents.displayed_size()
        if width is None or height is None:
            raise SyntaxError("no codestream header")
        self._size = (width, height)
        self._mode = "RGBA"

    def load(self) -> Any:
        if not self._is_decoded:
            data, self._bytes = self._bytes, b""
            decoded = _decoded(data)
            self._is_decoded = True
            self._size, self._mode, self.im = decoded.size, decoded.mode, decoded.im
            self.info.update(decoded.info)
        return Image.Image.load(self)


def _decoded(data: bytes) -> Image.Image:
    if not data:
        raise OSError("refused before")
    try:
        # Here, because it registers itself with Pillow, and not every platform has it.
        from pillow_jxl import Decoder
    except ImportError as error:
        raise UndecodableImage(
            "JPEG XL needs the package pillow-jxl-plugin, which is not installed here."
        ) from error
    try:
        is_jpeg, info, pixels, profile, _boxes = Decoder(num_threads=0)(data)
    except RuntimeError as error:
        raise OSError("libjxl refuses the file") from error
    if is_jpeg:
        # Made from a JPEG without loss: what comes back is that JPEG, turned by its EXIF block.
        image = JpegImageFile(io.BytesIO(pixels))
        image.load()
        return orientation.upright(image, orientation.of(image.info.get("exif", b"")))
    mode = "F" if info.mode.startswith("F") else info.mode
    decoded = Image.frombytes(mode, (info.width, info.height), pixels)
    if profile:
        decoded.info["icc_profile"] = profile
    return decoded
