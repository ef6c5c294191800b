import os

import requests

answer = requests.get(
    "https://996.example.vn/api/v1/indicators/MT5/values/",
    params={"period": "2025", "unit": "VN"},
    headers={"Authorization": f"Bearer {os.environ['TOKEN']}"},
    timeout=30,
)
answer.raise_for_status()
for figure in answer.json()["results"]:
    print(figure["unit_name"], figure["period"], figure["exact"]["value"], figure["status"])
