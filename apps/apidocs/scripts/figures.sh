address="https://996.example.vn/api/v1/indicators/MT5/values/?period=2025&page_size=200"
while [ "$address" != null ]; do
  curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" -o page.json "$address" || { cat page.json; break; }
  jq -r '.results[] | [.unit_name, .period, .exact.value, .status] | @tsv' page.json
  address=$(jq -r '.next' page.json)
done
