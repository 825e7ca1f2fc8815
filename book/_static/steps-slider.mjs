// Lets the reader move a picture through the files that the page carries in a list.

for (const [index, box] of document.querySelectorAll(".steps-slider").entries()) {
  const steps = [...box.querySelectorAll("li")];
  const image = box.querySelector("img");
  const text = box.querySelector(".step-text");
  const slider = document.createElement("input");
  const label = document.createElement("label");

  slider.type = "range";
  slider.id = `step-${index}`;
  slider.max = String(steps.length - 1);
  slider.value = box.dataset.start;
  label.htmlFor = slider.id;
  label.textContent = box.dataset.label;

  const show = () => {
    const step = steps[Number(slider.value)];
    image.src = step.dataset.src;
    text.textContent = step.textContent;
    slider.setAttribute("aria-valuetext", step.textContent); // what a screen reader says
  };
  slider.addEventListener("input", show);
  show();
  box.append(label, slider);
}
