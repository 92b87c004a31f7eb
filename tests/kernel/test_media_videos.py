"""Videos: what is taken comes out as MP4 without metadata, what is hostile is refused in words."""

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from ioc.kernel.media import (
    MAX_VIDEO_BYTES,
    BrokenFile,
    EmptyFile,
    MediaRefused,
    NotAVideo,
    TooHeavyVideo,
    TooLargeFile,
    TooLongVideo,
    videos,
)
from ioc.kernel.media.videos import Video, sanitise_video

AT = datetime(2024, 6, 1, tzinfo=UTC)
NOTES = {"location": "+21.2731+106.1944/", "creation_time": "2024-05-02T01:30:00Z", "title": "PAYLOAD"}


def film(
    *,
    form: str = "mp4",
    codec: str = "libx264",
    size: tuple[int, int] = (320, 240),
    seconds: float = 2,
    rate: int = 30,
    sound: str = "aac",
    rotation: int = 0,
    gap: int = 1,
    notes: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """Red on the left and blue on the right, with a tone."""
    out = io.BytesIO()
    with av.open(out, "w", format=form, container_options=options or {}) as movie:
        movie.metadata.update(notes or {})
        pictures = movie.add_stream(codec, rate=rate)
        pictures.width, pictures.height = size
        pictures.pix_fmt = "yuv420p"
        pictures.codec_context.thread_count = 1
        if rotation:
            pictures.set_display_rotation(rotation)
        tone = movie.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for packet in drawn(pictures, size, int(seconds * rate), rate, gap):
            movie.mux(packet)
        if tone:
            movie.mux(list(sung(tone, seconds)))
    return out.getvalue()


def drawn(stream, size, count, rate, gap) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    picture[:, : size[0] // 2, 0] = 255
    picture[:, size[0] // 2 :, 2] = 255
    for index in range(count):
        frame = av.VideoFrame.from_ndarray(picture, "rgb24")
        frame.pts, frame.time_base = index * gap, Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def sung(stream, seconds) -> Iterator:  # type: ignore[no-untyped-def, type-arg]
    for index in range(int(seconds * 50)):
        wave = np.sin(np.arange(960) / 10).astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(wave, "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, index * 960, Fraction(1, 48_000)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def assert_clean(video: Video) -> None:
    assert b"PAYLOAD" not in video.content
    assert b"+21.27" not in video.content
    assert b"\xa9xyz" not in video.content
    # Plays while it loads: the index stands before the pictures.
    assert 0 < video.content.index(b"moov") < video.content.index(b"mdat")
    with av.open(io.BytesIO(video.content)) as movie:
        assert set(movie.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
        assert [stream.codec_context.name for stream in movie.streams.video] == ["h264"]
        assert len(movie.streams) <= 2
        for stream in movie.streams:
            assert set(stream.metadata) <= {"language", "handler_name", "vendor_id"}
        count = sum(1 for _ in movie.decode(video=0))
    assert count == pytest.approx(video.seconds * 30, abs=20)
    for copy in video.variants.values():
        assert Image.open(io.BytesIO(copy)).format == "JPEG"


@pytest.mark.parametrize(
    ("form", "codec", "sound"),
    [
        ("mp4", "libx264", "aac"),
        ("mov", "libx264", "aac"),
        ("mov", "libx265", "aac"),
        ("webm", "libvpx", "libopus"),
        ("webm", "libvpx-vp9", "libopus"),
        ("mp4", "libx264", ""),
    ],
)
def test_each_kind_of_video_comes_out_as_clean_mp4(form: str, codec: str, sound: str) -> None:
    content = film(form=form, codec=codec, sound=sound, notes=NOTES)
    video = sanitise_video(io.BytesIO(content), name="a.avi", at=AT)
    assert (video.media_type, video.width, video.height) == ("video/mp4", 320, 240)
    assert video.seconds == pytest.approx(2, abs=0.2)
    assert set(video.variants) == {"poster", "thumb"}
    assert_clean(video)
    with av.open(io.BytesIO(video.content)) as movie:
        assert [stream.codec_context.name for stream in movie.streams.audio] == (["aac"] if sound else [])
        if sound:
            assert float(movie.streams.audio[0].duration / 48_000) == pytest.approx(2, abs=0.2)


def test_time_and_place_are_read_and_then_gone() -> None:
    video = sanitise_video(io.BytesIO(film(notes=NOTES)), at=AT)
    assert video.taken_at == datetime(2024, 5, 2, 1, 30, tzinfo=UTC)
    assert (video.latitude, video.longitude) == (21.2731, 106.1944)
    assert_clean(video)


@pytest.mark.parametrize(
    "notes",
    [
        {"creation_time": "1904-01-01T00:00:00Z", "location": "+00.0000+000.0000/"},
        {"creation_time": "2039-01-01T00:00:00Z", "location": "+95.0000+206.0000/"},
    ],
)
def test_only_believable_times_and_places_are_believed(notes: dict[str, str]) -> None:
    video = sanitise_video(io.BytesIO(film(notes=notes)), at=AT)
    assert (video.taken_at, video.latitude, video.longitude) == (None, None, None)


@pytest.mark.parametrize(("rotation", "red"), [(90, (0.5, 0.9)), (-90, (0.5, 0.1)), (180, (0.9, 0.5))])
def test_videos_are_turned_upright(rotation: int, red: tuple[float, float]) -> None:
    video = sanitise_video(io.BytesIO(film(rotation=rotation)), at=AT)
    assert (video.width, video.height) == ((320, 240) if rotation == 180 else (240, 320))
    poster = Image.open(io.BytesIO(video.variants["poster"]))
    seen = poster.getpixel((int(red[0] * poster.width), int(red[1] * poster.height)))
    assert isinstance(seen, tuple)
    assert seen[0] > 180 > 80 > seen[2]
    with av.open(io.BytesIO(video.content)) as movie:
        frame = next(movie.decode(video=0))
        assert (frame.rotation, frame.width, frame.height) == (0, video.width, video.height)


def test_large_and_fast_videos_become_small_and_calm() -> None:
    video = sanitise_video(io.BytesIO(film(size=(1920, 1080), rate=120, seconds=0.5)), at=AT)
    assert (video.width, video.height) == (1280, 720)
    with av.open(io.BytesIO(video.content)) as movie:
        assert movie.streams.video[0].average_rate == 30
        assert movie.streams.video[0].frames == pytest.approx(15, abs=2)


def test_odd_sizes_are_taken() -> None:
    video = sanitise_video(io.BytesIO(film(form="webm", codec="libvpx", size=(321, 201), sound="")), at=AT)
    assert (video.width % 2, video.height % 2) == (0, 0)


def test_fragmented_videos_are_taken() -> None:
    content = film(options={"movflags": "frag_keyframe+empty_moov"})
    assert_clean(sanitise_video(io.BytesIO(content), at=AT))


def test_a_path_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(film())
    assert_clean(sanitise_video(path, at=AT))


def test_what_is_appended_does_not_come_through() -> None:
    assert_clean(sanitise_video(io.BytesIO(film() + b"<script>PAYLOAD</script>" * 9), at=AT))


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<html><video></video></html>",
        b"GIF89a" + b"\0" * 90,
        b"\0\0\0\x18ftypheic" + b"\0" * 90,
        b"\0\0\0\x18ftypavif" + b"\0" * 90,
        film(form="avi", codec="mpeg4", sound=""),
        film(form="matroska"),
    ],
)
def test_other_kinds_are_refused_whatever_their_name(content: bytes) -> None:
    with pytest.raises(NotAVideo) as refused:
        sanitise_video(io.BytesIO(content), name="clip.mp4", at=AT)
    assert "clip.mp4" in str(refused.value.message)


def test_sound_alone_is_no_video() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as movie:
        movie.mux(list(sung(movie.add_stream("aac", rate=48_000, layout="mono"), 1)))
    with pytest.raises(NotAVideo):
        sanitise_video(io.BytesIO(out.getvalue()), at=AT)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFile):
        sanitise_video(io.BytesIO(), at=AT)


def test_a_file_over_60_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with path.open("wb") as file:
        file.truncate(MAX_VIDEO_BYTES + 1)
    with pytest.raises(TooLargeFile) as refused:
        sanitise_video(path, at=AT)
    assert "60" in str(refused.value.remedy)


@pytest.mark.parametrize(
    ("part", "options"),
    [
        *[(part, {}) for part in (0.01, 0.3, 0.6, 0.9, 0.99)],
        # With the index first, a video of which only the last moment is missing is taken without it.
        *[(part, {"movflags": "faststart"}) for part in (0.01, 0.3, 0.6, 0.8)],
    ],
)
def test_truncated_videos_are_refused(tmp_path: Path, part: float, options: dict[str, str]) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", format="mp4", container_options=options) as movie:
        stream = movie.add_stream("libx264", rate=30, options={"preset": "ultrafast", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        noise = np.random.default_rng(1)
        for index in range(300):
            frame = av.VideoFrame.from_ndarray(noise.integers(0, 255, (240, 320, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            movie.mux(stream.encode(frame))
        movie.mux(stream.encode(None))
    content = path.read_bytes()
    with pytest.raises(BrokenFile):
        sanitise_video(io.BytesIO(content[: int(len(content) * part)]), at=AT)


def test_a_video_that_says_it_is_long_is_refused_at_once() -> None:
    with pytest.raises(TooLongVideo):
        sanitise_video(io.BytesIO(film(size=(64, 64), seconds=95, rate=5, sound="")), at=AT)


def test_a_video_that_hides_its_length_is_refused_too() -> None:
    content = film(form="webm", codec="libvpx", size=(64, 64), seconds=3, rate=10, gap=40, sound="")
    at = content.index(b"\x44\x89\x88")
    hidden = content[: at + 3] + struct.pack(">d", 1000.0) + content[at + 11 :]
    with pytest.raises(TooLongVideo):
        sanitise_video(io.BytesIO(hidden), at=AT)


def test_a_video_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(TooHeavyVideo):
        sanitise_video(io.BytesIO(film(size=(4098, 64), seconds=0.2, sound="")), at=AT)


def test_a_picture_that_is_larger_than_the_header_says_is_refused() -> None:
    content = film(form="webm", codec="libvpx", size=(64, 64), seconds=0.5, sound="")
    at = content.index(b"\x9d\x01\x2a") + 3
    swollen = content[:at] + struct.pack("<HH", 16_000, 16_000) + content[at + 4 :]
    with pytest.raises(MediaRefused):
        sanitise_video(io.BytesIO(swollen), at=AT)


def test_work_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(videos, "_WORK_SECONDS", 0)
    with pytest.raises(TooHeavyVideo):
        sanitise_video(io.BytesIO(film()), at=AT)


def test_damage_is_refused_or_cleaned_away() -> None:
    seed, random = film(seconds=0.5, notes=NOTES), np.random.default_rng(7)
    for _ in range(40):
        content = bytearray(seed)
        for at in random.integers(0, len(seed), 12):
            content[at] = random.integers(0, 256)
        try:
            video = sanitise_video(io.BytesIO(bytes(content)), at=AT)
        except MediaRefused:
            continue
        assert b"PAYLOAD" not in video.content
