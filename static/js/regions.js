// What htmx leaves to the page: say the new count, show a failure with a way on, follow a session that has ended.
const status = document.getElementById("status");
const failure = document.getElementById("region-failed");

// Whoever asked sees the region wait (states.css); what asks by itself every two seconds stays unseen.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig?.triggeringEvent) event.detail.target?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
});

document.addEventListener("htmx:afterSwap", (event) => {
  // The target itself may have been replaced by its successor of the same id.
  const region = document.getElementById(event.detail.target.id) ?? event.detail.target;
  const said = region.querySelector("[data-announce]");
  if (said && status) status.textContent = said.textContent.trim();
});

// What was said of an act goes with the next one; what a region asks by itself is none, nor a question in a dialog.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, shouldSwap } = event.detail;
  if (!shouldSwap || !requestConfig?.triggeringEvent || !target?.matches("[data-region]")) return;
  document.querySelectorAll("[data-message]").forEach((note) => note.remove());
});

// A redirect to the sign-in page arrives as its HTML: go there instead of putting it into a region.
document.addEventListener("htmx:beforeSwap", (event) => {
  const login = document.body.dataset.login;
  const answered = new URL(event.detail.xhr.responseURL || location.href).pathname;
  if (!login || answered !== login) return;
  event.detail.shouldSwap = false;
  if (!document.dispatchEvent(new Event("session:ended", { cancelable: true }))) return; // session.js keeps the page
  location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

function fail(event) {
  const target = event.detail.target;
  if (!failure || !target || target.closest("[data-keeps]")) return; // that says so in its own words
  target.querySelector(":scope > [data-failed]")?.remove();
  const note = failure.content.cloneNode(true);
  const code = event.detail.xhr?.getResponseHeader("X-Request-ID");
  const line = note.querySelector("[data-incident]");
  if (code) line.append(code);
  else line.remove();
  note.querySelector("a").href = location.href;
  target.prepend(note);
}

["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, fail));
