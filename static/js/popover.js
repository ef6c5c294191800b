// <details data-popover>: account menu and filter chips. One open at a time; Esc and a click elsewhere close it.
const MARGIN = 8;
const open = () => document.querySelectorAll("details[data-popover][open]");

document.addEventListener("click", (event) => {
  open().forEach((box) => { if (!box.contains(event.target)) box.open = false; });
});

document.addEventListener("focusin", (event) => {
  open().forEach((box) => { if (!box.contains(event.target)) box.open = false; });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  open().forEach((box) => {
    box.open = false;
    box.querySelector("summary").focus();
  });
});

// Where a chip stands depends on how its row breaks: its panel is moved back into the page, clear of the menu beside it.
const keepInside = (box) => {
  const panel = box.querySelector(":scope > .panel");
  if (!panel) return;
  panel.style.translate = "";
  const room = (box.closest("main") ?? document.documentElement).getBoundingClientRect();
  const { left, right } = panel.getBoundingClientRect();
  const end = Math.min(room.right, document.documentElement.clientWidth) - MARGIN;
  const shift = Math.max(room.left + MARGIN - left, Math.min(0, end - right));
  if (shift) panel.style.translate = `${shift}px`;
};

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-popover][open]")) keepInside(event.target);
}, true);
open().forEach(keepInside);
