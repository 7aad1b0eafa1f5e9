"""What a picture or film says of its maker (where, when, with which device) is taken out; not one pixel is decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from storage.files.pictures import boxes, gif, jpeg, png, webp
from storage.files.pictures.reading import pieces_of

_CLEANED: Mapping[str, Callable[[BinaryIO], Iterator[bytes]]] = {
    "image/jpeg": jpeg.cleaned,
    "image/png": png.cleaned,
    "image/webp": webp.cleaned,
    "image/gif": gif.cleaned,
    **dict.fromkeys(("image/heic", "image/avif", "video/mp4", "video/quicktime", "audio/mp4"), boxes.cleaned),
}


def cleaned(media_type: str, source: BinaryIO) -> Iterator[bytes]:
    """The file from its beginning, in pieces of at most 64 KB, without what its format has for metadata.

    How a picture is to be turned is kept. What cannot be read as its format says is passed on as it is: nothing of
    a customer's evidence is lost for a fault in it. TIFF, BMP, PDF, office documents, MP3, Ogg, Matroska and AVI are
    passed on as they are.
    """
    source.seek(0)
    return _CLEANED.get(media_type, pieces_of)(source)
