portal="https://996.example.vn"

curl -sS --fail-with-body -o units.csv -H "Authorization: Bearer $TOKEN" \
  "$portal/api/v1/units/export/?output=csv"

curl -sS --fail-with-body -D headers.txt -o indicators.json -H "Authorization: Bearer $TOKEN" \
  "$portal/api/v1/indicators/"
tag=$(sed -n 's/^[Ee][Tt][Aa][Gg]: *//p' headers.txt | tr -d '\r')
curl -sS -o again.json -w '%{http_code}\n' -H "Authorization: Bearer $TOKEN" -H "If-None-Match: $tag" \
  "$portal/api/v1/indicators/"   # 304
