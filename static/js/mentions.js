// In a form with [data-mentions] names are offered while somebody types after an @. Without script the name is typed.
const TYPED = /(?<!\S)@([^\s@,.;:][^@\n]{0,60})?$/;
const PAUSE = 200;
let waiting;

const listOf = (area) => area.parentElement.querySelector(".picks");

const close = (area) => {
  listOf(area)?.remove();
  area.removeAttribute("aria-activedescendant");
  area.setAttribute("aria-expanded", "false");
};

const choose = (area, option) => {
  const before = area.value.slice(0, area.selectionStart).replace(TYPED, `@${option.dataset.value ?? option.textContent.trim()} `);
  const after = area.value.slice(area.selectionStart);
  area.value = before + after;
  area.setSelectionRange(before.length, before.length);
  close(area);
  area.focus();
};

const offer = async (area, text) => {
  const address = area.closest("[data-mentions]").dataset.mentions;
  const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  const options = [...part.querySelectorAll("[role=option]")];
  close(area);
  if (!options.length) return;
  const list = document.createElement("ul");
  list.className = "picks";
  list.id = `${area.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.closest("[data-mentions]").dataset.mentionsLabel);
  options.forEach((option, at) => { option.id = `${list.id}-${at}`; option.setAttribute("aria-selected", "false"); list.append(option); });
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-expanded", "true");
};

document.addEventListener("input", (event) => {
  const area = event.target.closest("[data-mentions] textarea");
  if (!area) return;
  clearTimeout(waiting);
  const typed = area.value.slice(0, area.selectionStart).match(TYPED);
  if (!typed) { close(area); return; }
  waiting = setTimeout(() => offer(area, typed[1] ?? ""), PAUSE);
});

document.addEventListener("keydown", (event) => {
  const area = event.target.closest?.("[data-mentions] textarea");
  const list = area && listOf(area);
  if (!list) return;
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
    options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
    area.setAttribute("aria-activedescendant", next.id);
  } else if (event.key === "Enter" && at >= 0) {
    choose(area, options[at]);
  } else if (event.key === "Escape") {
    close(area);
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[data-mentions] .picks [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option.closest("[data-mentions]").querySelector("textarea"), option);
});
