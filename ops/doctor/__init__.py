"""The doctor: what is wrong with a site, and what to do about it.

``examine_url`` looks from outside, as a viewer does; ``examine_stack`` asks the AWS APIs as well.
"""

from ops.doctor.diagnosis import Diagnosis, Finding, Outcome
from ops.doctor.examination import examine_stack, examine_url
from ops.doctor.inside.stack import CannotExamine

__all__ = ["CannotExamine", "Diagnosis", "Finding", "Outcome", "examine_stack", "examine_url"]
