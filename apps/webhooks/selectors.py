from apps.organisations.selectors import predecessors_of, unit_labels, way_up


def reach_of(unit: str) -> frozenset[str]:
    """Whose events are a unit's own: its own, those of the units whose past it carries, and of all below them."""
    own = {unit, *predecessors_of(unit)}
    return frozenset(own | {pk for pk in unit_labels() if own & set(way_up(pk))})
