"""Archives that others have made, opened without believing them: a list of contents that is too long is not read.

zipfile makes an object of each entry before anybody can count them, so a file of fifty megabytes that holds nothing but
names would cost three hundred and two seconds.
"""

import zipfile
from typing import BinaryIO, cast

LONGEST_LIST = 3_000_000  # bytes; ten thousand entries with long names


class TooManyEntries(Exception):
    """More names than any archive of an office has."""


class _Sparing:
    """What zipfile needs of a file; until its contents are known, no more is read at once than their list may be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.known = False
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > LONGEST_LIST and not self.known:
            raise TooManyEntries
        return self._file.read(size)


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """An archive to read from; TooManyEntries, or what zipfile raises for what is none."""
    sparing = _Sparing(file)
    archive = zipfile.ZipFile(cast(BinaryIO, sparing))
    sparing.known = True
    return archive
