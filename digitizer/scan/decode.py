"""Decode one document: which decoder for which file, and how its failures are told.

Runs inside the sandboxed child. Called in-process it does the same, unprotected.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import closing

from digitizer.errors import BudgetExceeded, DamagedFile, DigitizationError, DiskFull
from digitizer.model import MediaType
from digitizer.scan.answers import Job, PageImage, Summary
from digitizer.scan.bound import bound_answers
from digitizer.scan.page_folder import PageFolder
from digitizer.scan.pdf import PdfPages
from digitizer.scan.raster import jpeg_pages, png_pages, tiff_pages


def decode(job: Job) -> Iterator[PageImage | Summary]:
    """Yield the pages in order, then one summary.

    Raises:
        DocumentError: named by page where known; whatever a decoder raises comes out as one.
        DiskFull: the page images do not fit.
    """
    number = 1
    try:
        for answer in _answers(job):
            if isinstance(answer, PageImage):
                number = answer.number + 1
            yield answer
    except DigitizationError:
        raise
    except MemoryError as error:
        raise BudgetExceeded("asks for more memory than is allowed", page=number) from error
    except OSError as error:
        raise _of_system(error, number) from error
    except Exception as error:
        # Decoders raise anything on hostile files (AssertionError, KeyError, RecursionError …).
        raise DamagedFile(f"decoder gave up: {type(error).__name__}", page=number) from error


def _answers(job: Job) -> Iterator[PageImage | Summary]:
    if job.media_type is MediaType.TAR:
        yield from bound_answers(job, _answers)
        return
    folder = PageFolder(job.folder, job.settings.max_megapixels)
    if job.media_type is MediaType.PDF:
        yield from _pdf_answers(job, folder)
        return
    count = 0
    for page in _raster_pages(job, folder):
        count += 1
        yield page
    yield Summary(count, 0, 0)


def _pdf_answers(job: Job, folder: PageFolder) -> Iterator[PageImage | Summary]:
    with closing(PdfPages.open(job.path, folder, job.settings)) as pdf:
        signed = pdf.signature_count
        yield from pdf.pages()
        yield Summary(len(pdf.pdf.pages), signed, pdf.problem_count)


def _raster_pages(job: Job, folder: PageFolder) -> Iterator[PageImage]:
    if job.media_type is MediaType.TIFF:
        return tiff_pages(job.path, folder, max_pages=job.settings.max_pages)
    if job.media_type is MediaType.PNG:
        return png_pages(job.path, folder)
    return jpeg_pages(job.path, folder)


def _of_system(error: OSError, number: int) -> DigitizationError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("no room for the page images")
    if error.errno == errno.EFBIG:
        return BudgetExceeded("a page image grew past the largest file allowed", page=number)
    if error.errno == errno.ENOMEM:
        return BudgetExceeded("asks for more memory than is allowed", page=number)
    return DamagedFile(f"decoder gave up: {type(error).__name__}", page=number)
