import os

import requests

PORTAL = "https://996.example.vn"
TASK = {
    "framework_item": "B.6",
    "title": "Hỗ trợ 120 doanh nghiệp xây dựng chương trình đảm bảo đo lường",
    "kind": "recurrent",
    "term": "yearly",
    "lead_unit": "VN-24-2025",
    "due_on": "2026-12-31",
    "product": "Báo cáo kết quả",
}

with requests.Session() as portal:
    portal.headers["Authorization"] = f"Bearer {os.environ['TOKEN']}"
    key = {"Idempotency-Key": "viec-2026-001"}
    made = portal.post(f"{PORTAL}/api/v1/tasks/", json=TASK, headers=key, timeout=30)
    made.raise_for_status()
    again = portal.post(f"{PORTAL}/api/v1/tasks/", json=TASK, headers=key, timeout=30)
    print(made.status_code, again.status_code)  # 201 200: một nhiệm vụ

    address = f"{PORTAL}/api/v1/tasks/{made.json()['code']}/"
    read = portal.get(address, timeout=30)
    change = {"version": read.json()["version"], "title": "Hỗ trợ 150 doanh nghiệp"}
    changed = portal.patch(address, json=change, headers={"If-Match": read.headers["ETag"]}, timeout=30)
    print(changed.status_code)  # 200; 412 nếu đã có người sửa
    stale = portal.patch(address, json=change, headers={"If-Match": read.headers["ETag"]}, timeout=30)
    print(stale.status_code, stale.json()["code"])  # 412 precondition_failed
