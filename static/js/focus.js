// A region that is replaced takes the focused control with it. Its successor gets the focus: the one with the same id
// (or with the id in [data-then], where a control leads to another), else with the same words (a sorted column, a page's
// number, a tab), else the one that now stands in its place (the next row, where a row is done with), else the region
// itself. htmx restores by id alone.
// A row with [data-place] stays where it is under the eye, or gives its place to the row of the next control: else the
// second click of a double one would meet another row.
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
let kept = null;

const words = (control) => control.getAttribute("aria-label") ?? control.textContent.trim();
const kind = (control) => `${control.tagName} ${control.name ?? ""} ${control.type ?? ""} ${control.className}`;
const controls = (region) => [...region.querySelectorAll(CONTROLS)].filter((one) => one.offsetParent && !one.disabled);

function keep(event) {
  const region = event.detail.target;
  const control = document.activeElement;
  if (!region?.id || !region.contains(control) || control === region) return;
  const alike = controls(region).filter((one) => kind(one) === kind(control));
  const row = control.closest("[data-place]");
  const place = row && { name: row.dataset.place, top: row.getBoundingClientRect().top };
  kept = { place, region: region.id, id: control.dataset.then ?? control.id, words: words(control), kind: kind(control), at: alike.indexOf(control) };
}

function successor(region) {
  const all = controls(region);
  const alike = all.filter((one) => kind(one) === kept.kind);
  return all.find((one) => kept.id && one.id === kept.id)
    ?? all.find((one) => kept.words && words(one) === kept.words)
    ?? alike[Math.min(Math.max(kept.at, 0), alike.length - 1)];
}

function settle(region) {
  const now = document.activeElement;
  const row = region.querySelector(`[data-place="${CSS.escape(kept.place.name)}"]`) ?? now.closest("[data-place]");
  if (row) window.scrollBy({ top: row.getBoundingClientRect().top - kept.place.top, behavior: "instant" });
}

function restore() {
  const region = kept && document.getElementById(kept.region);
  if (region && document.activeElement === document.body) {
    const next = successor(region) ?? region;
    if (next === region) region.tabIndex = -1;
    next.focus({ preventScroll: true });
  }
  if (region && kept.place) settle(region);
  kept = null;
}

document.addEventListener("htmx:beforeRequest", keep);
document.addEventListener("htmx:afterSettle", restore);
