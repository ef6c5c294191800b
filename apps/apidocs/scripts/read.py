import os

import requests

PORTAL = "https://996.example.vn"

with requests.Session() as portal:
    portal.headers["Authorization"] = f"Bearer {os.environ['TOKEN']}"
    units, address = [], f"{PORTAL}/api/v1/units/?cursor=&page_size=200"
    while address:
        page = portal.get(address, timeout=30)
        page.raise_for_status()
        units += page.json()["results"]
        address = page.json()["next"]
    print(len(units))

    address = f"{PORTAL}/api/v1/indicators/"
    tag = portal.get(address, timeout=30).headers["ETag"]
    again = portal.get(address, headers={"If-None-Match": tag}, timeout=30)
    print(again.status_code)  # 304
