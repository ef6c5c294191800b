// A figure and its table: [data-views] holds buttons [data-view="id"]; the pressed one shows its part and hides the rest.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-view]");
  if (!button) return;
  button.closest("[data-views]").querySelectorAll("[data-view]").forEach((other) => {
    const on = other === button;
    other.setAttribute("aria-pressed", String(on));
    const part = document.getElementById(other.dataset.view);
    if (part) part.hidden = !on;
  });
});
