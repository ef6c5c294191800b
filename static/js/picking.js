// [data-picking] counts its ticked boxes into [data-picked-words], their amounts into [data-picked-sum]. Without script
// the words speak of what is ticked without its number.
const MILLION = 1_000_000;

const tell = (root) => {
  const boxes = [...root.querySelectorAll("input[name=pick]")];
  const ticked = boxes.filter((box) => box.checked && !box.disabled);
  const sum = ticked.reduce((total, box) => total + Number(box.dataset.amount || 0), 0);
  const page = root.closest("main");
  page.querySelectorAll("[data-picked-words]").forEach((place) => {
    place.textContent = ticked.length ? place.dataset.some.replace("%n", ticked.length.toLocaleString(document.documentElement.lang)) : place.dataset.none;
  });
  page.querySelectorAll("[data-picked-sum]").forEach((place) => {
    place.hidden = !ticked.length || !sum;
    place.textContent = `${Math.round(sum / MILLION).toLocaleString(document.documentElement.lang)} ${place.dataset.unit}`;
  });
  page.querySelectorAll("[data-picked-bar], [data-pick-none]").forEach((place) => { place.hidden = !ticked.length; });
  const open = boxes.filter((box) => !box.disabled).length;
  page.querySelectorAll("[data-pick-all]").forEach((place) => { place.hidden = open < 2 || ticked.length === open; });
  page.querySelectorAll("[data-picked-hint]").forEach((place) => { place.hidden = Boolean(ticked.length); });
  boxes.forEach((box) => box.closest("tr").classList.toggle("chosen", box.checked));
};

document.addEventListener("change", (event) => {
  const root = event.target.closest("[data-picking]");
  if (root && event.target.name === "pick") tell(root);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick-none], [data-pick-all]");
  const root = button?.closest("[data-picking]");
  if (!root) return;
  const all = button.matches("[data-pick-all]");
  root.querySelectorAll("input[name=pick]:not(:disabled)").forEach((box) => { box.checked = all; });
  tell(root);
});

// A link to a part that is folded unfolds it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-opens]");
  if (link) document.querySelector(link.hash)?.setAttribute("open", "");
});

document.querySelectorAll("[data-picking]").forEach(tell);
