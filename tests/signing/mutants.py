"""Ways to break a signed PDF of ours, each by name: bytes in, bytes out.

The last signature is meant unless the name says otherwise. `b"...".ljust` keeps lengths, so that
nothing but the thing itself is wrong.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Mutant = Callable[[bytes], bytes]

_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\] *")
_CONTENTS = re.compile(rb"/Contents <([0-9A-Fa-f]+)>")

MUTANTS: dict[str, Mutant] = {}


def _mutant(make: Mutant) -> Mutant:
    MUTANTS[make.__name__.removeprefix("_")] = make
    return make


def _ranged(data: bytes, text: bytes, *, which: int = -1) -> bytes:
    """Put `text` in the place of a byte range, `%d`s filled with its four numbers in turn."""
    found = list(_RANGE.finditer(data))[which]
    numbers = [int(number) for number in found.groups()]
    for name, number in zip((b"@a", b"@b", b"@c", b"@d"), numbers, strict=True):
        text = text.replace(name, str(number).encode())
    old = found.group()
    assert len(text) <= len(old)
    return data[: found.start()] + text.ljust(len(old)) + data[found.end() :]


def _filled(data: bytes, digits: Callable[[bytes], bytes], *, which: int = -1) -> bytes:
    """Put other hexadecimal digits, as many, in the place of a signature's contents."""
    found = list(_CONTENTS.finditer(data))[which]
    new = digits(found.group(1))
    assert len(new) == len(found.group(1))
    return data[: found.start(1)] + new + data[found.end(1) :]


@_mutant
def byte_range_missing(data: bytes) -> bytes:
    at = data.rindex(b"/ByteRange")
    return data[:at] + b"/ByteRangX" + data[at + 10 :]


@_mutant
def byte_range_null(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange null")


@_mutant
def byte_range_zero(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 0 0 0]")


@_mutant
def byte_range_empty(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange []")


@_mutant
def byte_range_negative(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [-1 @b @c @d]")


@_mutant
def byte_range_negative_length(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 @b @c -9]")


@_mutant
def byte_range_overlapping(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 @c @b @d]")


@_mutant
def byte_range_not_from_the_start(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [1 @b @c @d]")


@_mutant
def byte_range_beyond_the_end(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 @b @c 999999999]")


@_mutant
def byte_range_of_the_first_half_only(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 @b]")


@_mutant
def byte_range_of_three(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 @b @c]")


@_mutant
def byte_range_of_six(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 9 9 @b @c @d]")


@_mutant
def byte_range_of_reals(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [.5 @b @c @d]")


@_mutant
def byte_range_of_names(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [/a /b /c /d]")


@_mutant
def byte_range_huge(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 99999999999999999999 9 9]")


@_mutant
def first_byte_range_zero(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 0 0 0]", which=0)


@_mutant
def first_byte_range_moved(data: bytes) -> bytes:
    return _ranged(data, b"/ByteRange [0 9 @c @d]", which=0)


@_mutant
def contents_missing(data: bytes) -> bytes:
    at = data.rindex(b"/Contents <")
    return data[:at] + b"/Contentz" + data[at + 9 :]


@_mutant
def contents_null(data: bytes) -> bytes:
    found = list(_CONTENTS.finditer(data))[-1]
    room = found.end() - found.start()
    return data[: found.start()] + b"/Contents null".ljust(room) + data[found.end() :]


@_mutant
def contents_empty(data: bytes) -> bytes:
    found = list(_CONTENTS.finditer(data))[-1]
    room = found.end() - found.start()
    return data[: found.start()] + b"/Contents <>".ljust(room) + data[found.end() :]


@_mutant
def contents_zero(data: bytes) -> bytes:
    return _filled(data, lambda digits: b"0" * len(digits))


@_mutant
def contents_not_hexadecimal(data: bytes) -> bytes:
    return _filled(data, lambda digits: b"ZZ" + digits[2:])


@_mutant
def contents_cut_short(data: bytes) -> bytes:
    return _filled(data, lambda digits: digits[:600] + b"0" * (len(digits) - 600))


@_mutant
def contents_of_an_odd_length(data: bytes) -> bytes:
    return _filled(data, lambda digits: digits[:-1] + b" ")


@_mutant
def contents_in_mixed_case(data: bytes) -> bytes:
    return _filled(data, lambda digits: digits[:200].swapcase() + digits[200:])


@_mutant
def something_hidden_in_the_padding(data: bytes) -> bytes:
    return _filled(data, lambda digits: digits[:-16] + b"DEADBEEFDEADBEEF")


@_mutant
def contents_of_the_other_signature(data: bytes) -> bytes:
    first = next(_CONTENTS.finditer(data)).group(1)
    return _filled(data, lambda digits: first[: len(digits)].ljust(len(digits), b"0"))


@_mutant
def first_signature_cut_short(data: bytes) -> bytes:
    return _filled(data, lambda digits: digits[:600] + b"0" * (len(digits) - 600), which=0)


@_mutant
def first_signature_zero(data: bytes) -> bytes:
    return _filled(data, lambda digits: b"0" * len(digits), which=0)


@_mutant
def a_byte_appended(data: bytes) -> bytes:
    return data + b"\n"


@_mutant
def junk_appended(data: bytes) -> bytes:
    return data + b"%" + b"junk" * 100


@_mutant
def an_end_appended(data: bytes) -> bytes:
    start = re.findall(rb"startxref\s+(\d+)", data)[-1]
    return data + b"\nstartxref\n" + start + b"\n%%EOF\n"


@_mutant
def another_file_appended(data: bytes) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        stream = io.BytesIO()
        pdf.save(stream)
    return data + stream.getvalue()


@_mutant
def junk_put_before(data: bytes) -> bytes:
    return b"%junk\n" + data


@_mutant
def the_end_cut_off(data: bytes) -> bytes:
    return data[:-7]


@_mutant
def signatures_moved_apart(data: bytes) -> bytes:
    """Wrapping: the signed tail moves back, and what is not signed goes between."""
    start = int(list(_RANGE.finditer(data))[-1].group(3))
    between = b"\n7 0 obj\n<</Type/Catalog>>\nendobj\n"
    moved = data[:start] + between + data[start:]
    return _ranged(moved, b"/ByteRange [@a @b %d @d]" % (start + len(between)))


def _updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    stream = io.BytesIO(data)
    writer = IncrementalPdfFileWriter(stream, strict=False)
    change(writer)
    writer.write_in_place()
    return stream.getvalue()


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page = writer.find_page_for_modification(0)[0].get_object()
    assert isinstance(page, generic.DictionaryObject)
    return page


def _drawn(text: bytes) -> generic.StreamObject:
    return generic.StreamObject(stream_data=text)


@_mutant
def page_turned(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        page["/Rotate"] = generic.NumberObject(180)
        writer.update_container(page)

    return _updated(data, change)


@_mutant
def page_made_larger(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        page["/CropBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 200)))
        writer.update_container(page)

    return _updated(data, change)


@_mutant
def content_replaced(data: bytes) -> bytes:
    """Shadow attack: what was hidden takes the place of what was signed."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        page["/Contents"] = writer.add_object(_drawn(b"1 0 0 rg 0 0 500 500 re f"))
        writer.update_container(page)

    return _updated(data, change)


@_mutant
def content_overwritten_under_its_own_number(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = _first_page(writer).raw_get("/Contents")
        writer.objects[reference.generation, reference.idnum] = _drawn(b"0 g 9 9 99 99 re f")

    return _updated(data, change)


@_mutant
def picture_overwritten(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        picture = _first_page(writer)["/Resources"]["/XObject"].raw_get("/Im0")
        other = generic.StreamObject(dict(picture.get_object()), encoded_data=b"\xff\xd8\xff\xd9")
        writer.objects[picture.generation, picture.idnum] = other

    return _updated(data, change)


@_mutant
def annotation_over_the_page(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500))),
                pdf_name("/Contents"): generic.TextStringObject("khác"),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)

    return _updated(data, change)


@_mutant
def page_added(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages["/Kids"].append(pages["/Kids"].raw_get(0))
        pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
        writer.update_container(pages["/Kids"])
        writer.update_container(pages)

    return _updated(data, change)


@_mutant
def mark_redrawn(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        widget = writer.root["/AcroForm"]["/Fields"][0]
        form = widget["/AP"]["/N"]
        other = generic.StreamObject(dict(form), stream_data=b"0 g 0 0 99 99 re f")
        widget["/AP"]["/N"] = writer.add_object(other)
        writer.update_container(widget["/AP"])
        writer.update_container(widget)

    return _updated(data, change)


@_mutant
def last_signature_emptied_by_an_update(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        field = fields[len(fields) - 1]
        del field["/V"]
        writer.update_container(field)

    return _updated(data, change)


@_mutant
def last_field_points_to_the_first_signature(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        field = fields[len(fields) - 1]
        field["/V"] = fields[0].raw_get("/V")
        writer.update_container(field)

    return _updated(data, change)


@_mutant
def form_dropped_by_an_update(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/AcroForm"]
        writer.update_root()

    return _updated(data, change)


@_mutant
def script_run_on_opening(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/OpenAction"] = generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/JavaScript"),
                pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
            }
        )
        writer.update_root()

    return _updated(data, change)


@_mutant
def metadata_replaced(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/Metadata"] = writer.add_object(_drawn(b"<x/>"))
        writer.update_root()

    return _updated(data, change)


@_mutant
def pages_swapped_in_the_catalog(data: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        kids = generic.ArrayObject([writer.root["/Pages"]["/Kids"].raw_get(0)])
        writer.root["/Pages"] = writer.add_object(
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Pages"),
                    pdf_name("/Kids"): kids,
                    pdf_name("/Count"): generic.NumberObject(1),
                }
            )
        )
        writer.update_root()

    return _updated(data, change)


@_mutant
def saved_anew(data: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(stream)
    return stream.getvalue()


@_mutant
def saved_anew_for_the_web(data: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(stream, linearize=True)
    return stream.getvalue()


@_mutant
def encrypted(data: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(stream, encryption=pikepdf.Encryption(owner="mat-khau-thu", user=""))
    return stream.getvalue()


@_mutant
def stripped_of_its_signatures(data: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.Root.AcroForm
        del pdf.pages[0].Annots
        pdf.save(stream)
    return stream.getvalue()


def without_the_last_signature(data: bytes) -> bytes:
    """The file as it was before: whole, hence valid, but not what is on record."""
    ends = [found.end() for found in re.finditer(rb"%%EOF\r?\n?", data)]
    return data[: ends[-2]]


def flipped(data: bytes, place: int, bit: int) -> bytes:
    """Return `data` with one bit turned over."""
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


def flips(data: bytes, count: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    """Yield `count` places and bits to turn over: every other one inside a signature's DER.

    No hash covers every byte there.
    """
    signatures = [
        (found.start(1), len(found.group(1).rstrip(b"0"))) for found in _CONTENTS.finditer(data)
    ]
    for number in range(count):
        start, length = chance.choice(signatures)
        inside, anywhere = start + chance.randrange(length), chance.randrange(len(data))
        yield inside if number % 2 else anywhere, chance.randrange(8)


def save(data: bytes, folder: Path, name: str) -> Path:
    path = folder / f"{name}.pdf"
    path.write_bytes(data)
    return path
