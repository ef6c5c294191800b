// [data-copy] puts a button beside its field or text that copies what stands there; made here, as it does nothing
// without script.
document.querySelectorAll("[data-copy]").forEach((box) => {
  const field = box.querySelector("input, pre");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-line";
  button.textContent = box.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
    } catch {
      document.execCommand("copy"); // an address without https has no clipboard of its own
    }
    button.textContent = box.dataset.copied;
  });
  box.append(button);
});
