"""What the office trusts, as files: root certificates, and lists of revoked ones. Nothing is fetched.

Read by the portal, for the mark of what a check was held to, and by the child that checks, which loads this file by its
path: standard library and asn1crypto only. A folder that is named and not there, or a file that is none, is a fault.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import crl, ocsp, pem, x509

MOST_BYTES = 20 * 1024 * 1024  # of one file
MOST_FILES = 500  # of one folder


@dataclass
class TrustFiles:
    roots: list[Any] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)  # not their own issuers: they help on the way to a root
    revoked: list[Any] = field(default_factory=list)  # certificate revocation lists
    answers: list[Any] = field(default_factory=list)  # kept answers of OCSP
    faults: list[str] = field(default_factory=list)


def mark_of(*folders: str) -> str:
    """One for the same files, whatever they are called; empty where no folder is named."""
    if not any(folders):
        return ""
    digest = hashlib.sha256()
    for folder in folders:
        digest.update(b"folder")
        for one in sorted(hashlib.sha256(path.read_bytes()).digest() for path in _files(folder)):
            digest.update(one)
    return digest.hexdigest()


def read_trust(roots: str, lists: str) -> TrustFiles:
    told = TrustFiles()
    for path, der in _contents(roots, told.faults):
        try:
            certificate = x509.Certificate.load(der, strict=True)
            own = certificate.subject == certificate.issuer
            certificate.public_key.native  # noqa: B018 - parsed now, not in the middle of a check
        except ValueError:
            told.faults.append(path.name)
        else:
            (told.roots if own else told.others).append(certificate)
    for path, der in _contents(lists, told.faults):
        try:
            _keep_list(told, der)
        except (ValueError, KeyError):
            told.faults.append(path.name)
    return told


def _keep_list(told: TrustFiles, der: bytes) -> None:
    try:
        listed = crl.CertificateList.load(der, strict=True)
        listed.issuer.native  # noqa: B018
    except (ValueError, KeyError):
        answer = ocsp.OCSPResponse.load(der, strict=True)
        if answer["response_status"].native != "successful":
            raise
        answer.basic_ocsp_response["tbs_response_data"]["responses"][0].native  # noqa: B018
        told.answers.append(answer)
    else:
        told.revoked.append(listed)


def _contents(folder: str, faults: list[str]) -> Iterator[tuple[Path, bytes]]:
    """PEM may hold several."""
    if folder and not Path(folder).is_dir():
        faults.append(folder)
    for path in _files(folder):
        body = path.read_bytes()
        try:
            parts = [der for _name, _head, der in pem.unarmor(body, multiple=True)] if pem.detect(body) else [body]
        except ValueError:
            faults.append(path.name)
        else:
            yield from ((path, der) for der in parts)


def _files(folder: str) -> list[Path]:
    if not folder or not Path(folder).is_dir():
        return []
    found = (path for path in sorted(Path(folder).iterdir()) if path.is_file() and not path.name.startswith("."))
    return [path for path in found if path.stat().st_size <= MOST_BYTES][:MOST_FILES]
