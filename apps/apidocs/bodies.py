"""Bodies and keys that examples send: written by hand where they are not obvious, else made from what is described."""

from typing import Any

from apps.apidocs.parts import resolved

UNIT, ROUND, TASK, DAY = "VN-24-2025", "2026", "NV-2026-0001", "2026-12-31"
MOMENT = "2026-11-20T09:41:00+07:00"
# What stands in an address, by resource and name, or by name alone.
KEYS: dict[str, Any] = {
    "units.id": UNIT, "indicators.code": "MT5", "tasks.code": TASK, "funding.code": TASK, "periods.code": "2025",
    "public.code": "MT5", "rounds.code": ROUND, "framework-items.code": "B.6", "round": ROUND, "unit": UNIT,
    "publications.slug": "national-2025", "ending": "pdf",
    "jobs.id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "delivery": "01890a5d-ac96-774b-bcce-b302099a8057",
}  # fmt: skip
# Parameters without which an address says nothing.
ASKED: dict[str, dict[str, Any]] = {
    "changes_list": {"resource": "units"},
    "targets_of_unit_list": {"unit": UNIT},
    "indicators_values_list": {"period": 2025},
    "indicators_provenance_retrieve": {"period": 2025},
    "indicators_json_stat_retrieve": {"period": 2025},
    "funding_list": {"year": 2026},
    "tasks_statistics_retrieve": {"by": "unit"},
    "tasks_list": {"state": "in_progress"},
    "reports_list": {"round": ROUND},
}
DECISION = {"number": "2145/QĐ-UBND", "date": "2026-01-20", "issuer": "UBND tỉnh Bắc Ninh", "signatory": "Nguyễn Văn A"}
BODIES: dict[str, Any] = {
    "tasks_create": {
        "framework_item": "B.6", "title": "Hỗ trợ 120 doanh nghiệp xây dựng chương trình đảm bảo đo lường",
        "kind": "recurrent", "term": "yearly", "lead_unit": UNIT,
        "coordinating_units": [{"unit": "VMI", "part": "Đào tạo", "input": "Giảng viên"}],
        "due_on": DAY, "product": "Báo cáo kết quả",
        "budget": [{"source": "local", "year": 2026, "amount": 5_000_000}],
        "contributions": [{"indicator": "MT5", "year": 2026, "amount": 120}],
    },
    "tasks_approve_create": {"version": 1, "decision": DECISION},
    "tasks_accept_create": {"version": 1, "decision": DECISION},
    "tasks_partial_update": {"version": 1, "title": "Hỗ trợ 150 doanh nghiệp"},
    "reports_cells_partial_update": {"version": 1, "cells": [{"code": "E5", "value": "Kiến nghị của đơn vị"}]},
    "funding_tasks_update": {"amounts": [{"year": 2026, "source": "local", "stage": "disbursed", "amount": 7_500_000}]},
    "jobs_create": {
        "resource": "registers/standards", "output": "xlsx", "filters": {"area": "l"}, "fields": ["id", "code", "name"],
    },
    "webhooks_create": {
        "label": "Nền tảng dữ liệu của Bộ", "address": "https://nhan.example.vn/su-kien", "events": ["report.accepted"],
        "unit": UNIT, "owner": "ket-noi@tdc.example",
    },
    "registers_standards_create": {
        "code": "CQG-990", "name": "Chuẩn độ dài", "area": "l", "quantity": "Độ dài", "unit": UNIT,
        "holder": "Viện Đo lường", "recognised_on": "2021-05-04",
    },
}  # fmt: skip
# By the name of a field, where the kind of it says too little.
VALUES: dict[str, Any] = {
    "unit": UNIT, "home_unit": UNIT, "lead_unit": UNIT, "indicator": "MT5", "framework_item": "B.6",
    "reason": "Nhập nhầm số liệu", "number": "2145/QĐ-UBND", "issuer": "UBND tỉnh Bắc Ninh",
    "signatory": "Nguyễn Văn A", "position": "Phó Chủ tịch", "version": 1,
}  # fmt: skip
SAID_WITH = ("version", "updated_at", "reason")  # with a change, whatever it changes


def key_of(resource: str, name: str, kind: str) -> Any:
    by_number = 1 if kind == "integer" else "1"
    return KEYS.get(f"{resource}.{name}", KEYS.get(name, by_number))


def body_of(operation: dict[str, Any], described: dict[str, Any]) -> Any:
    """Of one address, where it takes any: what it must say, and of a change one thing that changes."""
    if written := BODIES.get(operation["operationId"]):
        return written
    node = resolved(operation["schema"], described)
    if node.get("type") != "object":
        return _value("", node, described)
    writable = {name: part for name, part in node.get("properties", {}).items() if not part.get("readOnly")}
    required = [name for name in node.get("required", ()) if name in writable]
    said = [name for name in SAID_WITH if name in writable]
    first = [name for name in writable if name not in SAID_WITH][:1] if operation["method"] == "patch" else []
    asked = dict.fromkeys([*required, *said, *first])
    return {name: _value(name, writable[name], described) for name in asked}


def _value(name: str, part: dict[str, Any], described: dict[str, Any]) -> Any:
    node = resolved(part, described)
    if name in VALUES:
        return VALUES[name]
    if node.get("enum"):
        return next(one for one in node["enum"] if one not in ("", None))
    kind = node.get("type")
    if kind == "array":
        return [_value(name, node.get("items", {}), described)]
    if kind == "object":
        inner = node.get("properties", {})
        return {one: _value(one, inner[one], described) for one in node.get("required", ()) if one in inner}
    if kind == "string":
        return {"date": DAY, "date-time": MOMENT, "decimal": "2.5"}.get(node.get("format", ""), "…")
    return {"boolean": True, "integer": node.get("minimum", 1), "number": 1}.get(str(kind), "…")
