// Show and hide a password; the button is made here, as it does nothing without script.
document.querySelectorAll("[data-password]").forEach((box) => {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-controls", input.id);
  const paint = () => {
    const shown = input.type === "text";
    button.textContent = shown ? box.dataset.hide : box.dataset.show;
    button.setAttribute("aria-label", `${button.textContent} ${box.dataset.password}`);
  };
  button.addEventListener("click", () => {
    input.type = input.type === "text" ? "password" : "text";
    paint();
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
  paint();
  box.append(button);
});
