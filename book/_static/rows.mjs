// A recurrent network reads a digit row by row: what it believes after each row stands beside the
// row. The page brings a <div class="jpegnet-rows"> with the network's file and example digits.

import { SIDE } from "./digit.mjs";
import { answerBars, drawingArea, element, exampleGroup, readExamples } from "./pad.mjs";
import { bytesOf, load, readNetwork, softmax } from "./picture.mjs";
import { byRow } from "./sequences.mjs";

const FIRST_DIGIT = 7; // the example that is shown until the reader draws
const MILLISECONDS = 120; // a row, when the page reads by itself
const SCALE = 10; // canvas pixels a row
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// The image at the left, a row a row; at the right what the network believes after each row.
function rowsView() {
  const width = SIDE + 2 + 2 * 10;
  const canvas = element("canvas", { width: SCALE * width, height: SCALE * SIDE, class: "rows-view", role: "img" });
  const context = canvas.getContext("2d");
  const cell = (x, y, wide, color) => {
    context.fillStyle = color;
    context.fillRect(SCALE * x, SCALE * y, SCALE * wide, SCALE);
  };
  return {
    element: canvas,
    show(inputs, beliefs, read) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      const shade = (value, seen) => `rgb(${seen ? "59 130 196" : "140 140 140"} / ${value})`;
      for (let y = 0; y < SIDE; y += 1) {
        for (let x = 0; x < SIDE; x += 1) cell(x, y, 1, shade(inputs ? inputs[SIDE * y + x] : 0, y < read));
        if (beliefs && y < read) {
          beliefs[y].forEach((share, digit) => cell(SIDE + 2 + 2 * digit, y, 2, `rgb(209 112 31 / ${share})`));
        }
      }
      context.fillStyle = "rgb(209 112 31)";
      context.fillRect(0, Math.min(SCALE * read, canvas.height - 2), canvas.width, 2);
      canvas.setAttribute("aria-label", `The digit as the network sees it, of which ${read} of ${SIDE} rows are read, and beside each row the ten shares after it.`);
    },
  };
}

export async function start(box) {
  const { file, examples } = JSON.parse(box.querySelector("script").textContent);
  const network = readNetwork(load(bytesOf(file)));
  const [view, bars] = [rowsView(), answerBars()];
  const state = { inputs: null, logits: null, beliefs: null, timer: 0 };
  const slider = element("input", { type: "range", min: 0, max: SIDE, value: SIDE, step: 1 });

  function show() {
    const read = Number(slider.value);
    slider.setAttribute("aria-valuetext", `${read} rows read`);
    view.show(state.inputs, state.beliefs, read);
    const known = state.logits && read > 0;
    bars.show(known ? state.logits[read - 1] : null, state.took);
  }
  function stop() {
    clearInterval(state.timer);
    state.timer = 0;
    play.textContent = "Read it row by row";
  }
  function toggle() {
    if (state.timer) return stop();
    slider.value = still() ? SIDE : 0;
    show();
    if (still()) return undefined;
    play.textContent = "Stop";
    state.timer = setInterval(() => {
      slider.value = Number(slider.value) + 1;
      show();
      if (Number(slider.value) === SIDE) stop();
    }, MILLISECONDS);
    return undefined;
  }
  const play = element("button", { type: "button", class: "rows-play", onclick: toggle }, "Read it row by row");
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  const pad = drawingArea((inputs) => {
    const began = performance.now();
    state.inputs = inputs;
    state.logits = inputs && byRow(network, inputs);
    state.beliefs = state.logits && state.logits.map(softmax);
    state.took = performance.now() - began;
    show();
  });
  const digits = readExamples(examples);
  box.replaceChildren(
    element("div", { class: "rows-pad" },
      pad.element,
      exampleGroup(pad, digits),
    ),
    element("div", { class: "rows-reading" },
      view.element,
      element("label", { class: "demo-slider" }, "Rows read", slider),
      play,
      bars.element,
    ),
  );
  pad.show(digits[FIRST_DIGIT].pixels);
}

for (const box of document.querySelectorAll(".jpegnet-rows:not(.started)")) {
  box.classList.add("started");
  await start(box);
}
