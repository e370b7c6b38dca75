"""Photos: nothing but the picture is left.

A camera writes where, when and with which machine a picture was taken; programs add comments, thumbnails of what was cut
away, names. Opening and saving keeps some of it. So the pixels are turned upright, made smaller and copied into a new, empty
picture, and only that is written, as a plain JPEG:

```
FFD8 | APP0 JFIF | quantisation | frame | Huffman tables | scan … | FFD9
```

A photo may be hostile: kinds, bytes and pixels are bounded before anything is decoded. What the picture shows, and the grain
of the camera's sensor in it, remain; making it smaller blurs the latter.
"""

import io
import struct
from collections.abc import Mapping

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from nasij.errors import Malformed
from nasij.kit.field import mark

RAW_MAX = 20_000_000  # bytes of the file
SIZE_MAX = 500_000  # bytes of the result
SIDE_MAX = 1280  # pixels of the longer side of the result
# What is decoded at all: first bytes, decoder, pixels. A JPEG is shrunk while it is decoded, the others need four bytes for
# each pixel. The decoders are named here and not looked up, so that a phone's picture made of several is read as the first.
_KINDS: Mapping[bytes, tuple[type[ImageFile.ImageFile], int]] = {
    b"\xff\xd8\xff": (JpegImagePlugin.JpegImageFile, 110_000_000),
    b"\x89PNG\r\n\x1a\n": (PngImagePlugin.PngImageFile, 30_000_000),
    b"RIFF": (WebPImagePlugin.WebPImageFile, 30_000_000),
}
# A progressive JPEG keeps all its coefficients until the end, about three bytes a pixel, and passes over them at each scan.
_PROGRESSIVE_MAX = 50_000_000
_SCANS_MAX = 100
_QUALITIES = (82, 75, 65, 55, 45, 35)
_SIDES = (SIDE_MAX, 1024, 800, 640)
_ORIENTATION = 0x0112  # the tag of Exif 2.32, 4.6.4, and what undoes each of its values
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow's decoders raise all of these for files that are damaged or made to confuse.
_BROKEN = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, AttributeError),
    *(struct.error, ArithmeticError, RecursionError, Image.DecompressionBombError),
)

NOT_A_PHOTO = mark("This file is not a photo that can be shown.")
NOT_A_PHOTO_ADVICE = mark("Photos can be JPEG, PNG or WebP. A screenshot of the picture works too.")
TOO_BIG = mark("This photo is too large.")
TOO_BIG_ADVICE = mark("Choose a smaller size in the camera, or take a screenshot of the picture.")


def reencode(raw: bytes) -> bytes:
    """Return the picture alone as a JPEG of at most 500,000 bytes and 1280 pixels a side; raises `Malformed`.

    Takes up to a second or two of computing and about 150 MB for the largest photos, so call it in a thread.
    """
    if len(raw) > RAW_MAX:
        raise Malformed(TOO_BIG, advice=TOO_BIG_ADVICE)
    opener, pixels_max = next((kind for first, kind in _KINDS.items() if raw.startswith(first)), (None, 0))
    if opener is None:
        raise Malformed(NOT_A_PHOTO, advice=NOT_A_PHOTO_ADVICE)
    try:
        with opener(io.BytesIO(raw)) as photo:
            _check_size(photo, raw, pixels_max)
            picture = _pixels_alone(photo)
    except MemoryError:
        raise Malformed(TOO_BIG, advice=TOO_BIG_ADVICE) from None
    except _BROKEN:
        raise Malformed(NOT_A_PHOTO, advice=NOT_A_PHOTO_ADVICE) from None
    return _small_enough(picture)


def _check_size(photo: Image.Image, raw: bytes, pixels_max: int) -> None:
    if photo.info.get("progressive"):
        pixels_max = min(pixels_max, _PROGRESSIVE_MAX)
        if raw.count(b"\xff\xda") > _SCANS_MAX:
            raise Malformed(NOT_A_PHOTO, advice=NOT_A_PHOTO_ADVICE)
    if photo.width * photo.height > pixels_max:
        raise Malformed(TOO_BIG, advice=TOO_BIG_ADVICE)


def _turn(photo: Image.Image) -> Image.Transpose | None:
    """Return what makes the picture upright, as the camera noted; a note that cannot be read is no reason to refuse it."""
    try:
        return _UPRIGHT.get(photo.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return None


def _pixels_alone(photo: Image.Image) -> Image.Image:
    """Return a new picture with the upright pixels of the first frame; what was transparent is white."""
    photo.draft("RGB", (SIDE_MAX, SIDE_MAX))  # lets a JPEG be decoded at a half, a quarter or an eighth of its size
    photo.load()
    turn = _turn(photo)
    mode = "RGBA" if photo.has_transparency_data else "RGB"
    shown = photo if photo.mode == mode else photo.convert(mode)
    shown.thumbnail((SIDE_MAX, SIDE_MAX))
    turned = shown if turn is None else shown.transpose(turn)
    picture = Image.new("RGB", turned.size, "white")
    picture.paste(turned, mask=turned.getchannel("A") if turned.mode == "RGBA" else None)
    return picture


def _small_enough(picture: Image.Image) -> bytes:
    for side in _SIDES:
        picture.thumbnail((side, side))
        for quality in _QUALITIES:
            made = io.BytesIO()
            picture.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= SIZE_MAX:
                return made.getvalue()
    raise AssertionError("640 pixels at quality 35 are always below the limit")
