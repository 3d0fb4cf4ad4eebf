"""JPEGs that are cut off: libjpeg shows what it has of one once it is told that this is the end.

Otherwise nothing would be seen of a progressive one, whose first part is the whole roughly.
"""

from PIL.JpegImagePlugin import JpegImageFile

_END = b"\xff\xd9"


class JpegFile(JpegImageFile):
    is_cut = False

    def load_read(self, read_bytes: int) -> bytes:
        data = super().load_read(read_bytes)
        if data or self.is_cut:
            return data
        self.is_cut = True
        return _END
