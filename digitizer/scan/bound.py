"""Page images from a bound file: each member by its own decoder, the pages in the bound order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tarfile import TarFile

from digitizer.errors import DamagedFile, DocumentError, UnsupportedFormat
from digitizer.scan.answers import Job, PageImage, Summary, page_file
from digitizer.scan.binding import Binding, Member, opened, unpack

Decode = Callable[[Job], Iterator[PageImage | Summary]]
_MEMBER = ".member"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a decoded page is to stand: its number in the document."""

    numbers: dict[tuple[int, int], int]

    def of(self, member: int, page: int) -> int:
        try:
            return self.numbers[member, page]
        except KeyError:
            raise DamagedFile(f"member {member} has a page {page} that is not bound") from None


def bound_answers(job: Job, decode: Decode) -> Iterator[PageImage | Summary]:
    """Yield the pages of all members in the bound order, then one summary.

    Args:
        decode: decodes one member, as a document of its own.

    Raises:
        DocumentError: naming the page of the bound document, not that of its member.
        UnsupportedFormat: a member is a signed PDF, whose signature would not survive.
    """
    with opened(job.path) as (binding, archive):
        if binding.pages:
            pages = sorted(_all_pages(job, binding, archive, decode), key=lambda page: page.number)
            yield from pages
            yield _summary(binding, len(pages), job)
        else:
            count = 0
            for page in _in_sequence(job, binding, archive, decode):
                count = page.number
                yield page
            yield _summary(binding, count, job)


def _summary(binding: Binding, count: int, job: Job) -> Summary:
    if binding.pages and len(binding.pages) != count:
        raise DamagedFile(f"{len(binding.pages)} pages are bound, {count} were found")
    if count > job.settings.max_pages:
        raise DamagedFile(f"{count} pages")
    return Summary(count, 0, 0)


def _in_sequence(
    job: Job, binding: Binding, archive: TarFile, decode: Decode
) -> Iterator[PageImage]:
    before = 0
    for number, member in enumerate(binding.members, 1):
        count = 0
        for page in _member_pages(job, archive, member, decode, partial(int.__add__, before)):
            count += 1
            yield page
        if not count:
            raise DamagedFile(f"member {number} has no page", page=before + 1)
        before += count


def _all_pages(job: Job, binding: Binding, archive: TarFile, decode: Decode) -> Iterator[PageImage]:
    place = _Place({(ref.member, ref.page): n for n, ref in enumerate(binding.pages, 1)})
    for number, member in enumerate(binding.members, 1):
        yield from _member_pages(job, archive, member, decode, partial(place.of, number))


def _member_pages(
    job: Job,
    archive: TarFile,
    member: Member,
    decode: Decode,
    number_of: Callable[[int], int],
) -> Iterator[PageImage]:
    """Decode one member in a folder of its own; its images move out under their numbers."""
    folder = job.folder / _MEMBER
    folder.mkdir()
    path = folder / member.file
    unpack(archive, member, path)
    try:
        for answer in decode(Job(path, member.media_type, folder, job.settings)):
            if isinstance(answer, Summary):
                if answer.signed_input:
                    raise UnsupportedFormat("a signed PDF can't be part of a bound document")
            else:
                yield _moved(answer, member, folder, job.folder, number_of(answer.number))
    except DocumentError as error:
        error.page = number_of(error.page) if error.page else None
        raise
    path.unlink()
    folder.rmdir()


def _moved(page: PageImage, member: Member, source: Path, target: Path, number: int) -> PageImage:
    name = page_file(number, page.media_type)
    (source / page.file).rename(target / name)
    dpi = member.cut.dpi if member.cut else page.dpi
    return replace(page, number=number, file=name, dpi=dpi)
