// [data-copy] puts a button beside its field that copies what stands there; made here, as it does nothing without script.
document.querySelectorAll("[data-copy]").forEach((box) => {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-line";
  button.textContent = box.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      document.execCommand("copy"); // an address without https has no clipboard of its own
    }
    button.textContent = box.dataset.copied;
  });
  box.append(button);
});
