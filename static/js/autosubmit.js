// A select that is a form of its own ([data-autosubmit]) goes off on change.
document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});

// Addresses without what nobody chose. An empty value that means something is marked: [data-empty].
document.addEventListener("formdata", (event) => {
  const form = event.target;
  if (form.method !== "get") return;
  for (const [name, value] of [...event.formData]) {
    if (value === "" && !form.elements[name]?.matches?.("[data-empty]")) event.formData.delete(name);
  }
});
