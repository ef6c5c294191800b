// The one <dialog id="dialog">: opens when htmx has put a fragment into it, closes by [data-close], and gives focus back.
// data-dialog="id" opens a dialog that the page holds already.
const dialog = document.getElementById("dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return;
  if (dialog.childElementCount) {
    if (!dialog.open) dialog.showModal();
  } else if (dialog.open) {
    dialog.close();
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
});

dialog?.addEventListener("close", () => dialog.replaceChildren());

// What a dialog sends brings the page anew: the focus then begins in its content, not before its masthead.
const ANSWERED = "dialog-answered";
dialog?.addEventListener("submit", () => sessionStorage.setItem(ANSWERED, location.pathname));
if (sessionStorage.getItem(ANSWERED) === location.pathname) document.getElementById("noi-dung")?.focus();
sessionStorage.removeItem(ANSWERED);
