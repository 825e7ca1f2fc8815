// The network of the point that was chosen last in a chart reads what the reader draws. The chart's
// page brings a <div class="jpegnet-reader"> with the files, one a row of the chart's table.

import { grey, smallPicture } from "./insight.mjs";
import { answerBars, drawingArea, element, exampleGroup, readExamples } from "./pad.mjs";
import { bytesOf, load, readNetwork, run } from "./picture.mjs";

const FIRST_DIGIT = 4; // the example that is shown until the reader draws
const CONTRAST = 5; // most weights are within a few grey levels of the middle

export async function start(box) {
  const { files, start: first, examples } = JSON.parse(box.querySelector("script").textContent);
  const [state, bars] = [{ files, first, row: null, network: null, inputs: null }, answerBars()];
  const [picture, told] = [element("div"), element("p", { class: "reader-told", role: "status" })];
  const raised = (level) => grey(128 + CONTRAST * (level - 128));

  function answer() {
    if (!state.inputs) return bars.show(null);
    const began = performance.now();
    const { logits } = run(state.network, state.inputs);
    state.logits = [...logits];
    return bars.show(logits, performance.now() - began);
  }
  function use(row, words) {
    if (!files[row]) {
      told.textContent = `No file of this one is here; the network before it goes on reading. (${words})`;
      return;
    }
    const loaded = load(bytesOf(files[row]));
    const { width, height, samples } = loaded;
    const shown = smallPicture(width, height, "", raised);
    shown.show(samples, `The network's picture, ${width} × ${height} pixels`);
    picture.replaceChildren(shown.element.querySelector("canvas"));
    Object.assign(state, { row, network: readNetwork(loaded) });
    told.textContent = words ? `Now reads: ${words}.` : "";
    answer();
  }

  const pad = drawingArea((inputs) => {
    state.inputs = inputs;
    if (state.network) answer();
  });
  const digits = readExamples(examples);
  use(first, "");
  pad.show(digits[FIRST_DIGIT].pixels);
  box.replaceChildren(
    element("div", {}, pad.element, exampleGroup(pad, digits)),
    element("div", { class: "reader-network" }, picture, told),
    bars.element,
  );
  box.closest(".explorer").addEventListener("chosen", ({ detail: { row, words } }) => use(row, words));
  box.reader = state; // for tests
}

for (const box of document.querySelectorAll(".jpegnet-reader:not(.started)")) {
  box.classList.add("started");
  await start(box);
}
