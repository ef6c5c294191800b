// <details data-popover>: account menu and filter chips. One open at a time; Esc and a click elsewhere close it.
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
