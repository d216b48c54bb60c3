"""Checks of the app: its configuration, its ImageMagick, and its permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.values import Format
from chalicelib.config import config
from ops.doctor.checks.rules import APP
from ops.doctor.diagnosis import Verdict, fault, ok, warning
from ops.doctor.facts import EVICT, LOOK, MIRROR, READ, REMOVE, STORE
from ops.doctor.known import NotKnown, Unread, known
from ops.terminal.output import amount

if TYPE_CHECKING:
    from ops.doctor.facts import Facts

NOT_REACHED = "no miss reached the app"


def _codes(facts: Facts) -> set[str]:
    """Return the error codes in the app's own answers; `NotKnown` if the app never answered."""
    codes = {hop.app_code for hop in facts.outside.hops if hop.app_code}
    arrived = any(walk.has_arrived for walk in facts.outside.walks)
    if not codes and not arrived:
        raise NotKnown(NOT_REACHED)
    return codes


def is_configured(facts: Facts) -> Verdict:
    """Judge whether the function's environment is a valid configuration."""
    function = known(facts.inside.function)
    try:
        config.read(function.environment)
    except config.ConfigError as faults:
        return fault("; ".join(faults.faults))
    return ok(f"{len(function.environment)} variables, no fault")


def makes_something(facts: Facts) -> Verdict:
    """Judge whether the allowlist has entries. An empty one allows nothing."""
    if not isinstance(facts.inside.function, Unread):
        policy = facts.configuration.policy
        if not policy.sizes and not policy.presets:
            return fault("ALLOWED_DIMENSIONS and PRESETS are both empty")
        return ok(f"{amount(len(policy.boxes), 'size')} and {amount(len(policy.presets), 'preset')}")
    if "NotAdmitted" not in _codes(facts):
        return ok(f"{facts.outside.address.variant} is allowed")
    if facts.outside.is_variant_guessed:
        return warning("the app allows none of the usual sizes; name an allowed one with --variant")
    return fault(f"the app does not allow {facts.outside.address.variant}")


def has_imagemagick(facts: Facts) -> Verdict:
    """Judge whether the function finds its ImageMagick."""
    if not isinstance(facts.inside.inspection, Unread):
        inspection = facts.inside.inspection
        return fault(inspection.problem) if inspection.problem else ok(inspection.imagemagick)
    if "NoImageMagick" in _codes(facts):
        return fault("the app answers NoImageMagick")
    if any(walk.has_arrived for walk in facts.outside.walks):
        return ok("a picture was made")
    raise NotKnown(facts.inside.inspection.why)


def is_confined(facts: Facts) -> Verdict:
    """Judge how far the process is confined that reads strangers' files. Nobody can do anything about it."""
    inspection = known(facts.inside.inspection)
    if inspection.problem:
        raise NotKnown("there is no ImageMagick to ask")
    if inspection.weaknesses:
        return ok(f"by limits; {'; '.join(inspection.weaknesses)}")
    return ok("its system calls are filtered, and credentials are hidden from it")


def knows_formats(facts: Facts) -> Verdict:
    """Judge whether ImageMagick reads every accepted type and writes every format."""
    inspection = known(facts.inside.inspection)
    if inspection.problem:
        raise NotKnown("there is no ImageMagick to ask")
    unread = facts.configuration.image_types - inspection.reads
    unwritten = {str(form) for form in Format} - inspection.writes
    if unread:
        return fault(f"it cannot read {', '.join(sorted(unread))}")
    if unwritten:
        return fault(f"it cannot write {', '.join(sorted(unwritten))}")
    return ok(f"{', '.join(sorted(inspection.writes))} were written and read")


def _denied(facts: Facts, purpose: str) -> Verdict:
    needed = [found for found in known(facts.inside.permissions) if found.purpose == purpose]
    denied = [found for found in needed if not found.is_allowed]
    if denied:
        role = denied[0].role.rpartition("/")[2]
        return fault(f"the role {role} lacks {denied[0].action} on {denied[0].resource}")
    if not needed:
        return ok("this configuration needs no permission")
    return ok(", ".join(sorted({found.action for found in needed})))


def may_read_originals(facts: Facts) -> Verdict:
    """Judge whether the app may read originals."""
    if not isinstance(facts.inside.permissions, Unread):
        return _denied(facts, READ)
    if isinstance(facts.outside.missing, Unread):
        raise NotKnown(facts.outside.missing.why)
    last = facts.outside.missing.last
    if last and last.app_code == "NoSuchOriginal":
        return warning("the app does not find the original: it is missing, or the app may not read it")
    return ok("the app found the original")


def reads_the_original(facts: Facts) -> Verdict:
    """Judge whether S3 hands originals out to the app, which permissions of its role alone do not decide."""
    locked = [hop for hop in facts.outside.hops if hop.app_code == "UnreadableOriginal"]
    if locked:
        return fault(f"S3 does not let the app read the original of {locked[0].path}")
    if not facts.fails_over and not any(f"/{APP}" in hop.path for hop in facts.outside.hops):
        raise NotKnown(NOT_REACHED)
    return ok("S3 refused the app no original")


def may_store_variants(facts: Facts) -> Verdict:
    """Judge whether the app may store variants."""
    return _denied(facts, STORE)


def may_moderate(facts: Facts) -> Verdict:
    """Judge whether the app may have Rekognition look at originals, without which it shows none."""
    return _denied(facts, LOOK)


def may_invalidate(facts: Facts) -> Verdict:
    """Judge whether the functions that invalidate are allowed to."""
    return _denied(facts, EVICT)


def may_mirror(facts: Facts) -> Verdict:
    """Judge whether the app may copy originals into the site."""
    return _denied(facts, MIRROR)


def may_remove(facts: Facts) -> Verdict:
    """Judge whether the app may delete the variants of changed originals."""
    return _denied(facts, REMOVE)
