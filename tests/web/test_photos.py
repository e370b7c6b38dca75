"""Photos: only the picture is left, upright and small; nothing hostile gets through."""

import io
import random
import shutil
import struct
import subprocess
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from nasij.errors import Malformed
from nasij.web import photos
from nasij.web.photos import reencode

# Pillow warns of damaged notes; here that is the point of the test.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

SECRETS = [
    b"LATITUDE-OF-HOME",
    b"CAMERA-OWNER",
    b"A-COMMENT",
    b"XMP-SECRET",
    b"IPTC-SECRET",
    b"THUMB-SECRET",
    b"TAIL-SECRET",
]


def colourful(width=640, height=480):
    picture = Image.new("RGB", (width, height), "white")
    picture.paste((200, 30, 30), (0, 0, width // 2, height // 2))
    picture.paste((30, 30, 200), (width // 2, height // 2, width, height))
    return picture


def noise(width, height, seed=1):
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


def written(picture, kind="JPEG", **options):
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def exif(orientation=1):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "CAMERA-OWNER"
    tags[0x9286] = "A-COMMENT"
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (36.0, 12.0, 3.5), "LATITUDE-OF-HOME"
    return tags


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def laden(orientation=6):
    """Return a JPEG with everything a camera and a program may write into it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    raw = written(colourful(), exif=exif(orientation), icc_profile=profile, comment=b"A-COMMENT", dpi=(300, 300))
    extra = [
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>XMP-SECRET</x:xmpmeta>"),
        segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x0bIPTC-SECRET"),
        segment(0xE0, b"JFXX\0\x10" + written(Image.new("RGB", (16, 16)), comment=b"THUMB-SECRET")),
        segment(0xFE, b"A-COMMENT again"),
        segment(0xE2, b"MPF\0" + b"THUMB-SECRET"),
    ]
    return raw[:2] + b"".join(extra) + raw[2:] + b"TAIL-SECRET" + written(Image.new("RGB", (8, 8)))


def markers(raw):
    """Return the segment markers of a JPEG up to the scan, and whatever follows its end."""
    assert raw[:2] == b"\xff\xd8"
    at, found = 2, []
    while raw[at + 1] != 0xDA:
        assert raw[at] == 0xFF
        found.append(raw[at + 1])
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return found, raw[raw.index(b"\xff\xd9", at) + 2 :]


PLAIN_MARKERS = {0xE0, 0xDB, 0xC0, 0xC4}


def assert_plain(raw):
    found, rest = markers(raw)
    assert set(found) == PLAIN_MARKERS
    assert found.count(0xE0) == 1
    assert raw[2:20] == b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"  # no density, no thumbnail
    assert rest == b""
    assert len(raw) <= photos.SIZE_MAX
    picture = Image.open(io.BytesIO(raw))
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"
    assert max(picture.size) <= photos.SIDE_MAX
    assert not picture.getexif()
    assert "icc_profile" not in picture.info
    assert "comment" not in picture.info
    return picture


def test_place_comment_profile_thumbnails_and_what_hangs_behind_are_gone():
    raw = laden()
    assert all(secret in raw for secret in SECRETS)
    made = reencode(raw)
    assert_plain(made)
    assert not [secret for secret in SECRETS if secret in made]
    assert b"Exif" not in made
    assert b"ICC_PROFILE" not in made
    assert b"http" not in made


@pytest.mark.skipif(not shutil.which("exiftool"), reason="exiftool judges where it is installed")
@pytest.mark.slow
def test_exiftool_finds_nothing_but_the_form_of_the_file(tmp_path):
    path = tmp_path / "p.jpg"
    path.write_bytes(reencode(laden()))
    told = subprocess.run(["exiftool", "-G1", "-a", "-s", "-u", str(path)], capture_output=True, text=True, check=True)
    groups = {line.split("]")[0].strip("[") for line in told.stdout.splitlines()}
    assert groups <= {"ExifTool", "System", "File", "JFIF", "Composite"}


def test_text_place_and_profile_of_a_png_are_gone():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "CAMERA-OWNER")
    text.add_itxt("XML:com.adobe.xmp", "XMP-SECRET")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    raw = written(colourful(), "PNG", pnginfo=text, exif=exif(), icc_profile=profile) + b"TAIL-SECRET"
    made = reencode(raw)
    assert_plain(made)
    assert not [secret for secret in SECRETS if secret in made]


def test_place_and_profile_of_a_webp_are_gone():
    made = reencode(written(colourful(), "WEBP", exif=exif(), xmp=b"XMP-SECRET", icc_profile=b"IPTC-SECRET" * 20))
    assert_plain(made)
    assert not [secret for secret in SECRETS if secret in made]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_is_turned_upright(orientation):
    upright = colourful(64, 48)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera held like that would have stored it
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    picture = assert_plain(reencode(written(stored, exif=exif(orientation), quality=95)))
    assert picture.size == (64, 48)
    red, blue = picture.getpixel((8, 8)), picture.getpixel((56, 40))
    assert red[0] > 150 > red[2]
    assert blue[2] > 150 > blue[0]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (1280, 960)),
        ((300, 4000), (96, 1280)),
        ((40, 30), (40, 30)),
        ((1, 1), (1, 1)),
        ((9000, 1), (1280, 1)),
    ],
)
def test_the_longer_side_is_at_most_1280(size, expected):
    assert assert_plain(reencode(written(Image.new("RGB", size, "teal")))).size == expected


@pytest.mark.slow
def test_a_picture_that_cannot_be_squeezed_still_fits():
    assert_plain(reencode(written(noise(1280, 1280), "PNG")))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_pixels_becomes_colours(mode):
    if mode in ("CMYK", "YCbCr"):
        raw = written(colourful().convert(mode))
    else:
        raw = written(colourful().convert("L").convert(mode) if mode == "I;16" else colourful().convert(mode), "PNG")
    assert_plain(reencode(raw))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_transparent_is_white_and_hides_nothing(kind):
    hidden = colourful(64, 48).convert("RGBA")
    hidden.putalpha(0)
    picture = assert_plain(reencode(written(hidden, kind, **({"exact": True} if kind == "WEBP" else {}))))
    assert min(low for low, _ in picture.getextrema()) > 250


def test_palette_with_a_transparent_colour():
    picture = colourful(64, 48).convert("P")
    assert_plain(reencode(written(picture, "PNG", transparency=picture.getpixel((0, 0)))))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_only_the_first_frame_of_a_moving_picture_is_kept(kind):
    raw = written(colourful(), kind, save_all=True, append_images=[noise(640, 480)], duration=100)
    picture = assert_plain(reencode(raw))
    assert picture.getpixel((600, 40))[1] > 240


def refused(raw):
    with pytest.raises(Malformed) as problem:
        reencode(raw)
    assert problem.value.advice
    return problem.value.sentence


def png(width, height, body=b""):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def claims(width, height, progressive=False):
    """Return a small JPEG whose frame says that it is larger."""
    raw = bytearray(written(colourful(16, 16), progressive=progressive))
    at = raw.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    struct.pack_into(">HH", raw, at + 5, height, width)
    return bytes(raw)


@pytest.mark.parametrize(
    "raw",
    [
        png(6_000, 6_000),
        png(60_000, 60_000),
        png(2**31 - 1, 2**31 - 1),
        claims(60_000, 60_000),
        claims(12_000, 12_000),
        claims(8_000, 8_000, progressive=True),
        b"\xff\xd8" + b"\0" * photos.RAW_MAX,
    ],
)
def test_bombs_are_refused_before_they_are_opened(raw):
    assert refused(raw) == photos.TOO_BIG


def test_a_picture_of_a_thousand_scans_is_refused():
    raw = written(colourful(), progressive=True)
    assert refused(raw[:-2] + segment(0xDA, b"\x01\x01\0\0\0\0") * 200 + raw[-2:]) == photos.NOT_A_PHOTO


def test_a_text_chunk_that_unpacks_to_gigabytes_is_refused():
    bomb = zlib.compress(b"\0" * 100_000_000)
    body = b"Comment\0\0" + bomb
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    good = written(colourful(), "PNG")
    assert refused(good[:33] + chunk + good[33:]) == photos.NOT_A_PHOTO


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not a photo",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        written(colourful(), "GIF"),
        written(colourful(), "TIFF"),
        written(colourful(), "BMP"),
        written(colourful(), "PPM"),
        png(100, 100),
        png(0, 10),
    ],
)
def test_what_is_no_photo_is_refused_with_advice(raw):
    assert refused(raw) == photos.NOT_A_PHOTO


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_torn_photo_is_refused(kind):
    raw = written(noise(300, 200), kind)
    for part in (0.02, 0.3, 0.7):
        assert refused(raw[: int(len(raw) * part)]) == photos.NOT_A_PHOTO


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_that_is_two_things_comes_out_as_one(kind):
    script = b"<script>alert(1)</script>PK\x03\x04 evil.html"
    raw = written(colourful(), kind)
    joined = raw[:2] + segment(0xFE, script) + raw[2:] if kind == "JPEG" else raw
    made = reencode(joined + script)
    assert_plain(made)
    assert b"script" not in made
    assert b"PK\x03\x04" not in made


def test_the_same_photo_gives_the_same_bytes():
    assert reencode(laden()) == reencode(laden())


def test_a_phones_picture_made_of_several_is_read_as_the_first():
    raw = written(colourful(), "MPO", save_all=True, append_images=[noise(640, 480)])
    picture = assert_plain(reencode(raw))
    assert picture.getpixel((8, 8))[0] > 150


def test_a_broken_note_about_the_camera_is_no_reason_to_refuse():
    raw = written(colourful())
    assert_plain(reencode(raw[:2] + segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff") + raw[2:]))


SEEDS = [laden(), written(colourful(60, 40), "PNG"), written(colourful(60, 40), "WEBP", exif=exif(6))]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_photos_come_out_plain_or_not_at_all(data):
    raw = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, min(len(raw), 3_000) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = reencode(bytes(raw))
    except Malformed as problem:
        assert problem.sentence in (photos.NOT_A_PHOTO, photos.TOO_BIG)
    else:
        assert_plain(made)


def test_the_small_picture_that_a_camera_hides_in_its_notes_is_gone():
    """It often shows what was cut away from the large one."""
    hidden = written(Image.new("RGB", (160, 120), (1, 200, 1)), comment=b"THUMB-SECRET")
    tags = exif()
    first = tags.tobytes()
    # A second directory behind the first, as Exif 2.32, 4.5.4 has it: offset and length of the small picture.
    head, at = first[:6], len(first) - 6
    body = bytearray(first[6:])
    order = "<" if body[:2] == b"II" else ">"
    start = struct.unpack_from(order + "I", body, 4)[0]
    count = struct.unpack_from(order + "H", body, start)[0]
    struct.pack_into(order + "I", body, start + 2 + 12 * count, at)
    entries = [(0x0201, 4, 1, at + 2 + 24 + 4), (0x0202, 4, 1, len(hidden))]
    body += struct.pack(order + "H", 2) + b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    body += b"\0\0\0\0" + hidden
    raw = written(colourful(), exif=bytes(head + body))
    assert b"THUMB-SECRET" in raw
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(ExifTags.IFD.IFD1), "the small picture is there to be found"
    made = reencode(raw)
    assert b"THUMB-SECRET" not in made
    assert made.count(b"\xff\xd8\xff") == 1
    assert not Image.open(io.BytesIO(made)).getexif()
