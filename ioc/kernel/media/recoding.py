"""Turning the pictures and sound of a movie into H.264 and AAC, within bounds on time, memory and output."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final, Self

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from ioc.kernel.media.errors import BrokenFile, NotAVideo, TooHeavyVideo, TooLongVideo
from ioc.kernel.media.limits import MAX_VIDEO_FRAMES, MAX_VIDEO_SECONDS, MAX_VIDEO_SIDE

KEPT_SIDE: Final = 1280
MAX_RATE: Final = 30

_THREADS: Final = 2
_SOUND_RATE: Final = 48_000
# A recorder told to stop at ninety seconds stops a little after.
_ALLOWED_SECONDS: Final = MAX_VIDEO_SECONDS + 1
# One bad packet in a phone's file is common, more is damage.
_MAX_DAMAGED: Final = 10
# Counter-clockwise degrees in the file, and the filters that undo them.
_TURNS: Final = {90: ("transpose=cclock",), -90: ("transpose=clock",), 180: ("hflip", "vflip")}
_H264: Final = {"preset": "veryfast", "crf": "26", "maxrate": "4M", "bufsize": "8M", "threads": str(_THREADS)}


@dataclass(frozen=True)
class Plan:
    """What to make of a movie: which streams to read, how to turn and scale, and until when.

    `width` and `height` are those of the result; `expected` is how many seconds of pictures the file
    claims, if it does.
    """

    name: str
    pictures: int
    sound: int | None
    source_size: tuple[int, int]
    rotation: int
    width: int
    height: int
    rate: Fraction
    expected: float | None
    work_seconds: float

    @classmethod
    def of(cls, movie: InputContainer, stream: VideoStream, *, name: str, work_seconds: float) -> Self:
        """The plan for `movie`; decodes its first picture.

        Raises:
            NotAVideo: there is no picture in it.
        """
        first = _first_picture(movie, stream, name)
        upright = (first.width, first.height) if abs(first.rotation) != 90 else (first.height, first.width)
        width, height = _fitted(*upright)
        length = stream.duration
        return cls(
            name=name,
            pictures=stream.index,
            sound=next((one.index for one in movie.streams.audio if one.codec_context is not None), None),
            source_size=(first.width, first.height),
            rotation=first.rotation if abs(first.rotation) != 180 else 180,
            width=width,
            height=height,
            rate=_rate(stream.average_rate),
            expected=float(length * stream.time_base) if length and stream.time_base else None,
            work_seconds=work_seconds,
        )


@dataclass(frozen=True)
class Recoded:
    """What came out: a still picture of it, and how many seconds it runs."""

    poster: Image.Image
    seconds: float


def recode(movie: InputContainer, target: Path, plan: Plan) -> Recoded:
    """Write `movie` to `target` as `plan` says.

    Raises:
        TooLongVideo: it runs on after the seconds that are allowed, whatever its header says.
        TooHeavyVideo: the work is not done in time.
        BrokenFile: it cannot be decoded, or ends much before it says.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(target), "w", format="mp4", container_options=options) as out:
        work = _Work(movie, out, plan)
        work.run()
    return work.result()


def _prepared(stream: VideoStream) -> None:
    stream.codec_context.thread_count = _THREADS
    # A picture may claim another size than the header; the decoder refuses before it sets memory aside.
    stream.codec_context.options = {"max_pixels": str(MAX_VIDEO_SIDE * MAX_VIDEO_SIDE)}


def _first_picture(movie: InputContainer, stream: VideoStream, name: str) -> VideoFrame:
    _prepared(stream)
    damaged = 0
    for packet in movie.demux(stream):
        try:
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    return frame
        except av.InvalidDataError:
            damaged += 1
            if damaged > _MAX_DAMAGED:
                break
    if damaged:
        raise BrokenFile(name=name)
    raise NotAVideo(name=name)


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The size within `KEPT_SIDE`, in even numbers as H.264 wants them."""
    scale = min(1.0, KEPT_SIDE / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _rate(average: Fraction | None) -> Fraction:
    return average if average and 1 <= average <= MAX_RATE else Fraction(MAX_RATE)


def _filters(plan: Plan, first: VideoFrame) -> Graph:
    """Upright, at the kept rate (before scaling: what is dropped need not be scaled), at the kept size."""
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(width=first.width, height=first.height, format=first.format, time_base=first.time_base)
    lying = abs(plan.rotation) == 90
    width, height = (plan.height, plan.width) if lying else (plan.width, plan.height)
    rate = f"fps=fps={plan.rate.numerator}/{plan.rate.denominator}"
    turns = _TURNS.get(plan.rotation, ())
    steps = [rate, f"scale=w={width}:h={height}", *turns, "setsar=sar=1", "format=pix_fmts=yuv420p"]
    parts = (step.partition("=") for step in steps)
    nodes = [graph.add(name, arguments or None) for name, _, arguments in parts]
    graph.link_nodes(source, *nodes, graph.add("buffersink")).configure()
    return graph


@dataclass
class _Work:
    """One conversion under way, and how much of what is allowed it has used."""

    movie: InputContainer
    out: OutputContainer
    plan: Plan
    began: float = field(default_factory=time.monotonic)
    graph: Graph | None = None
    poster: Image.Image | None = None
    decoded: int = 0
    written: int = 0
    sound_seconds: float = 0.0
    damaged: int = 0

    def __post_init__(self) -> None:
        self.pictures = self.out.add_stream("libx264", rate=self.plan.rate, options=dict(_H264))
        self.pictures.width, self.pictures.height = self.plan.width, self.plan.height
        self.pictures.pix_fmt = "yuv420p"
        self.sound: AudioStream | None = None
        if self.plan.sound is not None:
            self.sound = self.out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
            self.sound.bit_rate = 128_000

    def run(self) -> None:
        """Everything from the first packet to the last."""
        pictures = next(one for one in self.movie.streams.video if one.index == self.plan.pictures)
        streams: list[Stream] = [pictures]
        if self.plan.sound is not None:
            streams.append(self.movie.streams[self.plan.sound])
        _prepared(pictures)
        for packet in self.movie.demux(streams):
            for frame in self._decoded(packet):
                self._take(frame)
        self._finish()

    def result(self) -> Recoded:
        """What came out; refused when it is much shorter than the file says it is."""
        seconds = float(self.written / self.plan.rate)
        if self.poster is None or seconds < (self.plan.expected or 0) * 0.9 - 1:
            raise BrokenFile(name=self.plan.name)
        return Recoded(poster=self.poster, seconds=round(seconds, 3))

    def _decoded(self, packet: "Packet[Stream]") -> list[VideoFrame | AudioFrame]:
        try:
            return [frame for frame in packet.decode() if isinstance(frame, VideoFrame | AudioFrame)]
        except av.InvalidDataError:
            self.damaged += 1
            if self.damaged > _MAX_DAMAGED:
                raise
            return []

    def _take(self, frame: VideoFrame | AudioFrame) -> None:
        if time.monotonic() - self.began > self.plan.work_seconds:
            raise TooHeavyVideo(name=self.plan.name)
        if (self._seconds_in(frame) or 0) > _ALLOWED_SECONDS:
            raise TooLongVideo(name=self.plan.name)
        if isinstance(frame, VideoFrame):
            self._take_picture(frame)
        elif self.sound:
            self._take_sound(frame, self.sound)

    def _seconds_in(self, frame: VideoFrame | AudioFrame) -> float | None:
        """Where in the movie `frame` stands; moves it so that the movie begins at zero."""
        if frame.pts is None or not frame.time_base:
            return None
        frame.pts -= int(Fraction(self.movie.start_time or 0, 1_000_000) / frame.time_base)
        return float(frame.pts * frame.time_base)

    def _take_picture(self, frame: VideoFrame) -> None:
        self.decoded += 1
        if self.decoded > MAX_VIDEO_FRAMES:
            raise TooLongVideo(name=self.plan.name)
        if (frame.width, frame.height) != self.plan.source_size:
            raise BrokenFile(name=self.plan.name)
        self.graph = self.graph or _filters(self.plan, frame)
        self.graph.push(frame)
        self._write_pictures(self.graph)

    def _take_sound(self, frame: AudioFrame, sound: AudioStream) -> None:
        self.sound_seconds += frame.samples / max(1, frame.sample_rate)
        if self.sound_seconds > _ALLOWED_SECONDS:
            raise TooLongVideo(name=self.plan.name)
        self.out.mux(sound.encode(frame))

    def _write_pictures(self, graph: Graph) -> None:
        for picture in _pulled(graph):
            self.written += 1
            # Pictures that are far apart are filled in between, so what comes out is counted too.
            if self.written > _ALLOWED_SECONDS * MAX_RATE:
                raise TooLongVideo(name=self.plan.name)
            # The first second is often black or shaken.
            if self.poster is None or self.written == int(self.plan.rate):
                self.poster = Image.fromarray(picture.to_ndarray(format="rgb24"))
            self.out.mux(self.pictures.encode(picture))

    def _finish(self) -> None:
        if self.graph:
            self.graph.push(None)
            self._write_pictures(self.graph)
        self.out.mux(self.pictures.encode(None))
        if self.sound:
            self.out.mux(self.sound.encode(None))


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    """The pictures that the filters have ready."""
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
