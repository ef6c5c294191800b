// Filter chips say what they are set to, also when htmx has changed only the list below them.
function words(field) {
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

document.querySelectorAll("[data-filters]").forEach((form) => {
  const clear = form.querySelector("[data-clear]");
  form.addEventListener("input", () => {
    const set = [...form.querySelectorAll("[data-chip]")].map(paint).some(Boolean);
    const searched = [...form.querySelectorAll("[type=search]")].some((input) => input.value);
    if (clear) clear.hidden = !(set || searched);
  });
});
