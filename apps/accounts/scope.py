from dataclasses import dataclass


@dataclass(frozen=True)
class UnitScope:
    """The units in which a person holds one permission: all, or these ids (own, predecessors, sub-units)."""

    everything: bool = False
    ids: frozenset[str] = frozenset()

    def __contains__(self, unit_id: str | None) -> bool:
        return self.everything or unit_id in self.ids
