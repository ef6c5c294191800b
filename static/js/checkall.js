// [data-tick-page] does the same with the rows of its list, whose boxes stand in the table.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-page]");
  const boxes = button ? [...document.querySelectorAll(".tb .tick [type=checkbox]")] : [];
  const every = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !every; });
});

// [data-check-all] ticks all boxes of its [data-checkable], or none where all are ticked; with a word in it only those
// whose value ends so. Without script it stays hidden.
const concerned = (button) =>
  [...button.closest("[data-checkable]").querySelectorAll("[type=checkbox]")]
    .filter((box) => box.value.endsWith(button.dataset.checkAll));

const show = (root) => {
  root.querySelectorAll("[data-check-all]").forEach((button) => { button.hidden = concerned(button).length < 2; });
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-check-all]");
  if (!button) return;
  const boxes = concerned(button);
  const every = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !every; });
});

document.addEventListener("htmx:afterSwap", (event) => show(event.detail.target));
show(document);
