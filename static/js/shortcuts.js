// Single keys: / search, g then d or t go to, j and k rows, ? the list. Silent inside fields; each person can turn
// them off (WCAG 2.1.4), which this browser remembers.
const PLACES = { d: "/dashboard/", t: "/targets/" };
const SILENT = "input, textarea, select, [contenteditable], dialog";
const STORE = "shortcuts";
let afterG = 0;

const off = () => localStorage.getItem(STORE) === "off";

function step(direction) {
  const links = [...document.querySelectorAll("main .tb tbody tr")]
    .map((row) => row.querySelector("a, button"))
    .filter((link) => link && link.offsetParent);
  if (!links.length) return;
  const row = document.activeElement.closest("tr");
  const at = links.findIndex((link) => link.closest("tr") === row);
  const next = at < 0 ? (direction > 0 ? 0 : links.length - 1) : at + direction;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

// Only a place that the person's own menu shows: the menu has asked for the right already.
function go(key) {
  document.querySelector(`.side a[href="${PLACES[key]}"]`)?.click();
}

function search() {
  const field = [...document.querySelectorAll(".gsearch input")].find((input) => input.offsetParent);
  if (field) field.focus();
  else document.querySelector("[data-search]")?.click();
}

const actions = {
  "/": search,
  j: () => step(1),
  k: () => step(-1),
  "?": () => document.getElementById("phim-tat")?.showModal(),
  g: () => { afterG = Date.now(); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(SILENT)) return;
  if (off() && event.key !== "?") return;
  if (PLACES[event.key] && Date.now() - afterG < 1500) {
    afterG = 0;
    go(event.key);
  } else if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});

const toggle = document.querySelector("[data-shortcuts]");
if (toggle) {
  toggle.checked = !off();
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}
