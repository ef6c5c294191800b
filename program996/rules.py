"""Rules of the programme, the same everywhere, and those of the office that runs a portal: those it may set."""

from ipaddress import ip_network

import environ

env = environ.Env()

# --- the programme's own rules, shown on the page «Cách tính» -------------------------------------------------------
OUTLOOK_ON_TRACK = "1"  # recent pace at least the pace needed
OUTLOOK_AT_RISK = "0.75"  # at least three quarters of it

REGISTER_PARTING_DAYS = env.int("REGISTER_PARTING_DAYS", default=7)  # so long two merged records can be parted again

# --- the rules by which tasks are followed, shown where they count --------------------------------------------------
TASK_DUE_SOON_DAYS = env.int("TASK_DUE_SOON_DAYS", default=3)
TASK_CONSULTATION_DAYS = env.int("TASK_CONSULTATION_DAYS", default=15)  # then appraisal goes on without an answer
# Working days in which whoever something waits for is to act: the house's own rule, no act of law says so.
TASK_ACT_DAYS = {
    act: env.int(f"TASK_DAYS_{act.upper()}", default=days)
    for act, days in {"appraise": 10, "approve": 5, "accept": 10, "extend": 5, "revise": 10, "close_period": 5}.items()
}
TASK_INBOX_DAYS = env.int("TASK_INBOX_DAYS", default=30)  # so long before its due date a task waits to be completed
REPORT_RETURN_DAYS = env.int("REPORT_RETURN_DAYS", default=5)  # working days for what a review returns
TASK_LAG_POINTS = env.int("TASK_LAG_POINTS", default=20)  # progress so far behind the time used is «Nguy cơ chậm»
FUNDING_VARIANCE_PERCENT = env.int("FUNDING_VARIANCE_PERCENT", default=10)  # beyond it a variance is explained
# Of the running year too little spent is no variance before this month: the year is not over.
FUNDING_SHORTFALL_FROM_MONTH = env.int("FUNDING_SHORTFALL_FROM_MONTH", default=10)

# --- open data: under what terms it may be used, for the office that publishes it to say -----------------------------
OPEN_DATA_LICENCE = env("OPEN_DATA_LICENCE", default="CC-BY-4.0")  # as lists of licences name it
OPEN_DATA_LICENCE_NAME = env("OPEN_DATA_LICENCE_NAME", default="Creative Commons CC BY 4.0")
OPEN_DATA_LICENCE_URL = env("OPEN_DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/")

# --- limits: so many in so many seconds, of one person (of one address, where nobody is signed in) ------------------
LIMITS = {
    name: tuple(int(part) for part in env(f"LIMIT_{name.upper()}", default=rate).split("/"))
    for name, rate in {
        "api": "1200/60",
        "token": "600/60",  # of one token; its owner's others and the owner count for the owner besides
        "public": "300/60",  # of what everybody may read, from one address
        "wrong_token": "60/600",  # tokens that nobody has, from one address
        "search": "120/60",
        "export": "200/600",
        "upload": "300/600",
        "calendar": "60/600",
        "feedback": "20/3600",  # of what is said of the portal, from one address: a whole office may share it
        "own": "120/600",  # what everybody may do for themselves, and the audit keeps: follow, comment, keep a view
    }.items()
}

# Rows of a file that are written while the browser waits; more are a job, whose file is kept for some days.
EXPORT_ROWS_AT_ONCE = 5_000

# Refused changes of one person within ten minutes that the audit tells one by one; of the rest it tells the number.
REFUSALS_WRITTEN = 20

# --- watching: from where the portal's numbers may be read; anywhere else there is no such page -----------------------
METRICS_NETWORKS = [ip_network(one) for one in env.list("METRICS_NETWORKS", default=["127.0.0.0/8", "::1/128"])]
