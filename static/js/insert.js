// [data-insert] buttons put their figure where the writer stands in the text; without script the form does it, at the end.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button?.form?.elements.text;
  if (!field) return;
  event.preventDefault();
  const before = field.value.slice(0, field.selectionStart);
  const blank = before === "" || /[\s(“/]$/.test(before) ? "" : " "; // a figure stands apart from the word before it
  field.setRangeText(`${blank}{{${button.value}}}`, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
