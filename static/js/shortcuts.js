// Single keys: / search, g then d or t go to, j and k rows, c a comment, digits the tabs of a search, ? the list. Silent inside fields; each person can turn
// them off (WCAG 2.1.4), which this browser remembers.
const PLACES = { d: "/dashboard/", t: "/targets/" };
const SILENT = "input, textarea, select, [contenteditable], dialog";
const ROWS = "main .tb tbody tr, main .hits > li";
const STORE = "shortcuts";
let afterG = 0;

const off = () => localStorage.getItem(STORE) === "off";

function step(direction) {
  const links = [...document.querySelectorAll(ROWS)]
    .map((row) => row.querySelector("a, button"))
    .filter((link) => link && link.offsetParent);
  if (!links.length) return;
  const row = document.activeElement.closest(ROWS);
  const at = links.findIndex((link) => link.closest(ROWS) === row);
  const next = at < 0 ? (direction > 0 ? 0 : links.length - 1) : at + direction;
  const link = links[Math.min(Math.max(next, 0), links.length - 1)];
  link.focus();
  // Under review a row opens as it is reached; its link has the focus again afterwards, as htmx finds it by its id.
  if (link.closest("[data-review]")) link.click();
}

// Only a place that the person's own menu shows: the menu has asked for the right already.
function go(key) {
  document.querySelector(`.side a[href="${PLACES[key]}"]`)?.click();
}

function search() {
  const field = document.querySelector("[data-find-all]") ?? [...document.querySelectorAll(".gsearch input")].find((input) => input.offsetParent);
  if (field) field.focus();
  else document.querySelector("[data-search]")?.click();
}

const actions = {
  "/": search,
  j: () => step(1),
  k: () => step(-1),
  c: () => document.querySelector("[data-comment]")?.focus(),
  "?": () => document.getElementById("phim-tat")?.showModal(),
  g: () => { afterG = Date.now(); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(SILENT)) return;
  if (off() && event.key !== "?") return;
  if (PLACES[event.key] && Date.now() - afterG < 1500) {
    afterG = 0;
    go(event.key);
  } else if (document.querySelector(`main .tabs a[data-key="${CSS.escape(event.key)}"]`)) {
    document.querySelector(`main .tabs a[data-key="${CSS.escape(event.key)}"]`).click();
  } else if (event.key === "Escape" && event.target.closest(".hits")) {
    event.target.blur();
  } else if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});

// Enter in the field opens the first hit, where the page already shows what the field says; else it asks.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches("[data-find-all]")) return;
  const shown = document.querySelector("[data-hits]");
  const first = shown?.querySelector(".hits a");
  if (!first || !field.value.trim() || shown.dataset.hits !== field.value.trim()) return;
  event.preventDefault();
  first.click();
});

const toggle = document.querySelector("[data-shortcuts]");
if (toggle) {
  toggle.checked = !off();
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}
