"""Is the signer's certificate one that the office trusts: its chain to a root, its days, lists of revoked ones.

Loaded by the child that reads signatures. Nothing is fetched: what is not in the file or in the office's folders is not
known. Everything is judged at one moment: when a trusted timestamp says, else when the portal got the file.
"""

from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy, FreshnessReqType
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

STAMPS = "time_stamping"
SIGNS = {"digital_signature", "non_repudiation"}
LONGEST = 300
WITHOUT = CertRevTrustPolicy(NO_REVOCATION)
BY_LISTS = replace(WITHOUT, retroactive_revinfo=True)
# Who stands in an old list stands in every later one: for this question no list is too old.
BY_ANY_LIST = replace(
    BY_LISTS,
    freshness=timedelta(days=100 * 365),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)


def judge(
    files: Any, certificate: x509.Certificate, beside: Iterable[x509.Certificate], *, at: datetime, stamps: bool = False
) -> dict[str, Any]:
    """{"trust", "issuer", "revocation", "revoked_at"}; files: as `trust_files` read them."""
    told: dict[str, Any] = {"issuer": _issuer(certificate), "revocation": "", "revoked_at": None}
    if not files.roots:
        return told | {"trust": "unset"}
    others = [*files.others, *beside]
    try:
        context = _context(files, others, at, WITHOUT)
        path = _done(CertificateValidator(certificate, validation_context=context).async_validate_path())
    except Exception as error:
        return told | {"trust": _why(error, certificate)}
    if not _is_for(certificate, stamps):
        return told | {"trust": "purpose"}
    told |= {"trust": "trusted", "revocation": "unlisted"}
    if not files.revoked and not files.answers:
        return told
    return told | _revocation(path, [_context(files, others, at, policy) for policy in (BY_ANY_LIST, BY_LISTS)])


def _revocation(path: ValidationPath, contexts: list[ValidationContext]) -> dict[str, Any]:
    """Of every certificate on the very path that was found sound, but the root: others that the file may bring along
    take nothing from a list's word, and a list that lacks takes nothing from another's.
    """
    found = "unknown"
    for context in contexts:
        try:
            clear = [_is_clear(one, path, context) for one in path.iter_certs(include_root=False)]
        except RevokedError as error:
            return {"trust": "revoked", "revocation": "", "revoked_at": error.revocation_dt.isoformat()}
        found = "clear" if all(clear) else "unknown"  # the last word is that of lists in force
    return {"revocation": found}


def _is_clear(certificate: x509.Certificate, path: ValidationPath, context: ValidationContext) -> bool:
    return any(_clears(ask(certificate, path, context)) for ask in (verify_ocsp_response, verify_crl))


def _clears(asked: Coroutine[Any, Any, Any]) -> bool:
    try:
        _done(asked)
    except RevokedError:
        raise
    except Exception:  # no list or answer of that issuer, or one that is too old
        return False
    return True


def _context(files: Any, others: list[Any], at: datetime, policy: CertRevTrustPolicy) -> ValidationContext:
    return ValidationContext(
        trust_roots=files.roots,
        other_certs=others,
        moment=at,
        allow_fetching=False,
        crls=files.revoked,
        ocsps=files.answers,
        revinfo_policy=policy,
    )


def _done(work: Coroutine[Any, Any, Any]) -> Any:
    """Nothing is fetched, so it never waits; a loop of asyncio would want files that the child may not open."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    finally:
        work.close()
    raise RuntimeError("the check of a certificate waits for something")


def _why(error: Exception, certificate: x509.Certificate) -> str:
    if isinstance(error, ExpiredError):
        return "expired"
    if isinstance(error, NotYetValidError):
        return "early"
    if isinstance(error, DisallowedAlgorithmError):
        return "weak"
    if isinstance(error, (PathBuildingError, InvalidCertificateError)):
        return "self_signed" if certificate.subject == certificate.issuer else "unknown_issuer"
    return "chain"


def _is_for(certificate: x509.Certificate, stamps: bool) -> bool:
    extended = certificate.extended_key_usage_value
    if stamps:
        return extended is not None and STAMPS in extended.native
    usage = certificate.key_usage_value
    return not certificate.ca and (usage is None or bool(SIGNS & set(usage.native)))


def _issuer(certificate: x509.Certificate) -> str:
    issuer = certificate.issuer.native
    value = issuer.get("common_name") or issuer.get("organization_name") or ""
    return str(value[0] if isinstance(value, list) and value else value)[:LONGEST]
