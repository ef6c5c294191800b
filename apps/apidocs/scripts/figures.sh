curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" \
  "https://996.example.vn/api/v1/indicators/MT5/values/?period=2025&unit=VN"
