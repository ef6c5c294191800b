// Security keys. A form[data-webauthn="create" | "get"] gets its credential from the browser, then goes its way.
// The options stand in <script type="application/json" id="…"> named by data-options.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

function options(form) {
  const given = JSON.parse(document.getElementById(form.dataset.options).textContent).publicKey;
  const ready = { ...given, challenge: bytes(given.challenge) };
  if (given.user) ready.user = { ...given.user, id: bytes(given.user.id) };
  if (given.excludeCredentials) ready.excludeCredentials = known(given.excludeCredentials);
  if (given.allowCredentials) ready.allowCredentials = known(given.allowCredentials);
  return { publicKey: ready };
}

function answer(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function run(form, submitter) {
  const failed = form.querySelector("[data-webauthn-failed]");
  failed.hidden = true;
  submitter.disabled = true;
  try {
    const credential = await navigator.credentials[form.dataset.webauthn](options(form));
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.submit();
  } catch {
    failed.hidden = false; // turned down, timed out, or no such key
    submitter.disabled = false;
  }
}

document.querySelectorAll("form[data-webauthn]").forEach((form) => {
  const button = form.querySelector("[type=submit]");
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-webauthn-missing]").hidden = false;
    button.disabled = true;
    return;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form, button);
  });
});
