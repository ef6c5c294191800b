"""Reads what a PDF says of its signatures, in a process that is thrown away:
`python -I signature_child.py MOMENT ROOTS LISTS < file.pdf`: when the portal got the file, the office's folders.

On standard output one line of JSON, as `signatures.py` keeps it, without the words. Nothing is fetched. That a
signature is sound says nothing of who had it made: for that its certificate is held to the office's roots.
"""

import importlib
import importlib.util
import io
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from asn1crypto import cms, tsp
from cryptography.hazmat.primitives import hashes
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

# What the libraries would load when they meet it: confined, they could not, and would take a sound file for altered.
LATER = (
    "cryptography.hazmat.backends.openssl.backend",
    "lxml.etree",
    "pyhanko.pdf_utils.crypt._saslprep",
    "pyhanko.pdf_utils.crypt.pdfmac",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.metadata.xmp_xml",
)
MEMORY = 512 * 1024 * 1024
SECONDS, MOST_SECONDS = 20, 25  # of the processor; a signed report of 20 MB takes one
MAX_FILE = 20 * 1024 * 1024
MOST = 40  # signatures told of one file
PAGES = 30  # looked through for letters
LONGEST = 300
WEAK = frozenset({"md2", "md5", "sha1"})
MARK = b"/ByteRange"  # stands in the open in every file that is signed: the signer writes it last


class Judge(NamedTuple):
    """What certificates are held to: the office's files, and the moment from which the portal knows the bytes."""

    files: Any
    known_from: datetime
    judge: Any

    def of(self, token: Any, at: datetime, *, stamps: bool, beside: Any = ()) -> dict[str, Any]:
        """Of who made it; those between its certificate and a root may stand in it, or `beside` it."""
        found = extract_certificate_info(token)
        others = [*found.other_certs, *beside]
        told: dict[str, Any] = self.judge(self.files, found.signer_cert, others, at=at, stamps=stamps)
        return told


def answer(data: bytes, judge: Judge) -> str:
    try:
        told = read(data, judge)
    except BaseException as error:  # no traceback tells a person anything
        told = {"state": "unreadable", "why": f"{type(error).__name__}: {error}"[:LONGEST]}
    return json.dumps(told)


def read(data: bytes, judge: Judge) -> dict[str, Any]:
    if MARK in data:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        if reader.encrypted:
            _open(reader)
        if found := list(reader.embedded_signatures)[:MOST]:
            return {"state": "signed", "signatures": [_told(one, judge) for one in found]}
    return {"state": "scan" if _is_scan(data) else "none"}


def _open(reader: PdfFileReader) -> None:
    """What stands behind a password is not known."""
    if reader.decrypt(b"").status == AuthStatus.FAILED:
        raise ValueError("closed by a password")


def _told(signature: EmbeddedPdfSignature, judge: Judge) -> dict[str, Any]:
    told: dict[str, Any] = {"state": "unreadable"}
    try:
        subject = signature.signer_cert.subject.native
        told |= {"signer": _name(subject, "common_name"), "organisation": _name(subject, "organization_name")}
        if signature.sig_object_type == "/DocTimeStamp":
            told |= {"is_stamp": True}
        else:
            told |= {"at": _moment(signature.self_reported_timestamp)}
        told |= {"state": _state(signature)}
        told |= _trust(signature, judge)
    except (Exception, RecursionError) as error:  # whatever the library meets in a stranger's file
        told |= {"why": f"{type(error).__name__}: {error}"[:LONGEST]}
    return told


def _trust(signature: EmbeddedPdfSignature, judge: Judge) -> dict[str, Any]:
    """A broken timestamp takes nothing from the signature, and one of nobody trusted proves no moment."""
    moment, token = _stamp(signature)
    told: dict[str, Any] = {"stamped_at": _moment(moment)}
    if signature.sig_object_type == "/DocTimeStamp":
        return told | judge.of(signature.signed_data, judge.known_from, stamps=True)
    at = judge.known_from
    others = signature.other_embedded_certs
    if moment and token and judge.of(token, at, stamps=True, beside=others)["trust"] == "trusted":
        told, at = told | {"stamp_is_trusted": True}, min(moment, at)
    algorithm = signature.signer_info["digest_algorithm"]["algorithm"].native
    found = judge.of(signature.signed_data, at, stamps=False)
    return told | found | ({"trust": "weak"} if found["trust"] == "trusted" and algorithm in WEAK else {})


def _state(signature: EmbeddedPdfSignature) -> str:
    """Sound and last: unchanged. Sound, and what came after it is of the kind that signing brings along: extended."""
    signature.compute_integrity_info()
    if signature.sig_object_type == "/DocTimeStamp":
        intact = valid = _stamp(signature)[0] is not None
    else:
        intact, valid = validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
        )
    if not intact:
        return "altered"
    if not valid:
        return "invalid"
    if signature.coverage is None or signature.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return "partial"
    later, is_allowed = signature.diff_result, signature.summarise_integrity_info()["docmdp_ok"]
    if not is_allowed or not isinstance(later, DiffResult) or later.modification_level > ModificationLevel.FORM_FILLING:
        return "altered"
    if later.modification_level != ModificationLevel.NONE:
        return "extended"
    return "unchanged" if signature.coverage == SignatureCoverageLevel.ENTIRE_FILE else "partial"


def _stamp(signature: EmbeddedPdfSignature) -> tuple[datetime | None, Any]:
    """The moment that a timestamp proves of this signature, where it has a sound one, and the stamp."""
    if signature.sig_object_type == "/DocTimeStamp":
        return _stamped(signature.signed_data, signature.compute_digest()), signature.signed_data
    value = signature.signer_info["signature"].native
    for token in extract_tst_data_iter(signature.signer_info, signed=False):
        imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
        moment = _stamped(token, _digest(imprint["hash_algorithm"]["algorithm"].native, value))
        if moment:
            return moment, token
    return None, None


def _stamped(token: cms.SignedData, imprint: bytes) -> datetime | None:
    content = token["encap_content_info"]["content"]
    info, signer = content.parsed, extract_signer_info(token)
    if not isinstance(info, tsp.TSTInfo) or info["message_imprint"]["hashed_message"].native != imprint:
        return None
    digest = _digest(signer["digest_algorithm"]["algorithm"].native, bytes(content))
    sound = validate_sig_integrity(signer, extract_certificate_info(token).signer_cert, "tst_info", digest)
    return info["gen_time"].native if all(sound) else None


def _digest(algorithm: str, data: bytes) -> bytes:
    made = hashes.Hash(getattr(hashes, algorithm.upper())())
    made.update(data)
    return made.finalize()


def _name(subject: dict[str, Any], part: str) -> str:
    value = subject.get(part, "")
    return str(value[0] if isinstance(value, list) and value else value)[:LONGEST]


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _is_scan(data: bytes) -> bool:
    """Pictures and no letters, as far as the first pages tell."""
    try:
        pages = _pages(PdfFileReader(io.BytesIO(data), strict=False).root["/Pages"])
        kinds = [set(page.get("/Resources", {})) for page in pages]
    except (Exception, RecursionError):
        return False
    return bool(kinds) and all("/XObject" in kind and "/Font" not in kind for kind in kinds)


def _pages(tree: Any) -> list[Any]:
    waiting: list[Any] = [tree]
    found: list[Any] = []
    seen = 0
    while waiting and len(found) < PAGES and seen < PAGES * 10:
        node, seen = waiting.pop(0), seen + 1
        kids = node.get("/Kids")
        if kids is None:
            found.append(node)
        else:
            waiting += [kid.get_object() for kid in list(kids)[:PAGES]]
    return found


def beside(name: str) -> Any:
    """A file of this folder: there is no project around the child."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


def main() -> int:
    confined = beside("confined")
    for name in LATER:
        importlib.import_module(name)
    moment, roots, lists = sys.argv[1:4]
    files = beside("trust_files").read_trust(roots, lists)
    judge = Judge(files, datetime.fromisoformat(moment), beside("signature_trust").judge)
    confined.confine(MEMORY)
    confined.allow(SECONDS, MOST_SECONDS)
    sys.stdout.write(answer(sys.stdin.buffer.read(MAX_FILE + 1), judge))
    return 0


if __name__ == "__main__":
    sys.exit(main())
