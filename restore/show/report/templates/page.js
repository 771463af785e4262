"use strict";
document.querySelectorAll(".frame input").forEach((slider) => {
  const frame = slider.parentElement;
  const before = () => (document.querySelector("[data-show=clean]:checked") ? "clean" : "damaged");
  const update = () => {
    frame.style.setProperty("--split", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} % ${before()}, ${100 - slider.value} % restored`);
  };
  slider.addEventListener("input", update);
  update();
});
const folded = document.querySelectorAll("details");
window.addEventListener("beforeprint", () => folded.forEach((one) => { one.dataset.open = one.open; one.open = true; }));
window.addEventListener("afterprint", () => folded.forEach((one) => { one.open = one.dataset.open === "true"; }));
