// Headings of a table that fold: rows name the headings they stand under, a row shows while none of them is folded.
const folded = new Set();

function paint(tree) {
  for (const row of tree.querySelectorAll("tr[data-under]")) {
    row.hidden = row.dataset.under.split(" ").some((key) => folded.has(key));
  }
  for (const button of tree.querySelectorAll("[data-fold]")) {
    button.hidden = false;
    button.setAttribute("aria-expanded", String(!folded.has(button.dataset.fold)));
  }
}

const paintAll = () => document.querySelectorAll("[data-tree]").forEach(paint);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold]");
  if (!button) return;
  const key = button.dataset.fold;
  if (!folded.delete(key)) folded.add(key);
  paint(button.closest("[data-tree]"));
});
// What has just been asked for is not hidden by what was folded before.
document.addEventListener("htmx:afterSwap", () => {
  folded.clear();
  paintAll();
});
paintAll();
