// The session's clock. Five minutes before the end a dialog says so; after it nothing that was typed is lost: sending is
// held back until the person has signed in again in another tab, then the page's tokens are renewed and it goes through.
// The server knows the time that is left (another tab may have used the session); the page asks before it speaks.
const { session: url, person, idle, absolute } = document.body.dataset;
const WARN = Math.min(300, Number(idle) / 2);
const TRUST = 5; // seconds for which an answer of the server is taken as still true when a form is sent
const dialog = document.getElementById("session");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
// put: what the dialog shows; later, stays: the person has read it; typed: there is something to lose.
const state = { idleEnds: 0, absoluteEnds: 0, asked: 0, alive: true, put: false, later: false, stays: false, typed: false };
const now = () => Date.now() / 1000;

function learn(left) {
  state.idleEnds = now() + Number(left.idle);
  state.absoluteEnds = now() + Number(left.absolute);
  state.asked = now();
  state.alive = true;
}

function renewTokens(token) {
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

function show(what) {
  if (state.put === what && dialog.open) return;
  state.put = what;
  dialog.querySelectorAll("[data-when]").forEach((part) => {
    part.hidden = part.dataset.when !== what;
    part.querySelector("[data-h]").id = part.hidden ? "" : "session-h";
  });
  tick();
  if (!dialog.open) dialog.showModal();
}

function hide() {
  state.put = false;
  state.later = false;
  if (dialog.open) dialog.close();
}

// What the server says now: "alive", "ended", "other" (somebody else is signed in) or "offline".
async function ask(method = "GET") {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  let told;
  try {
    const response = await fetch(url, { method, headers: method === "GET" ? {} : { "X-CSRFToken": token } });
    if (response.status === 403) return ask(); // a token of before; the answer to GET brings a new one
    told = await response.json();
  } catch {
    return "offline";
  }
  state.asked = now();
  state.alive = told.signed_in && String(told.person) === person;
  if (!told.signed_in) return "ended";
  if (!state.alive) return "other";
  learn(told);
  renewTokens(told.csrf);
  return "alive";
}

const ends = () => Math.min(state.idleEnds, state.absoluteEnds);
const kind = () => (state.absoluteEnds <= state.idleEnds ? "absolute" : "idle");

async function look() {
  const said = await ask();
  if (said === "ended" || said === "other") {
    if (!state.stays) show(said);
  } else if (said === "alive") {
    state.stays = false;
    if (ends() - now() > WARN) hide();
    else if (!state.later) show(kind());
  }
}

function tick() {
  const left = Math.max(0, Math.round(ends() - now()));
  const clock = new Date(ends() * 1000).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const told = left >= 60 ? dialog.dataset.minutes.replace("%m", Math.floor(left / 60)) : dialog.dataset.seconds;
  const words = told.replace("%s", left % 60);
  dialog.querySelectorAll("[data-clock]").forEach((place) => { place.textContent = clock; });
  dialog.querySelectorAll("[data-left]").forEach((place) => { place.textContent = words; });
}

function everySecond() {
  const left = ends() - now();
  if (dialog.open && (state.put === "idle" || state.put === "absolute")) {
    tick();
    if (left <= 0 && now() - state.asked > 2) look();
  } else if (state.alive && left <= (state.later ? 0 : WARN) && now() - state.asked > 5) {
    look();
  }
}

// A form is sent only to a session that lives; else it waits on the page, values and all.
function hold(event) {
  const form = event.target;
  if (form.method !== "post" || form.closest("#session")) return;
  if (state.alive && now() - state.asked < TRUST && ends() > now()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  ask().then((said) => (said === "alive" ? form.requestSubmit(submitter) : show(said)));
}

function start() {
  learn({ idle, absolute });
  setInterval(everySecond, 1000);
  document.addEventListener("submit", hold, true);
  document.addEventListener("input", (event) => {
    if (event.target.form?.method === "post") state.typed = true;
  });
  document.addEventListener("htmx:confirm", (event) => {
    const { verb, elt, issueRequest } = event.detail;
    if (elt.closest("[data-keeps]")) return; // keeps by itself what it cannot send
    if (verb === "get" || elt.tagName === "FORM" || (state.alive && now() - state.asked < TRUST)) return;
    event.preventDefault();
    ask().then((said) => (said === "alive" ? issueRequest(true) : show(said)));
  });
  document.addEventListener("session:ended", (event) => {
    if (!state.typed) return; // nothing to lose: the page leads to sign-in
    event.preventDefault();
    state.alive = false;
    show("ended");
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (dialog.open || !state.alive || now() - state.asked > 60)) look();
  });
  dialog.querySelector("[data-go-on]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    // Whoever closes the first warning is at work. The others come back when it matters.
    if (state.put === "idle") ask("POST").then((said) => { if (said !== "alive") show(said); });
    if (state.put === "absolute") state.later = true;
    if (state.put === "ended" || state.put === "other") state.stays = true;
    state.put = false;
  });
  if (channel) {
    channel.onmessage = () => { if (dialog.open || !state.alive || state.typed) look(); };
    channel.postMessage("here");
  }
}

if (url && dialog) start();
