"""The stored figures held to the facts, and the nation to its units."""

from apps.core.derived import Derived, watch
from apps.progress.agreement import find_disagreements
from apps.progress.services import find_differences, recompute


def _differences() -> list[str]:
    return [
        f"{one.indicator} kỳ {one.period_id} {one.unit_id or 'toàn quốc'} {one.breakdown}".strip()
        + f": đang lưu {one.stored}, theo bản ghi gốc {one.computed}"
        for one in find_differences()
    ]


def _disagreements() -> list[str]:
    return [
        f"{one.indicator} kỳ {one.period} toàn quốc {one.breakdown}".strip()
        + f": {'đã chấp nhận' if one.is_accepted else 'đang lưu'} {one.national}"
        + f", cộng các đơn vị ({one.view.label}) {one.units}"
        for one in find_disagreements()
    ]


watch(Derived("số liệu theo bản ghi gốc", _differences, recompute))
watch(Derived("toàn quốc theo các đơn vị", _disagreements, recompute))
