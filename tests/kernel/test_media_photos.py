"""Photos: what is taken comes out clean, what is hostile is refused in words."""

import io
import struct
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from ioc.kernel.media import (
    MAX_PHOTO_BYTES,
    BrokenFile,
    EmptyFile,
    MediaRefused,
    NotAPhoto,
    TooLargeFile,
    TooManyPixels,
    exif,
    jpeg,
)
from ioc.kernel.media.images import Photo, sanitise_photo

AT = datetime(2024, 6, 1, tzinfo=UTC)
GPS = {1: "N", 2: (21.0, 16.0, 23.5), 3: "E", 4: (106.0, 11.0, 40.0)}


def drawing(size: tuple[int, int] = (600, 400), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right, so that turning shows."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(image).save(out, **options)
    else:
        image.save(out, form, **options)
    return out.getvalue()


def tags(*, orientation: int = 1, taken: str = "", offset: str = "", gps: dict[int, object] | None = None) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = "Secretphone"
    sub = block.get_ifd(0x8769)
    if taken:
        sub[0x9003] = taken
    if offset:
        sub[0x9011] = offset
    if gps:
        block.get_ifd(0x8825).update(gps)
    return block.tobytes()


def near(pixel: object, wanted: tuple[int, int, int], *, by: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(have - want) <= by for have, want in zip(pixel, wanted, strict=True))


def pixel(photo: Photo, at: tuple[float, float]) -> object:
    image = Image.open(io.BytesIO(photo.content))
    return image.getpixel((int(at[0] * (image.width - 1)), int(at[1] * (image.height - 1))))


def segments(content: bytes) -> set[int]:
    """The markers of a JPEG up to its first scan."""
    found, at = set(), 2
    while content[at + 1] != 0xDA:
        found.add(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found


def assert_clean(photo: Photo) -> None:
    for copy in (photo.content, *photo.variants.values()):
        assert copy.startswith(b"\xff\xd8")
        assert copy.endswith(b"\xff\xd9")
        # The JFIF header, tables and frame: no APP1 (EXIF, XMP), APP2 (profile, MPF), APP13, comment.
        assert segments(copy) <= {0xE0, 0xDB, 0xC2, 0xC4, 0xDD}
        for trace in (b"Exif", b"http://ns.adobe.com/xap", b"ICC_PROFILE", b"Secretphone", b"PAYLOAD"):
            assert trace not in copy
        assert Image.open(io.BytesIO(copy)).getexif() == {}


def png_header(width: int, height: int, *more: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))


# What is taken


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_of_photo_comes_out_as_a_clean_jpeg(form: str) -> None:
    photo = sanitise_photo(saved(drawing(), form), name="x.bin", at=AT)
    assert (photo.media_type, photo.width, photo.height) == ("image/jpeg", 600, 400)
    assert near(pixel(photo, (0.1, 0.5)), (254, 0, 0))
    assert near(pixel(photo, (0.9, 0.5)), (0, 0, 254))
    assert_clean(photo)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_time_and_place_are_read_and_then_gone(form: str) -> None:
    block = tags(taken="2024:05:02 08:30:00", gps=GPS)
    photo = sanitise_photo(saved(drawing(), form, exif=block), at=AT)
    assert photo.taken_at == datetime(2024, 5, 2, 1, 30, tzinfo=UTC)
    assert photo.latitude == pytest.approx(21.27319, abs=1e-4)
    assert photo.longitude == pytest.approx(106.19444, abs=1e-4)
    assert_clean(photo)


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("CMYK", "JPEG"), ("L", "JPEG"), ("L", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"), ("P", "PNG"),
        ("1", "PNG"), ("RGBA", "WEBP"), ("RGBA", "HEIF"),
    ],
)  # fmt: skip
def test_each_mode_of_colour_comes_out_as_rgb(mode: str, form: str) -> None:
    photo = sanitise_photo(saved(drawing(mode=mode), form), at=AT)
    assert Image.open(io.BytesIO(photo.content)).mode == "RGB"
    assert_clean(photo)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_what_is_transparent_is_white(form: str) -> None:
    photo = sanitise_photo(saved(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), form), at=AT)
    assert near(pixel(photo, (0.5, 0.5)), (255, 255, 255))


def test_a_transparent_palette_is_white() -> None:
    image = Image.new("P", (64, 64), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    photo = sanitise_photo(saved(image, "PNG", transparency=0), at=AT)
    assert near(pixel(photo, (0.5, 0.5)), (255, 255, 255))


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    photo = sanitise_photo(saved(Image.new("I;16", (64, 64), 128 * 256), "PNG"), at=AT)
    assert near(pixel(photo, (0.5, 0.5)), (128, 128, 128))


def test_colours_of_a_wide_profile_become_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    photo = sanitise_photo(saved(drawing(), icc_profile=lab.tobytes()), at=AT)
    assert near(pixel(photo, (0.1, 0.5)), (254, 0, 0))
    assert_clean(photo)


def test_a_broken_profile_is_left_aside() -> None:
    photo = sanitise_photo(saved(drawing(), icc_profile=b"no profile" * 20), at=AT)
    assert near(pixel(photo, (0.1, 0.5)), (254, 0, 0))
    assert_clean(photo)


@pytest.mark.parametrize(
    ("orientation", "red"),
    [
        (1, (0.1, 0.5)), (2, (0.9, 0.5)), (3, (0.9, 0.5)), (4, (0.1, 0.5)),
        (5, (0.5, 0.1)), (6, (0.5, 0.1)), (7, (0.5, 0.9)), (8, (0.5, 0.9)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photos_are_turned_upright(form: str, orientation: int, red: tuple[float, float]) -> None:
    photo = sanitise_photo(saved(drawing(), form, exif=tags(orientation=orientation)), at=AT)
    assert (photo.width, photo.height) == ((600, 400) if orientation < 5 else (400, 600))
    assert near(pixel(photo, red), (254, 0, 0))


def test_a_heic_is_turned_once() -> None:
    photo = sanitise_photo(saved(drawing(), "HEIF", exif=tags(orientation=6)), at=AT)
    assert (photo.width, photo.height) == (400, 600)
    assert near(pixel(photo, (0.5, 0.1)), (254, 0, 0))


def test_large_photos_become_small_and_small_ones_stay() -> None:
    photo = sanitise_photo(saved(drawing((4000, 3000))), at=AT)
    sizes = {name: Image.open(io.BytesIO(copy)).size for name, copy in photo.variants.items()}
    assert (photo.width, photo.height) == (2560, 1920)
    assert sizes == {"thumb": (320, 320), "view": (1280, 960)}
    tiny = sanitise_photo(saved(drawing((20, 10))), at=AT)
    assert (tiny.width, tiny.height) == (20, 10)
    assert Image.open(io.BytesIO(tiny.variants["thumb"])).size == (10, 10)


@pytest.mark.parametrize("size", [(1, 1), (12_000, 1), (1, 12_000)])
def test_odd_shapes_are_taken(size: tuple[int, int]) -> None:
    assert_clean(sanitise_photo(saved(drawing(size), "PNG"), at=AT))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(form: str) -> None:
    moving = saved(drawing(), form, save_all=True, append_images=[Image.new("RGB", (600, 400), "green")])
    assert near(pixel(sanitise_photo(moving, at=AT), (0.1, 0.5)), (254, 0, 0))


def test_a_file_with_a_second_picture_gives_the_first() -> None:
    both = saved(drawing(), "MPO", save_all=True, append_images=[Image.new("RGB", (600, 400), "green")])
    photo = sanitise_photo(both, at=AT)
    assert near(pixel(photo, (0.1, 0.5)), (254, 0, 0))
    assert_clean(photo)


def test_an_open_file_is_read_from_its_beginning() -> None:
    file = io.BytesIO(saved(drawing()))
    file.read(10)
    assert sanitise_photo(file, at=AT).width == 600


def test_the_same_photo_gives_the_same_bytes() -> None:
    content = saved(drawing())
    assert sanitise_photo(content, at=AT) == sanitise_photo(content, at=AT)


# What is hostile or wrong


def xmp() -> bytes:
    body = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>PAYLOAD</x:xmpmeta>"
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_is_appended_does_not_come_through(form: str) -> None:
    polyglot = saved(drawing(), form) + b"<script>PAYLOAD</script><?php PAYLOAD ?>PK\x03\x04PAYLOAD"
    assert_clean(sanitise_photo(polyglot, name="a.php.jpg", at=AT))


def test_comments_and_xmp_do_not_come_through() -> None:
    content = saved(drawing(), comment=b"PAYLOAD")
    assert_clean(sanitise_photo(content[:2] + xmp() + content[2:], at=AT))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"%PDF-1.7 ...",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"\xff\xd8",
        b"RIFF\x00\x00\x00\x00WAVE",
        saved(drawing(), "GIF", save_all=True, append_images=[drawing().rotate(90)]),
        saved(drawing(), "BMP"),
        saved(drawing(), "TIFF"),
        saved(drawing(), "AVIF"),
    ],
)
def test_other_kinds_are_refused_whatever_their_name(content: bytes) -> None:
    with pytest.raises(NotAPhoto) as refused:
        sanitise_photo(content, name="/tmp/sân trường.jpg", at=AT)
    assert "sân trường.jpg" in str(refused.value.message)
    assert "/tmp" not in str(refused.value.message)
    assert "HEIC" in str(refused.value.remedy)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFile):
        sanitise_photo(b"", name="a.jpg", at=AT)


def test_a_file_over_15_mb_is_refused_without_reading_on() -> None:
    file = io.BytesIO(saved(drawing()) + b"\0" * (MAX_PHOTO_BYTES * 2))
    with pytest.raises(TooLargeFile) as refused:
        sanitise_photo(file, at=AT)
    assert "15" in str(refused.value.remedy)
    assert file.tell() == MAX_PHOTO_BYTES + 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9])
def test_truncated_files_are_refused(form: str, part: float) -> None:
    noisy = Image.effect_noise((400, 300), 90).convert("RGB")
    content = saved(noisy, form)
    with pytest.raises(BrokenFile):
        sanitise_photo(content[: int(len(content) * part)], at=AT)


@pytest.mark.parametrize("size", [(50_000, 50_000), (12_001, 10), (10, 12_001), (8_000, 7_000)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    began = time.monotonic()
    with pytest.raises(TooManyPixels):
        sanitise_photo(png_header(*size), at=AT)
    assert time.monotonic() - began < 1


def jpeg_of_size(width: int, height: int) -> bytes:
    content = saved(drawing((16, 16)))
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def webp_of_size(width: int, height: int) -> bytes:
    body = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<L", 1000) + b"WEBPVP8X" + struct.pack("<L", 10) + body + b"\0" * 900


def heic_of_size(width: int, height: int) -> bytes:
    content = saved(drawing((64, 64)), "HEIF")
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">LL", width, height) + content[at + 8 :]


@pytest.mark.parametrize("made", [jpeg_of_size, webp_of_size, heic_of_size])
def test_pixels_are_counted_in_every_kind(made: Callable[[int, int], bytes]) -> None:
    with pytest.raises((TooManyPixels, BrokenFile)) as refused:
        sanitise_photo(made(16_000, 16_000), at=AT)
    assert made is heic_of_size or isinstance(refused.value, TooManyPixels)


def test_a_png_whose_text_swells_is_refused_or_clean() -> None:
    body = b"Comment\0\0" + zlib.compress(b"A" * 200_000_000)
    chunk = struct.pack(">L", len(body)) + b"zTXt" + body + struct.pack(">L", zlib.crc32(b"zTXt" + body))
    with pytest.raises(BrokenFile):
        sanitise_photo(png_header(8, 8, chunk), at=AT)


def test_a_jpeg_of_endless_scans_is_refused_quickly() -> None:
    content = saved(Image.new("RGB", (4000, 4000)), progressive=True)
    last = content.rindex(b"\xff\xda")
    began = time.monotonic()
    with pytest.raises(BrokenFile):
        sanitise_photo(content[:last] + content[last:-2] * 20_000 + b"\xff\xd9", at=AT)
    assert time.monotonic() - began < 3


def test_exif_that_names_the_same_bytes_again_and_again_costs_nothing() -> None:
    entries = b"".join(struct.pack("<HHLL", tag, 7, 60_000, 8) for tag in range(5000))
    block = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 5000) + entries
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    content = saved(drawing())
    more = b"\xff\xe1" + struct.pack(">H", 65_000) + b"Exif\0\0" + b"\0" * (65_000 - 8)
    began = time.monotonic()
    assert_clean(sanitise_photo(content[:2] + segment + more * 100 + content[2:], at=AT))
    assert time.monotonic() - began < 3


def test_a_jpeg_of_endless_segments_is_refused() -> None:
    content = saved(drawing())
    with pytest.raises(BrokenFile):
        sanitise_photo(content[:2] + b"\xff\xfe\x00\x02" * 500_000 + content[2:], at=AT)


def test_a_name_cannot_hide_or_reorder_the_message() -> None:
    with pytest.raises(NotAPhoto) as refused:
        sanitise_photo(b"x", name="a\u202egpj.exe\n\x00" + "n" * 300 + ".jpg")
    assert "\u202e" not in str(refused.value.message)
    assert len(str(refused.value.message)) < 200


# When and where


@pytest.mark.parametrize(
    ("taken", "offset", "wanted"),
    [
        ("2024:05:02 08:30:00", "", datetime(2024, 5, 2, 1, 30, tzinfo=UTC)),
        ("2024:05:02 08:30:00", "+09:00", datetime(2024, 5, 1, 23, 30, tzinfo=UTC)),
        ("2024:05:02 08:30:00", "nonsense", datetime(2024, 5, 2, 1, 30, tzinfo=UTC)),
        ("2024:06:01 07:03:00", "", datetime(2024, 6, 1, 0, 3, tzinfo=UTC)),
        ("2031:05:02 08:30:00", "", None),
        ("1970:01:01 00:00:00", "", None),
        ("0000:00:00 00:00:00", "", None),
        ("2024:13:45 99:99:99", "", None),
        ("yesterday", "", None),
    ],
)
def test_only_believable_times_are_believed(taken: str, offset: str, wanted: datetime | None) -> None:
    photo = sanitise_photo(saved(drawing(), exif=tags(taken=taken, offset=offset)), at=AT)
    assert photo.taken_at == wanted


def gps_block(*, numbers: tuple[tuple[int, int], ...], sides: bytes = b"NE") -> bytes:
    """EXIF by hand, with fractions that no library would write."""
    gps_at = 8 + 2 + 12 + 4
    values_at = gps_at + 2 + 4 * 12 + 4
    head = b"II*\0\x08\0\0\0" + struct.pack("<HHHLLL", 1, 0x8825, 4, 1, gps_at, 0)
    entries = struct.pack("<H", 4)
    for side, index in ((sides[:1], 0), (sides[1:], 1)):
        entries += struct.pack("<HHL4s", 1 + 2 * index, 2, 2, side + b"\0")
        entries += struct.pack("<HHLL", 2 + 2 * index, 5, 3, values_at + 24 * index)
    values = b"".join(struct.pack("<LL", *fraction) for fraction in numbers)
    return b"Exif\0\0" + head + entries + b"\0\0\0\0" + values


HANOI = ((21, 1), (1, 1), (3000, 100))
EAST = ((105, 1), (51, 1), (0, 1))


@pytest.mark.parametrize(
    ("numbers", "sides", "place"),
    [
        ((*HANOI, *EAST), b"NE", (21.025, 105.85)),
        ((*HANOI, *EAST), b"SW", (-21.025, -105.85)),
        ((*HANOI[:2], (0, 0), *EAST), b"NE", None),
        (((0, 0),) * 6, b"NE", None),
        (((0, 1),) * 6, b"NE", None),
        (((91, 1), *HANOI[1:], *EAST), b"NE", None),
        ((*HANOI, (181, 1), *EAST[1:]), b"NE", None),
        ((*HANOI[:1], (61, 1), (0, 1), *EAST), b"NE", None),
        ((*HANOI, *EAST), b"XE", None),
        ((*HANOI, *EAST), b"\0\0", None),
        ((*HANOI, *EAST[:2]), b"NE", None),
    ],
)
def test_only_places_on_earth_are_believed(
    numbers: tuple[tuple[int, int], ...], sides: bytes, place: tuple[float, float] | None
) -> None:
    photo = sanitise_photo(saved(drawing(), exif=gps_block(numbers=numbers, sides=sides)), at=AT)
    have = None if photo.latitude is None else (photo.latitude, photo.longitude)
    assert have == (pytest.approx(place) if place else None)
    assert_clean(photo)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"II*\0", b"MM\0*", b""]))
def test_no_exif_block_is_an_error(block: bytes, head: bytes) -> None:
    facts = exif.facts_of(b"Exif\0\0" + head + block, at=AT)
    assert 1 <= facts.orientation <= 8


_WHOLE = tags(orientation=6, taken="2024:05:02 08:30:00", gps=GPS)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_exif_block_is_never_an_error(at: int, byte: int) -> None:
    facts = exif.facts_of(_WHOLE[:at] + bytes([byte]) + _WHOLE[at + 1 :], at=AT)
    assert facts.taken_at is None or facts.taken_at.year <= 2024
    assert facts.place is None or (abs(facts.place.latitude) <= 90 and abs(facts.place.longitude) <= 180)


# For every file: clean or refused, nothing else


_SEEDS = [saved(drawing((48, 32)), form, exif=_WHOLE) + b"PAYLOAD" for form in ("JPEG", "PNG", "WEBP", "HEIF")]


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(_SEEDS),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=4)), max_size=6),
    st.integers(1, 10_000),
)
def test_damage_is_refused_or_cleaned_away(seed: bytes, damage: list[tuple[int, bytes]], length: int) -> None:
    content = bytearray(seed)
    for place, junk in damage:
        at = place % len(content)
        content[at : at + len(junk)] = junk
    try:
        assert_clean(sanitise_photo(bytes(content[:length] if length < 4000 else content), at=AT))
    except MediaRefused as refused:
        assert refused.message  # noqa: PT017
        assert refused.remedy  # noqa: PT017


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_the_signature_are_taken_apart_or_refused(tail: bytes) -> None:
    try:
        pixels, block = jpeg.take_apart(b"\xff\xd8" + tail)
    except ValueError:
        return
    assert pixels.startswith(b"\xff\xd8")
    assert len(pixels) + len(block) <= len(tail) + 2
