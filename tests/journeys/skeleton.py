"""What a page is made of, whatever data stand on it and whatever day it is: its tags, classes, and the words of its
headings, labels, buttons and columns. A picture of a page is as old as the skeleton that it was taken of.
"""

from typing import Any

from playwright.sync_api import Page

# Rows, facts, lists and drawings are data; so are the choices of filters, of which units and people have their names.
DATA = "tbody, tfoot, dl, ol, main ul:not(.tabs), svg, option, time, [role=option], .panel, .chip, .verdict, .account"
# A class that only says how something stands today.
STATES = r"^(.{1,2}|v-\w+|hot|now|over|late|soon|ok|on|off|is-.*|has-.*|htmx-.*)$"
READ = r"""
([only, data, states]) => {
  const root = only ? document.querySelector(only) : document.body;
  const state = new RegExp(states);
  const parts = [...root.querySelectorAll("*")].filter((one) =>
    !one.closest(data) && !one.closest("dialog, [hidden], script, noscript"));
  // Without counts beside them; words with a figure or a day in them are told by the data.
  const words = (one) => {
    const bare = one.cloneNode(true);
    bare.querySelectorAll(".ct, .vh").forEach((count) => count.remove());
    return (bare.getAttribute("aria-label") ?? bare.textContent).replace(/\s+/g, " ").trim();
  };
  const told = (selector) => parts.filter((one) => one.matches(selector) && one.checkVisibility()).map(words)
    .filter((text) => !/\d/.test(text));
  const distinct = (found) => [...new Set(found)].filter(Boolean).sort();
  return {
    tags: distinct(parts.map((one) => one.localName)),
    classes: distinct(parts.flatMap((one) => [...one.classList])).filter((one) => !state.test(one)),
    headings: distinct(told("h2, h3, legend, caption, .tabs a, .side a")),
    labels: distinct(told("label")),
    buttons: distinct(told("button, summary, a.btn")),
    columns: distinct(told("th[scope=col]")),
  };
}
"""


def skeleton(page: Page, only: str = "", besides: str = "") -> dict[str, Any]:
    return page.evaluate(READ, [only, f"{DATA}, {besides}" if besides else DATA, STATES])
