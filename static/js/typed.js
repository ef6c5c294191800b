// A region that somebody's button has drawn anew (a row of an import mended, a row of a form added) takes with it what
// was being typed elsewhere in it. That is put back in the same turn of the browser, before the next letter comes.
const TEXTS = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea, select";
const lastTyped = new WeakMap(); // field → when
const sentAt = new WeakMap(); // request → when
let kept = [];

const isChanged = (field) => (field.tagName === "SELECT"
  ? [...field.options].some((one) => one.selected !== one.defaultSelected)
  : field.value !== field.defaultValue);

// What was sent is drawn by the answer; what was typed after that, or in another form, is not known to it.
function isUnsent(field, form, since) {
  const at = lastTyped.get(field);
  return at !== undefined && (field.form === form ? at > since : isChanged(field));
}

function keep(event) {
  const { target, elt, xhr, requestConfig, shouldSwap } = event.detail;
  kept = [];
  // A cell of a table looks after itself (cells.js). A link or a filter asks for something else to be shown, and a row
  // that goes gives its number to the next.
  if (!shouldSwap || target.closest("[data-cell]") || elt?.name === "remove") return;
  if (requestConfig?.verb === "get" && requestConfig.triggeringEvent) return;
  const form = elt?.closest?.("form");
  kept = [...target.querySelectorAll(TEXTS)]
    .filter((field) => field.id && isUnsent(field, form, sentAt.get(xhr) ?? 0))
    .map((field) => ({
      id: field.id, value: field.value, at: lastTyped.get(field),
      isIn: field === document.activeElement, start: field.selectionStart, end: field.selectionEnd,
    }));
}

function giveBack() {
  kept.forEach(({ id, value, at, isIn, start, end }) => {
    const field = document.getElementById(id);
    if (!field?.matches(TEXTS)) return;
    field.value = value;
    lastTyped.set(field, at);
    if (!isIn) return;
    field.closest("[data-region]")?.querySelectorAll("[autofocus]").forEach((one) => one.removeAttribute("autofocus"));
    field.focus({ preventScroll: true });
    if (start !== null) field.setSelectionRange?.(start, end);
  });
  kept = [];
}

document.addEventListener("input", (event) => lastTyped.set(event.target, performance.now()));
document.addEventListener("htmx:beforeRequest", (event) => sentAt.set(event.detail.xhr, performance.now()));
document.addEventListener("htmx:beforeSwap", keep);
document.addEventListener("htmx:afterSwap", giveBack);
