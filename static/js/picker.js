// A field that is typed into and offers what the server finds (ARIA combobox with a list). Bound to the document, so it
// works in rows that htmx adds. Nothing is chosen by leaving the field: what is typed stays as it is typed.
const FIELD = "[data-picker] > input[aria-controls]";
const WAIT = 200;
let timer = 0;

// The browser's own list is for pages without script; with it the field is a combobox by name.
function takeOver(root) {
  root.querySelectorAll(FIELD).forEach((input) => { input.removeAttribute("list"); input.setAttribute("role", "combobox"); });
}

const partsOf = (input) => ({ picker: input.closest("[data-picker]"), list: document.getElementById(input.getAttribute("aria-controls")) });
const optionsIn = (list) => [...list.querySelectorAll("[role=option]")];
const isOpen = (input) => input.getAttribute("aria-expanded") === "true";

function close(input) {
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  const { list } = partsOf(input);
  if (list) list.hidden = true;
}

function mark(input, option) {
  const { list } = partsOf(input);
  optionsIn(list).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(input, value) {
  if (!input.isConnected) return;
  const { list } = partsOf(input);
  if (document.activeElement !== input || input.value !== value) return;
  optionsIn(list).forEach((option, at) => { option.id = `${list.id}_${at}`; });
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  mark(input, optionsIn(list).find((one) => one.dataset.value === value) ?? list.querySelector("[data-meant]"));
}

// What stands there and was neither typed nor refused is no search: all that may be chosen instead is offered.
const searched = (input) => ("typed" in input.dataset || input.getAttribute("aria-invalid") === "true" ? input.value : "");

function ask(input) {
  if (!input.isConnected) return; // its row was taken away before the wait was over
  const { picker, list } = partsOf(input);
  const { value } = input;
  const asked = searched(input);
  const url = `${picker.dataset.url}${picker.dataset.url.includes("?") ? "&" : "?"}q=${encodeURIComponent(asked)}`;
  list.dataset.asked = asked;
  window.htmx.ajax("GET", url, { source: list, target: list, swap: "innerHTML" }).then(() => show(input, value));
}

function openNew(input, option) {
  const form = partsOf(input).picker.querySelector("[data-pick-new]");
  if (!form) return;
  form.open = true;
  for (const [name, value] of [["kind", option.dataset.kind], ["issuer", option.dataset.issuer]]) {
    const field = form.querySelector(`[name$="-${name}"]`);
    if (field && !field.value) field.value = value ?? "";
  }
}

function choose(input, option) {
  const isNew = "new" in option.dataset;
  if (isNew) openNew(input, option);
  else {
    input.value = option.dataset.value;
    delete input.dataset.typed;
    const form = partsOf(input).picker.querySelector("[data-pick-new]");
    if (form) form.open = false;
  }
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (isNew) partsOf(input).picker.querySelector("[data-pick-new] :is(input, select):not([type=hidden])")?.focus();
}

document.addEventListener("input", (event) => {
  if (!event.target.matches(FIELD)) return;
  event.target.dataset.typed = "";
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT, event.target);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches(FIELD)) return;
  const { list } = partsOf(input);
  const options = optionsIn(list);
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen(input)) ask(input);
    else if (options.length) mark(input, options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length]);
  } else if (event.key === "Escape" && isOpen(input)) {
    event.preventDefault();
    close(input);
  } else if (event.key === "Enter" && isOpen(input) && at >= 0) {
    event.preventDefault();
    choose(input, options[at]);
  }
});

// A pointer on the list must not take the focus out of the field, which would close it.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest("[data-picks]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const option = event.target.closest("[data-picks] [role=option]");
  if (option) choose(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
  else if (event.target.matches(FIELD) && !isOpen(event.target)) ask(event.target);
});

// A number that nobody knows, typed to its end: the fields of the new act open where one goes on to.
document.addEventListener("focusout", (event) => {
  if (!event.target.isConnected || !event.target.matches(FIELD)) return;
  const { list } = partsOf(event.target);
  if (!list) return;
  const fresh = list.querySelector("[data-new]");
  if (fresh && event.target.value && list.dataset.asked === event.target.value) openNew(event.target, fresh);
  close(event.target);
});

takeOver(document);
document.addEventListener("htmx:load", (event) => takeOver(event.target));
