"""How much is read of one submission, all its files, archives and notebooks together. It is counted before it is read."""

from __future__ import annotations

from dataclasses import dataclass

from grader.submissions.container import MOST_FILES, OverLimit, TooLarge, Upload

MOST_READ_BYTES = 100_000_000
MOST_NOTEBOOK_LINES = 200_000


@dataclass(slots=True)
class Allowance:
    """What of one submission may still be read."""

    files: int = MOST_FILES
    read_bytes: int = MOST_READ_BYTES
    notebook_lines: int = MOST_NOTEBOOK_LINES

    def take_files(self, count: int) -> None:
        """Raises OverLimit."""
        self.files -= count
        if self.files < 0:
            raise OverLimit(f"It has more than {MOST_FILES:,} files, those in archives included.")

    def read(self, upload: Upload, most: int) -> bytes:
        """The content of a file with at most `most` bytes. Raises Unreadable, and OverLimit without reading the file."""
        try:
            content = upload.read(min(most, self.read_bytes))
        except TooLarge:
            if self.read_bytes >= most:
                raise
            raise OverLimit(f"Its archives and solutions have more than {MOST_READ_BYTES:,} bytes together.") from None
        self.read_bytes -= len(content)
        return content

    def take_lines(self, count: int) -> None:
        """Raises OverLimit."""
        self.notebook_lines -= count
        if self.notebook_lines < 0:
            raise OverLimit(f"The code of its notebooks has more than {MOST_NOTEBOOK_LINES:,} lines together.")
