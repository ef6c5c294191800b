// A select that is a form of its own ([data-autosubmit]) goes off on change.
document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});
