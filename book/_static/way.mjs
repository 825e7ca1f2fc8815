// Follows one number of a network's file to the answer, and the loss's gradient back past the
// rounding; and takes steps of training. The page brings a <div class="jpegnet-way"> with the file,
// where to begin, example digits, and the table of the stations, which is filled anew here.

import { basis, blockAt, blockPicker, buttonField, placeInTile, tileLevels, tilePicker, toldLine } from "./insight.mjs";
import { element, exampleButtons, readExamples } from "./pad.mjs";
import { bytesOf, readNetwork, run, softmax } from "./picture.mjs";
import { PLACE, opened, rewritten } from "./rewrite.mjs";
import { BLOCK, entriesOf } from "./segment.mjs";

const ZERO = 128; // the grey level of weight zero
const STEP = 0.1; // how far a step moves the number that it moves most
const PIXELS = BLOCK * BLOCK;

const minus = (value, digits) => value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

// What the loss of one drawing says of a block: { loss, share, sum, bySum, weights, byWeights,
// byNumbers }, of the 64 weights and numbers in reading order. `at` is which inputs the block sees.
export function gradients(network, steps, scale, tile, at, inputs, digit) {
  const [weight, bias, second] = network.matrices;
  const [{ columns }, { rows: outputs, columns: units }] = network.layers;
  const { logits } = run(network, inputs);
  const shares = softmax(logits);
  const sum = dot(Array.from(inputs), weight.subarray(tile * columns, (tile + 1) * columns)) + bias[tile];
  const byLogits = shares.map((share, i) => share - (i === digit));
  const votes = Array.from({ length: outputs }, (_, i) => second[i * units + tile]);
  const bySum = sum > 0 ? dot(byLogits, votes) : 0; // the ReLU
  const weights = at.map((input) => (input < 0 ? 0 : weight[tile * columns + input]));
  const byWeights = at.map((input) => (input < 0 ? 0 : bySum * inputs[input]));
  // Levels are the inverse DCT of coefficients, which is orthogonal, so its transpose leads back.
  const byNumbers = Array.from({ length: PIXELS }, (_, place) => steps[place] * scale * dot(byWeights, basis(place)));
  return { loss: -Math.log(shares[digit]), share: shares[digit], sum, bySum, weights, byWeights, byNumbers };
}

export async function start(box) {
  const facts = JSON.parse(box.querySelector("script").textContent);
  const { file: coded, examples, tile, block, place, pixel, digit, stations: told } = facts;
  const file = opened(bytesOf(coded));
  const part = file.layout.parts[file.layout.first];
  const entries = entriesOf(part);
  const digits = readExamples(examples).map((one) => ({ ...one, inputs: Float64Array.from(one.pixels, (p) => p / 255) }));
  const state = { tile, block, place, pixel, digit };
  const within = (i) => placeInTile(part, state.block, i);
  const numbers = () => state.numbers[blockAt(file, state.tile, state.block)];
  const seen = () => Array.from({ length: PIXELS }, (_, i) => entries[within(i)]);
  const table = box.querySelector(".way-scroller");
  const caption = table.querySelector("caption");
  const cell = (kind, name) => table.querySelector(`[data-${kind}="${name}"]`);

  const go = (where) => {
    Object.assign(state, where);
    show();
  };
  const picker = tilePicker(file, (chosen) => go({ tile: chosen }));
  const tileBlocks = blockPicker(part, (chosen) => go({ block: chosen }));
  const field = buttonField(PIXELS, BLOCK, { class: "insight-field", "aria-label": "The 64 numbers of the block" }, (i) => go({ place: i }));
  const levels = buttonField(PIXELS, BLOCK, { class: "insight-field way-levels", "aria-label": "The 64 grey levels of the block" }, (i) => go({ pixel: i }));
  const drawings = exampleButtons(digits, () => {});
  drawings.forEach((button, i) => button.addEventListener("click", () => go({ digit: i })));
  const line = toldLine();

  // The file is written of the numbers, rounded, and read again.
  function forward() {
    const made = rewritten(file, state.numbers.map((list) => list.map(Math.round)));
    return { made, network: readNetwork(made) };
  }
  const explained = () =>
    gradients(state.network, file.steps, part.scale, state.tile, seen(), digits[state.digit].inputs, state.digit);

  function step(times) {
    const before = { ...explained(), whole: Array.from(numbers(), Math.round) };
    for (let i = 0; i < times; i += 1) {
      const { byNumbers } = explained();
      const most = Math.max(...byNumbers.map(Math.abs));
      if (!most) break;
      byNumbers.forEach((slope, at) => { numbers()[PLACE[at]] -= (STEP * slope) / most; });
      Object.assign(state, forward());
    }
    const after = explained();
    const jumped = before.whole.filter((value, i) => value !== Math.round(numbers()[i])).length;
    show();
    line.tell(before.bySum
      ? `${jumped} of the 64 whole numbers jumped. The right digit’s probability went from ` +
        `${(100 * before.share).toFixed(2)} % to ${(100 * after.share).toFixed(2)} %. ` +
        `Written anew the file has ${state.made.bytes.length.toLocaleString("en")} bytes.`
      : "This unit is silent for this drawing: no gradient comes back through it, and nothing is learned.");
  }
  function again() {
    state.numbers = file.blocks.map((list) => Float64Array.from(list));
    Object.assign(state, forward(), { tile, block, place, pixel, digit });
    show();
    line.tell("The numbers begin as the file has them; steps move them between the whole numbers.");
  }

  function show() {
    const found = explained();
    Object.assign(state, { found });
    const [value, at] = [numbers()[PLACE[state.place]], seen()[state.pixel]];
    const rounded = Array.from(numbers(), Math.round);
    const wave = rounded.reduce((sum, n, i) => sum + (n ? n * file.steps[PLACE.indexOf(i)] * basis(PLACE.indexOf(i))[state.pixel] : 0), 0);
    const shown = tileLevels(state.made, state.tile);
    const [slope, bySum] = [found.byNumbers[state.place], found.bySum];
    const byWeight = found.byWeights[state.pixel];
    const input = at < 0 ? 0 : digits[state.digit].inputs[at];
    const stations = {
      number: [value, slope],
      whole: [Math.round(value), slope],
      coefficient: [Math.round(value) * file.steps[state.place], slope / file.steps[state.place]],
      wave: [wave, part.scale * byWeight],
      level: [shown[within(state.pixel)], part.scale * byWeight],
      weight: [found.weights[state.pixel], byWeight],
      product: [found.weights[state.pixel] * input, bySum],
      sum: [found.sum, bySum],
      loss: [found.loss, 1],
    };
    state.stations = stations;
    for (const [name, [number, gradient]] of Object.entries(stations)) {
      const [, digitsShown, rounds] = told[name];
      cell("value", name).textContent = minus(number, digitsShown);
      cell("slope", name).textContent = `${rounds ? "↰ " : ""}${minus(gradient, 5)}`;
    }
    caption.textContent = `Tile ${state.tile + 1}, block ${state.block + 1}, and the first ${state.digit} of the test images`;
    picker.show(state.made);
    picker.choose(state.tile);
    tileBlocks.show(shown, `Tile ${state.tile + 1} as grey levels`);
    tileBlocks.choose(state.block);
    field.choose(state.place);
    field.buttons.forEach((button, i) => {
      const now = numbers()[PLACE[i]];
      button.textContent = minus(now, Number.isInteger(now) ? 0 : 1);
      button.classList.toggle("zero", Math.round(now) === 0);
      button.classList.toggle("changed", Math.round(now) !== file.blocks[blockAt(file, state.tile, state.block)][PLACE[i]]);
      button.setAttribute("aria-label", `${i & 7} across, ${i >> 3} down: ${minus(now, 2)}`);
    });
    levels.choose(state.pixel);
    levels.buttons.forEach((button, i) => {
      const level = shown[within(i)];
      button.style.background = `rgb(${Array(3).fill(Math.max(0, Math.min(255, ZERO + 5 * (level - ZERO)))).join(" ")})`;
      button.setAttribute("aria-label", `${(i & 7) + 1} from the left, ${(i >> 3) + 1} from the top: ${level}`);
    });
    drawings.forEach((button, i) => button.setAttribute("aria-pressed", i === state.digit));
  }

  const button = (words, action) => element("button", { type: "button", onclick: action }, words);
  const sentence = box.querySelector(":scope > p");
  sentence.replaceChildren(
    "Choose a tile, a block, one of its 64 numbers, one of its 64 pixels, and a drawing. Downwards what the number becomes, " +
    "upwards what the loss asks of it. Rounding has no slope, so the gradient goes past it (↰). A step moves all 64 numbers " +
    "against their gradients, the one with the steepest by a tenth. The price of the bits, which pulls too, is left out here.",
  );
  const left = element("div", {},
    element("div", { class: "way-choice" }, picker.element, tileBlocks.element),
    element("p", {}, "The block’s numbers, in steps of the table"), field.element,
    element("p", {}, "Its grey levels (contrast raised)"), levels.element,
    element("div", { class: "demo-examples", role: "group", "aria-label": "Example digits" }, ...drawings),
  );
  const right = element("div", {}, table,
    element("div", { class: "insight-row" },
      button("Take a step", () => step(1)), button("Take ten", () => step(10)), button("Start again", again)),
    line.element,
  );
  sentence.after(left, right);
  box.classList.add("live");
  again();
  box.insight = state; // for tests
}

for (const box of document.querySelectorAll(".jpegnet-way:not(.started)")) {
  box.classList.add("started");
  await start(box);
}
