import os

import requests

address = "https://996.example.vn/api/v1/indicators/MT5/values/?period=2025&page_size=200"
while address:
    answer = requests.get(address, headers={"Authorization": f"Bearer {os.environ['TOKEN']}"}, timeout=30)
    answer.raise_for_status()
    page = answer.json()
    for figure in page["results"]:
        print(figure["unit_name"], figure["period"], figure["exact"]["value"], figure["status"])
    address = page["next"]
