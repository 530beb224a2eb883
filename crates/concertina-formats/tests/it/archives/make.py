"""Writes the archives that `archives.rs` reads, with Python's `tarfile` in its three formats.

    python3 make.py

Each has a plain file, one whose name is longer than a header's field for it, one deep in folders, a folder, and a link;
`huge.tar` ends after the header of a file of 9 GiB, which has its size in bytes rather than digits.
"""

import io
import tarfile

LONG = "n" * 120 + ".txt"
DEEP = "/".join(["folder" * 5] * 4) + "/file.txt"


def write(path, form):
    with tarfile.open(path, "w", format=form) as archive:
        def add(name, content=b"", kind=tarfile.REGTYPE, link=""):
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(content), kind, link
            archive.addfile(entry, io.BytesIO(content))

        add("plain.txt", b"plain")
        add("folder", kind=tarfile.DIRTYPE)
        if form != tarfile.USTAR_FORMAT:
            add(LONG, b"long" * 200)
        add(DEEP, b"deep")
        add("link.txt", kind=tarfile.SYMTYPE, link="plain.txt")
        add("../outside.txt", b"outside")
        add("\u00e9t\u00e9.txt", b"summer")


write("gnu.tar", tarfile.GNU_FORMAT)
write("pax.tar", tarfile.PAX_FORMAT)
write("ustar.tar", tarfile.USTAR_FORMAT)

huge = tarfile.TarInfo("huge.bin")
huge.size = 9 << 30
with open("huge.tar", "wb") as file:
    file.write(huge.tobuf(tarfile.GNU_FORMAT))
