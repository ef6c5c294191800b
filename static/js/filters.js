// Filter chips say what they are set to, also when htmx has changed only the list below them; long choices are searched.
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
const MANY = 12;

function words(field) {
  if (field.matches("[data-find]")) return [];
  if (field.matches("select")) return [...field.selectedOptions].filter((option) => option.value).map((option) => option.text);
  if (field.matches("[type=checkbox], [type=radio]")) {
    return field.checked && field.value ? [field.closest("label")?.textContent.trim() ?? field.value] : [];
  }
  return field.value ? [field.value] : [];
}

function paint(chip) {
  const said = [...chip.querySelectorAll(".panel :is(select, input)")].flatMap(words).join(", ");
  chip.querySelector("[data-chosen]").textContent = said;
  chip.querySelector("summary").classList.toggle("on", Boolean(said));
  return Boolean(said);
}

// Above many choices stands a field that narrows them, with or without diacritics; Enter ticks the first that is left.
function finder(ticks, label) {
  const find = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", placeholder: label });
  find.dataset.find = "";
  find.setAttribute("aria-label", label);
  const left = () => [...ticks.querySelectorAll("label:not([hidden]) input")];
  find.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(find.value.trim());
    for (const choice of ticks.querySelectorAll("label")) choice.hidden = !plain(choice.textContent).includes(wanted);
    for (const group of ticks.querySelectorAll(".grp")) group.hidden = Boolean(wanted);
    ticks.querySelector("[data-none]").hidden = left().length > 0;
  });
  find.addEventListener("change", (event) => event.stopPropagation());
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    if (event.key === "ArrowDown") left()[0]?.focus();
    else if (find.value) {
      left()[0]?.click();
      find.select(); // the next word takes its place
    }
  });
  return find;
}

// Choices lie open in their panel.
function open(chip, label) {
  const select = chip.querySelector(".panel select");
  const ticks = chip.querySelector("[data-ticks]");
  if (select) select.size = Math.max(select.options.length, 2);
  const find = ticks?.querySelectorAll("label").length > MANY ? finder(ticks, label) : null;
  if (find) ticks.before(find);
  const first = find ?? select ?? ticks?.querySelector("input") ?? chip.querySelector(".panel input");
  chip.addEventListener("toggle", () => { if (chip.open) first?.focus(); });
}

// A search typed slowly is one step back: its first answer is a new address, the following ones replace it.
function rewrite(form, isTyping) {
  const going = isTyping && form.dataset.typing !== undefined;
  form.removeAttribute(going ? "hx-push-url" : "hx-replace-url");
  form.setAttribute(going ? "hx-replace-url" : "hx-push-url", "true");
  if (isTyping) form.dataset.typing = "";
  else delete form.dataset.typing;
}

document.querySelectorAll("[data-filters]").forEach((form) => {
  const clear = form.querySelector("[data-clear]");
  form.querySelectorAll("[data-chip]").forEach((chip) => open(chip, form.dataset.filters));
  form.addEventListener("input", () => {
    const set = [...form.querySelectorAll("[data-chip]")].map(paint).some(Boolean);
    const searched = [...form.querySelectorAll("[type=search]")].some((input) => input.value);
    if (clear) clear.hidden = !(set || searched);
  });
  // What leaves the field has been asked for while it was typed.
  form.addEventListener("change", (event) => { if (event.target.type === "search") event.stopPropagation(); }, true);
  form.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form) return;
    rewrite(form, event.detail.triggeringEvent?.target?.type === "search" || event.detail.triggeringEvent?.type === "submit");
    const now = new URLSearchParams(location.search); // the list may have been sorted since the form was drawn
    for (const name of ["sort", "per_page"]) event.detail.parameters[name] = now.get(name) ?? "";
    for (const [name, value] of Object.entries(event.detail.parameters)) if (!value.length) delete event.detail.parameters[name];
  });
});
