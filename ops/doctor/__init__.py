"""The doctor: finds what is wrong with a site, and says what to do.

``examine_url`` looks at the site from outside, as a viewer does. ``examine_stack`` also reads the AWS APIs.
"""

from ops.doctor.diagnosis import Diagnosis, Finding, Outcome
from ops.doctor.examination import examine_stack, examine_url
from ops.doctor.inside.stack import CannotExamine

__all__ = ["CannotExamine", "Diagnosis", "Finding", "Outcome", "examine_stack", "examine_url"]
