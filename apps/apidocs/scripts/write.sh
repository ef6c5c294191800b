make_task() {
  curl -sS -o task.json -w '%{http_code}\n' -X POST -H "Authorization: Bearer $TOKEN" \
    -H "Idempotency-Key: viec-2026-002" -H "Content-Type: application/json" --data '{
      "framework_item": "B.6", "title": "Hỗ trợ 120 doanh nghiệp", "kind": "recurrent", "term": "yearly",
      "lead_unit": "VN-24-2025", "due_on": "2026-12-31", "product": "Báo cáo kết quả"
    }' "https://996.example.vn/api/v1/tasks/"
}
make_task   # 201
make_task   # 200: vẫn là nhiệm vụ ấy
