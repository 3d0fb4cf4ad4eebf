"""What a video is made of: duration, upright size and the facts that a person asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gallery.media import cicp, streams
from gallery.media.pictures import UndecodableImage
from gallery.media.streams import Video

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.video.frame import VideoFrame

LIMIT_S = 0.8
_LONGEST_MS = 2**31 - 1
_CODECS = {
    "h264": "H.264",
    "hevc": "H.265",
    "vvc": "H.266",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "mpeg4": "MPEG-4 Visual",
    "mpeg2video": "MPEG-2",
    "mpeg1video": "MPEG-1",
    "mjpeg": "Motion JPEG",
    "prores": "ProRes",
    "ffv1": "FFV1",
    "theora": "Theora",
    "rawvideo": "uncompressed",
    "png": "PNG",
    "aac": "AAC",
    "mp3": "MP3",
    "opus": "Opus",
    "vorbis": "Vorbis",
    "flac": "FLAC",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
    "alac": "ALAC",
}
# Codecs whose profiles decide who can play them; those of the others say nothing to a person.
_WITH_PROFILE = frozenset(("h264", "hevc", "prores"))
_PLAYED = frozenset(("VP8", "VP9", "AV1"))
_PLAYED_H264 = frozenset(("", "Baseline", "Constrained Baseline", "Extended", "Main", "High"))
_FORMATS_PLAYED = frozenset(("mp4", "mov", "webm", "mkv"))
# Width and height of what eight pixels of colour are kept in.
_CHROMA = {(8, 8): "4:4:4", (4, 8): "4:2:2", (4, 4): "4:2:0"}
_FASTEST = 1000


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """`pairs` are for people: Codec, Frame rate, Sound …; `problems` say what is wrong."""

    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


def probe(source: str | Path | BinaryIO, format: str) -> MediaFacts:
    """Of a path or an open file whose format is known from its bytes; at most a second.

    Raises only the file system's own `OSError`, while opening a path.
    """
    if isinstance(source, str | Path):
        with Path(source).open("rb", buffering=0) as file:
            return probe(file, format)
    try:
        with streams.opened(source, format, LIMIT_S) as video:
            return _facts(video)
    except UndecodableImage as error:
        return MediaFacts(problems=(error.reason,))


def is_playable(format: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether browsers in general play such a video; `pairs` as `probe` gives them."""
    if format not in _FORMATS_PLAYED:
        return False
    codecs = (said for name, said in pairs if name == "Codec")
    codec, _, profile = next(codecs, "").partition(" (")
    if codec == "H.264":
        return profile.rstrip(")") in _PLAYED_H264
    return codec in _PLAYED


def _facts(video: Video) -> MediaFacts:
    """The turn, the bits and the colours are the first frame's: headers are often silent."""
    frame = next(video.frames(), None)
    if frame is None:
        return MediaFacts(
            _milliseconds(video.duration_s), pairs=tuple(_pairs(video)), problems=(streams.DAMAGED,)
        )
    width, height = video.shown_size(frame)
    if streams.quarter_turns(frame) % 2:
        width, height = height, width
    pairs = (*_pairs(video), *_pixels(frame))
    return MediaFacts(_milliseconds(video.duration_s), width, height, pairs)


def _milliseconds(seconds: float | None) -> int | None:
    if seconds is None or not 0 < seconds * 1000 <= _LONGEST_MS:
        return None
    return round(seconds * 1000)


def _pairs(video: Video) -> Iterator[tuple[str, str]]:
    stream = video.stream
    yield "Codec", _codec(stream.codec.canonical_name, stream.codec_context.profile)
    rate = stream.average_rate or stream.guessed_rate
    if rate and 0 < rate <= _FASTEST:
        yield "Frame rate", f"{round(float(rate), 3):g}"
    if video.container.streams.audio:
        yield "Sound", _sound(video.container.streams.audio[0])
    bits = video.container.bit_rate
    if bits and bits > 0:
        yield "Bit rate", _rate(bits)


def _codec(name: str, profile: str | None) -> str:
    said = _CODECS.get(name, name)
    return f"{said} ({profile})" if profile and name in _WITH_PROFILE else said


def _sound(stream: "AudioStream") -> str:
    context = stream.codec_context
    said = _CODECS.get(stream.codec.canonical_name, stream.codec.canonical_name)
    return f"{said}, {context.layout.name}" if context.layout.nb_channels else said


def _rate(bits: int) -> str:
    return f"{bits / 1_000_000:.1f} Mbit/s" if bits >= 1_000_000 else f"{bits // 1000} kbit/s"


def _pixels(frame: "VideoFrame") -> Iterator[tuple[str, str]]:
    kind = frame.format
    if kind.components:
        chroma = "RGB"
        if len(kind.components) < 3:
            chroma = "gray"
        elif not kind.is_rgb:
            chroma = _CHROMA.get((kind.chroma_width(8), kind.chroma_height(8)), "")
        yield "Pixels", f"{kind.components[0].bits} bit {chroma}".rstrip()
    if cicp.is_hdr(frame.color_trc):
        yield "Brightness", "HDR (PQ)" if frame.color_trc == cicp.PQ else "HDR (HLG)"
