"""The page of a comparison as PDF, printed by the Chromium of the machine, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""Programs that can print a page, in the order in which they are looked for."""
SECONDS = 120
"""After which printing is given up."""
_OPTIONS = ("--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-background-networking",
            "--disable-extensions", "--no-first-run", "--hide-scrollbars")  # fmt: skip


class PdfError(RuntimeError):
    """A page could not be printed; the text says why and what to do."""


def find_browser() -> str | None:
    """Return the program that can print a page, None if the machine has none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def write_pdf(page: Path, path: Path, browser: str | None = None, seconds: float = SECONDS) -> None:
    """Print `page` (html) to `path`, whole or not at all; an existing file is replaced.

    Args:
        browser: program that prints; the one of `find_browser` by default.

    Raises:
        PdfError: there is no browser, or it does not print.
    """
    program = browser or find_browser()
    if program is None:
        raise PdfError(
            f"no PDF was written: Chromium is not on this machine (looked for {', '.join(BROWSERS)}); install it, on "
            f"Debian by: apt-get install chromium; or open {page} in a browser and print it"
        )
    if not page.is_file():
        raise PdfError(f"no PDF was written: there is no page {page}; write the page first")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        aside = Path(folder) / "page.pdf"
        command = [program, *_OPTIONS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={aside}"]
        if _is_root():
            command.append("--no-sandbox")  # Chromium refuses its sandbox to the superuser, as in containers
        try:
            done = subprocess.run(  # noqa: S603 (the program is found on the path, the page is ours)
                [*command, page.resolve().as_uri()], capture_output=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise PdfError(
                f"no PDF was written: {program} did not finish within {seconds:.0f} s; open {page} and print it"
            ) from error
        except OSError as error:
            raise PdfError(f"no PDF was written: {program} cannot be started ({error.strerror})") from error
        if not aside.is_file() or aside.read_bytes()[:5] != b"%PDF-":
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it gave no reason"]
            raise PdfError(f"no PDF was written: {program} ended with code {done.returncode}: {last[0]}")
        aside.replace(path)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
