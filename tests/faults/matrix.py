"""The cells of the matrix: each call to AWS of a request with each fault, and what a viewer then has."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.faults.requests import KINDS, STEPS, VARIANT, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.faults.requests import Kind, Step, World


@dataclass(frozen=True)
class Cell:
    """A call to AWS, the fault that it meets, and the way of delivery, all by name."""

    step_name: str
    kind_name: str
    way: str

    def __str__(self) -> str:
        return f"{self.step_name}, {self.kind_name}, {self.way}"

    @property
    def step(self) -> Step:
        return STEPS[self.step_name]

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_name]

    @contextmanager
    def played(self, patch: pytest.MonkeyPatch) -> Iterator[tuple[World, Any]]:
        """Provide the world and the app's answer, after the fault, which is over by then."""
        with world(patch, self.step.scene, self.way) as here:
            here.injector.fault, here.injector.times = self.kind.fault, self.kind.times
            here.injector.hits = self.step.is_hit
            answer = here.view()
            here.injector.heal()
            assert here.injector.met, "the request does not make this call"
            yield here, answer


IN_BOTH_WAYS = {"throttled", "no answer", "403"}
"""Until the picture is stored, both ways do the same: there the second one meets these faults alone."""


def _tells_something(step: Step, kind: str, way: str) -> bool:
    is_after = VARIANT in step.part or step.call == "SendMessageBatch" or step.scene.is_stored
    return way == "redirect" or is_after or kind in IN_BOTH_WAYS


CELLS = [
    Cell(step, kind, way)
    for step in STEPS
    for kind in KINDS
    for way in STEPS[step].scene.ways
    if KINDS[kind].fits(STEPS[step]) and _tells_something(STEPS[step], kind, way)
]
