// Under review the panel of the picked row stands below the table on a narrow screen: it comes into view.
const NARROW = matchMedia("(max-width: 1199.98px)");

document.addEventListener("htmx:afterSwap", (event) => {
  if (NARROW.matches && event.detail.target.id === "review") document.getElementById("y-kien")?.scrollIntoView();
});
