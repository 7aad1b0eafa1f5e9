"""Forms with files: what arrives goes to the disk as it comes, never more of it into the memory than 64 KB a file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

from fastapi import Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartParser

from storage.files.spooling import IN_MEMORY, spooled


async def read_form(request: Request, folder: Path, *, files: int, fields: int, largest_field: int) -> FormData:
    """The form of a request. Its files lie below `folder`, without a name, until the form is closed.

    Raises starlette's `MultiPartException`; KeyError where there is no content type; OSError of the disk.
    """
    stream = request.stream()
    try:
        return await _ToDisk(request.headers, stream, folder, files, fields, largest_field).parse()
    finally:
        await stream.aclose()


class _ToDisk(MultiPartParser):
    """Starlette's parser, with a place and a bound for its files."""

    spool_max_size = IN_MEMORY

    def __init__(
        self, headers: Headers, stream: AsyncGenerator[bytes, None], folder: Path, files: int, fields: int, largest: int
    ) -> None:
        super().__init__(headers, stream, max_files=files, max_fields=fields, max_part_size=largest)
        self._folder = folder

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        part = self._current_part
        if part.file is None:
            return
        mine = spooled(self._folder)
        self._files_to_close_on_error.pop().close()
        self._files_to_close_on_error.append(mine)  # type: ignore[arg-type]
        about = part.file
        part.file = UploadFile(file=mine, size=0, filename=about.filename, headers=about.headers)
