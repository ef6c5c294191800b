// The menu of narrow screens. Without script it opens by its address; with it focus goes in, stays in and comes back.
const side = document.getElementById("trinh-don");
const opener = document.querySelector("[data-drawer]");
const outside = document.querySelectorAll(".mast, .main");

// The menu scrolls by itself: where we are may lie below its fold.
function showCurrent() {
  const here = side.querySelector("[aria-current]");
  if (!here) return;
  const at = here.getBoundingClientRect();
  const seen = side.getBoundingClientRect();
  if (at.top < seen.top || at.bottom > seen.bottom) side.scrollTop += at.top - seen.top - side.clientHeight / 2;
}

function set(open) {
  side.toggleAttribute("data-open", open);
  opener.setAttribute("aria-expanded", String(open));
  outside.forEach((part) => { part.inert = open; });
  if (open) side.querySelector("a").focus();
  else opener.focus();
}

if (side && opener) {
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", (event) => { event.preventDefault(); set(true); });
  document.querySelectorAll("[data-drawer-close]").forEach((link) => {
    link.addEventListener("click", (event) => { event.preventDefault(); set(false); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && side.hasAttribute("data-open")) set(false);
  });
  matchMedia("(min-width: 1200px)").addEventListener("change", () => {
    if (side.hasAttribute("data-open")) set(false);
  });
}

if (side) showCurrent();
