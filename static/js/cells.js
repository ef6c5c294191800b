// The page on which a report is filled in ([data-cells]). Each cell ([data-cell]) sends itself by htmx when it changes;
// here is what a browser must do besides: keep what could not be sent (for this person and report, in localStorage) and
// send it once the network is back, let no answer touch what is being typed, walk by Enter, and fill a pasted column
// downwards after it was shown.
const form = document.querySelector("form[data-cells]");
const AGAIN = 10_000; // milliseconds between two tries while something is unsent
const SHOWN = 12; // lines of a pasted column that the dialog shows
const PAUSE = 3_000; // milliseconds without a key after which a long text is sent though nobody left it

const place = form ? `cells:${form.dataset.person}:${form.dataset.cells}` : "";
// code → {v, x, s, why}; why: typing, sent, lost, refused, offered
const kept = new Map(form ? JSON.parse(localStorage.getItem(place) ?? "[]") : []);
let lost = false; // the network, or the session

const boxes = () => [...form.querySelectorAll("[data-cell]")];
const boxOf = (code) => boxes().find((one) => one.dataset.cell === code);
const fieldOf = (box, letter = "v") => box?.querySelector(`[name^="${letter}-"]`);
const fields = () => boxes().map((box) => fieldOf(box)).filter((one) => one && !one.disabled);

function store() {
  if (kept.size) localStorage.setItem(place, JSON.stringify([...kept]));
  else localStorage.removeItem(place);
}

function keep(box, why = "sent") {
  const field = fieldOf(box);
  if (!field) return;
  kept.set(box.dataset.cell, { v: field.value, x: fieldOf(box, "x")?.value, s: fieldOf(box, "s")?.value, why });
  store();
}

function tell(saved, words) {
  const told = saved.querySelector("[data-words]");
  if (words && told.textContent !== words) told.textContent = words;
}

function say() {
  const saved = document.getElementById("saved");
  const unsent = [...kept.values()].filter((one) => one.why === "lost").length;
  boxes().forEach((box) => box.toggleAttribute("data-unsent", kept.get(box.dataset.cell)?.why === "lost"));
  saved?.classList.toggle("off", lost && unsent > 0);
  if (!saved) return;
  const wrong = [...kept].filter(([code, told]) => told.why === "refused" && boxOf(code)).length;
  let words = "";
  const here = kept.get(document.activeElement?.closest("[data-cell]")?.dataset.cell);
  if (lost && unsent) words = saved.dataset.lost.replace("%n", unsent);
  else if (wrong) words = saved.dataset.wrong.replace("%n", wrong);
  else if (here?.why === "typing") words = saved.dataset.typing;
  saved.classList.toggle("er", wrong > 0 || (lost && unsent > 0));
  tell(saved, words);
}

// ── while somebody types ────────────────────────────────────────────────────────────────────────────────────────────

const pauses = new Map(); // code → timer

// What is being typed outlives a reload; a long text need not be left to be saved.
function typed(event) {
  const field = event.target;
  const box = field.closest("[data-cell]");
  if (!box || !/^[vx]-/.test(field.name)) return;
  keep(box, "typing");
  if (field.tagName !== "TEXTAREA") return;
  const saved = document.getElementById("saved");
  if (saved && !lost) tell(saved, saved.dataset.typing);
  clearTimeout(pauses.get(box.dataset.cell));
  const send = () => field.isConnected && field.dispatchEvent(new Event("change", { bubbles: true }));
  pauses.set(box.dataset.cell, setTimeout(send, PAUSE));
}

// ── what a cell sends, and what comes back ──────────────────────────────────────────────────────────────────────────

// Neither the value nor the explanation was typed on since.
const isSaved = (now, sent, code) => now.v === sent.get(`v-${code}`) && (now.x ?? "") === (sent.get(`x-${code}`) ?? "");

function answered(event) {
  const box = event.detail.elt?.closest?.("[data-cell]") ?? event.detail.target;
  const code = box?.dataset?.cell;
  if (!code) return;
  const status = event.detail.xhr?.status ?? 0;
  const signIn = (event.detail.xhr?.responseURL ?? "").includes(document.body.dataset.login);
  if (status === 200 && !signIn) {
    const sent = event.detail.requestConfig?.parameters;
    const now = kept.get(code);
    if (!now || !sent || isSaved(now, sent, code)) kept.delete(code);
    if (lost) setTimeout(again, 100);
    lost = false;
  } else if (status === 409 || status === 422) {
    if (kept.has(code)) kept.get(code).why = "refused";
    lost = false;
  } else {
    if (kept.has(code)) kept.get(code).why = "lost";
    else keep(box, "lost");
    lost = true;
  }
  store();
  say();
}

// ── what comes back is put in place (renew.js) ───────────────────────────────────────────────────────────────────────

let answering = { code: "", sent: null }; // the cell that answers, and what it had sent
let was = {}; // what stood in the row that is about to be renewed, and what the answer has for it
let waiting = null; // what the answer has for the field somebody is in

const fieldsOf = (box) => [...box.querySelectorAll("[name^='v-'], [name^='x-']")];

function before(event) {
  const { target, elt, requestConfig } = event.detail;
  const box = elt?.closest?.("[data-cell]") ?? target;
  answering = { code: box?.dataset?.cell ?? "", sent: requestConfig?.parameters ?? null };
}

function beforeRow({ target: box, detail: { fresh, held } }) {
  const isOwn = box.dataset.cell === answering.code;
  const sent = (field) => answering.sent?.get?.(field.name) ?? field.defaultValue;
  const isUnsaved = (field) => (isOwn ? field.value !== sent(field) : kept.has(box.dataset.cell));
  const stays = fieldsOf(box).filter((field) => field === held || isUnsaved(field));
  was = {
    stays: new Map(stays.map((field) => [field, field.value])),
    texts: new Map(fieldsOf(fresh).map((field) => [field.name, field.value])),
    seen: isOwn ? undefined : fieldOf(box, "s")?.value,
  };
}

// A field somebody is in is left alone, and so is what was typed and is not saved yet.
function afterRow({ target: box, detail: { held, left } }) {
  fieldsOf(box).forEach((field) => {
    const text = was.stays.get(field) ?? was.texts.get(field.name);
    if (text !== undefined && field.value !== text) field.value = text;
  });
  // What another cell's answer tells of this one was not seen by who writes here: a colleague's value shows as a conflict.
  const now = fieldOf(box, "s");
  const told = now?.value;
  if (now && was.stays.size && was.seen !== undefined) now.value = was.seen;
  if (held) waiting = { held, left, value: held.value, text: was.texts.get(held.name) ?? held.value, now, told };
}

// Nobody typed on: the field takes over what the answer had for it.
function leave(event) {
  const { held, left, value, text, now, told } = waiting ?? {};
  waiting = null;
  if (held !== event.target || held.value !== value || kept.has(held.closest("[data-cell]")?.dataset.cell)) return;
  left.forEach((one) => one.remove());
  held.value = text;
  if (now) now.value = told;
}

function after() {
  wake();
  say();
}

// htmx passes over a row that is gone when its turn comes, and with it forgets all that wait behind: where nothing is on
// its way, whoever still waits asks anew.
function wake() {
  if (form.querySelector("[data-cell][aria-busy]")) return;
  const [code] = [...kept].find(([one, told]) => told.why === "sent" && boxOf(one)) ?? [];
  if (code) boxOf(code).dispatchEvent(new Event("change", { bubbles: true }));
}

// ── sending again ───────────────────────────────────────────────────────────────────────────────────────────────────

function fill(box, told) {
  for (const letter of ["v", "x", "s"]) {
    const field = fieldOf(box, letter);
    if (field && told[letter] !== undefined) field.value = told[letter];
  }
}

// A cell of another section has no row here: it is sent without one, and stays kept where it is refused.
async function sendAway(code, told) {
  const body = new URLSearchParams({ [`v-${code}`]: told.v, [`s-${code}`]: told.s ?? "" });
  if (told.x !== undefined) body.set(`x-${code}`, told.x);
  const token = form.elements.csrfmiddlewaretoken.value;
  try {
    const url = form.dataset.send.replace(/[^/]+\/$/, `${encodeURIComponent(code)}/`);
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" }, redirect: "manual" });
    if (answer.status === 200) kept.delete(code);
    else told.why = answer.status === 409 || answer.status === 422 ? "refused" : "lost";
  } catch {
    told.why = "lost";
    lost = true;
  }
  store();
  say();
}

function again() {
  kept.forEach((told, code) => {
    if (told.why !== "lost") return;
    const box = boxOf(code);
    if (!box) sendAway(code, told);
    else if (!box.hasAttribute("aria-busy")) box.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// ── after a reload ──────────────────────────────────────────────────────────────────────────────────────────────────

// What an earlier page left is offered, and stays kept as it is until the person decides: nothing sends it by itself, for
// its row shows another value.
function offer() {
  const note = document.querySelector("[data-kept]");
  const here = [...kept].filter(([code, told]) => {
    const field = fieldOf(boxOf(code));
    if (!field) return false;
    if (field.value === told.v && field.getAttribute("aria-invalid") === "true") {
      told.why = "refused"; // it stands in its field as it was typed, and nowhere else
      return false;
    }
    if (field.value === told.v && (fieldOf(boxOf(code), "x")?.value ?? "") === (told.x ?? "")) kept.delete(code);
    return kept.has(code);
  });
  kept.forEach((told, code) => { if (!boxOf(code)) sendAway(code, told); });
  here.forEach(([, told]) => { told.why = "offered"; });
  store();
  if (!note || !here.length) return;
  const codes = here.map(([code]) => code).join(", ");
  const words = note.querySelector("[data-kept-words]");
  words.textContent = words.dataset.told.replace("%n", here.length).replace("%c", codes);
  note.hidden = false;
  note.querySelector("[data-kept-restore]").addEventListener("click", () => {
    note.hidden = true;
    here.forEach(([code, told]) => {
      const box = boxOf(code);
      fill(box, told);
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
  note.querySelector("[data-kept-drop]").addEventListener("click", () => {
    note.hidden = true;
    here.forEach(([code]) => kept.delete(code));
    store();
  });
}

// ── the keyboard, and a column of Excel ─────────────────────────────────────────────────────────────────────────────

// Tab goes from cell to cell as Enter does; after Esc it goes where it would, to what else stands in the row.
let leaves = false;

function walk(event) {
  const field = event.target;
  if (event.key === "Escape") leaves = true;
  if (!["Enter", "Tab"].includes(event.key) || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!/^[vx]-/.test(field.name) || (field.tagName === "TEXTAREA" && !field.name.startsWith("x-"))) return;
  if (event.key === "Tab" && leaves) {
    leaves = false;
    return;
  }
  const all = [...form.querySelectorAll("[name^='v-'], [name^='x-']")].filter((one) => one.offsetParent);
  const next = all[all.indexOf(field) + (event.shiftKey ? -1 : 1)];
  if (next) {
    event.preventDefault();
    next.focus();
    next.select?.();
  } else if (event.key === "Enter") {
    event.preventDefault();
    field.blur();
  }
}

const cut = (text) => text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));

// Downwards: in a list the cells below, in a grid those of the same column; what stands beside goes beside.
function pasted(field, lines) {
  const cellBox = field.closest("[data-cell]");
  const line = cellBox.closest("tr");
  if (cellBox.tagName !== "TD") {
    const all = fields().filter((one) => one.tagName !== "TEXTAREA" && one.closest("[data-cell]").tagName !== "TD");
    const from = all.indexOf(field);
    return lines.map((one, at) => [all[from + at], one[0]]).filter(([one]) => one);
  }
  const rows = [...line.parentElement.rows].slice([...line.parentElement.rows].indexOf(line));
  return lines.flatMap((one, down) => one.map((text, along) => {
    const box = rows[down]?.cells[cellBox.cellIndex + along];
    return [box?.matches("[data-cell]") ? fieldOf(box) : null, text];
  })).filter(([one]) => one);
}

function paste(event) {
  const field = event.target;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const lines = cut(text);
  if (field.tagName !== "INPUT" || !field.name?.startsWith("v-") || (lines.length < 2 && lines[0].length < 2)) return;
  event.preventDefault();
  const pairs = pasted(field, lines).map(([one, value]) => [one.name, value.trim()]);
  const dialog = document.getElementById("paste");
  const count = lines.reduce((sum, one) => sum + (pairs.length > lines.length ? one.length : 1), 0);
  const left = Math.max(0, count - pairs.length);
  const words = dialog.querySelector("[data-paste-words]");
  words.textContent = words.dataset.filled.replace("%n", pairs.length) + (left ? ` ${words.dataset.left.replace("%n", left)}` : "");
  dialog.querySelector("[data-paste-rows]").replaceChildren(...pairs.slice(0, SHOWN).map(([name, value]) => {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name.slice(2);
    row.append(head, ...[form.elements[name].value, value].map((words) => {
      const box = document.createElement("td");
      box.className = "num tn";
      box.textContent = words || "–";
      return box;
    }));
    return row;
  }));
  dialog.querySelector("[data-paste-fill]").onclick = () => {
    dialog.close();
    pairs.forEach(([name, value]) => {
      const one = form.elements[name];
      one.value = value;
      one.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };
  dialog.showModal();
}

function start() {
  form.addEventListener("change", (event) => {
    const box = event.target.closest("[data-cell]");
    if (box && fieldOf(box)) keep(box);
  }, true);
  form.addEventListener("input", typed);
  form.addEventListener("focusout", leave);
  form.addEventListener("renew:before", beforeRow);
  form.addEventListener("renew:after", afterRow);
  document.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("htmx:beforeSwap", before);
  document.addEventListener("htmx:afterSettle", after);
  form.addEventListener("keydown", walk);
  form.addEventListener("paste", paste);
  window.addEventListener("online", again);
  setInterval(again, AGAIN);
  form.addEventListener("submit", () => { lost = false; kept.forEach((told) => { told.why = "sent"; }); });
  window.addEventListener("beforeunload", (event) => {
    if ([...kept.values()].some((told) => ["lost", "refused"].includes(told.why))) event.preventDefault();
  });
  offer();
}

if (form) start();
