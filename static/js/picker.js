// A field that is typed into and offers what the server finds (ARIA combobox with a list). Bound to the document, so it
// works in rows that htmx adds. Nothing is chosen by leaving the field: what is typed stays as it is typed.
const FIELD = "[data-picker] input[aria-controls]";
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
  window.htmx.ajax("GET", url, { source: list, target: list, swap: "innerHTML" }).then(() => {
    list.dataset.asked = asked;
    if (document.activeElement === input) show(input, value);
    else if (input.value === value) settle(input);
  });
}

// The fields of a document that is not there yet. Its number decides whether one is meant (DocumentField.found), so it
// is filled in and emptied along with the box.
const newOf = (input) => partsOf(input).picker.querySelector("[data-pick-new]");
const fieldOf = (form, name) => form.querySelector(`[name$="-${name}"]`);

// What stands there already is left, unless it was a guess too.
function guess(field, value) {
  if (!value || (field.value && field.value !== field.dataset.guess)) return;
  field.value = value;
  field.dataset.guess = field.value;
}

function openNew(input, option) {
  const form = newOf(input);
  if (!form) return;
  fieldOf(form, "number").value = option.dataset.number;
  for (const name of ["kind", "issuer"]) guess(fieldOf(form, name), option.dataset[name]);
  form.open = true;
}

function dropGuesses(form) {
  form.querySelectorAll("[data-guess]").forEach((field) => { if (field.value === field.dataset.guess) field.value = ""; });
}

function closeNew(input) {
  const form = newOf(input);
  if (!form) return;
  fieldOf(form, "number").value = "";
  dropGuesses(form);
  form.open = false;
}

// What was typed to its end is known, or new, or nothing any more.
function settle(input) {
  const { list } = partsOf(input);
  if (!list || !newOf(input)) return;
  if (!input.value || list.querySelector("[data-meant]")) return closeNew(input);
  const fresh = list.querySelector("[data-new]");
  if (fresh) openNew(input, fresh);
  else fieldOf(newOf(input), "number").value = "";
}

function choose(input, option) {
  const isNew = "new" in option.dataset;
  if (isNew) openNew(input, option);
  else {
    input.value = option.dataset.value;
    delete input.dataset.typed;
    closeNew(input);
  }
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (isNew) [...newOf(input).querySelectorAll("input:not([type=hidden]), select")].find((field) => !field.value)?.focus();
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches(FIELD)) return numberTyped(input);
  input.dataset.typed = "";
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT, input);
});

// The number of the new document stands in the box too: what is searched and what is entered are never two.
function numberTyped(number) {
  const form = number.closest("[data-pick-new]");
  if (!form || number !== fieldOf(form, "number")) return;
  const input = form.closest("[data-picker]").querySelector(FIELD);
  input.value = number.value;
  input.dataset.typed = "";
}

// Opened by hand, it takes over what stands in the box and names nothing. Its issuer is the person's own body as far as
// anybody can tell; closed again without a number, no new document is meant.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches("[data-pick-new]")) return;
  if (!event.target.open) return fieldOf(event.target, "number").value ? undefined : dropGuesses(event.target);
  guess(fieldOf(event.target, "issuer"), fieldOf(event.target, "issuer").value ? "" : event.target.dataset.issuer);
  const input = event.target.closest("[data-picker]").querySelector(FIELD);
  const number = fieldOf(event.target, "number");
  if (!number.value && "typed" in input.dataset) number.value = input.value;
}, true);

// A guess alone is no document.
document.addEventListener("submit", (event) => {
  event.target.querySelectorAll("[data-pick-new]").forEach((form) => {
    const input = form.closest("[data-picker]").querySelector(FIELD);
    if (!input.value && !fieldOf(form, "number").value) dropGuesses(form);
  });
}, true);

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

// The fields of a new document open below the box and push away what is being clicked: after the click.
let released = Promise.resolve();
let release = () => {};
document.addEventListener("pointerdown", () => { released = new Promise((done) => { release = done; }); }, true);
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(release), true);

document.addEventListener("focusout", (event) => {
  const input = event.target;
  if (!input.isConnected || !input.matches(FIELD)) return;
  const { list } = partsOf(input);
  if (!list) return;
  close(input);
  if (!("typed" in input.dataset) || !newOf(input)) return;
  clearTimeout(timer);
  released.then(() => setTimeout(() => (list.dataset.asked === input.value ? settle(input) : ask(input))));
});

takeOver(document);
document.addEventListener("htmx:load", (event) => takeOver(event.target));
