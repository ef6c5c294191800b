"""LibreOffice, as a person who opens a file of the portal and saves it; without a window."""

import os
import subprocess
from pathlib import Path


def saved_as(ending: str, file: Path, folder: Path, how: str = "", **env: str) -> bytes:
    """What it makes of the file. `folder`: for its profile, of this test alone, and for what it saves; `how`: by which
    filter of that ending.
    """
    profile, saved = folder / "profile", folder / "saved"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", ending + how]
    subprocess.run(
        [*command, "--outdir", str(saved), str(file)],
        env=os.environ | env,
        check=True,
        capture_output=True,
        timeout=300,
    )
    return (saved / file.with_suffix(f".{ending}").name).read_bytes()
