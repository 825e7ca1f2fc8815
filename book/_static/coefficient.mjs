// What one number of a network's file does: a coefficient of a block, changed by the reader, and at
// once the pattern that it stands for, the block, the tile, the file's bytes, and what is read. The
// page brings a <div class="jpegnet-coefficient"> with the file, where to begin, and example digits.

import { basis, blockAt, blockPicker, buttonField, grey, placeInTile, signed, smallPicture, tileLevels, tilePicker, toldLine } from "./insight.mjs";
import { answerBars, element, exampleButtons, readExamples } from "./pad.mjs";
import { bytesOf, readNetwork, run } from "./picture.mjs";
import { PLACE, opened, rewritten } from "./rewrite.mjs";
import { BLOCK } from "./segment.mjs";

const FIRST_DIGIT = 3; // the example whose answer is shown at first
const FURTHEST = 1024; // what a coefficient times its step is at most, where a block is black or white

const minus = (value) => String(value).replace("-", "−");

// The ten example digits, and below each what it is read as.
function exampleRow(digits, chosen) {
  const answers = digits.map(() => element("span", { class: "insight-read" }));
  const buttons = exampleButtons(digits, () => {});
  buttons.forEach((button, i) => button.addEventListener("click", () => chosen(i)));
  const cells = buttons.map((button, i) => element("div", {}, button, answers[i]));
  const score = element("p", { class: "insight-score" });
  return {
    element: element("div", { class: "insight-examples" },
      element("div", { class: "demo-examples", role: "group", "aria-label": "Example digits" }, ...cells), score),
    show(reads, which, before) {
      const right = (list) => list.filter((read, i) => read === digits[i].digit).length;
      reads.forEach((read, i) => {
        const ok = read === digits[i].digit;
        answers[i].textContent = `${ok ? "✓" : "✗"} ${read}`;
        answers[i].classList.toggle("wrong", !ok);
        buttons[i].setAttribute("aria-pressed", i === which);
        buttons[i].setAttribute("aria-label", `A ${digits[i].digit} from the test images, read as ${read}`);
      });
      score.textContent = `${right(reads)} of ${reads.length} example digits are read rightly (at the start ${right(before)}).`;
    },
  };
}

// A coefficient's number between the buttons − and +.
function stepper(changed) {
  const input = element("input", { type: "number", step: 1, "aria-label": "The coefficient" });
  input.addEventListener("change", () => changed(Math.round(Number(input.value)) || 0));
  const by = (step, name, sign) =>
    element("button", { type: "button", "aria-label": name, onclick: () => changed(Number(input.value) + step) }, sign);
  return {
    element: element("div", { class: "insight-stepper" }, by(-1, "one less", "−"), input, by(1, "one more", "+")),
    show(value, furthest) {
      [input.min, input.max, input.value] = [-furthest, furthest, value];
    },
  };
}

export async function start(box) {
  const { file: coded, examples, tile, block, place } = JSON.parse(box.querySelector("script").textContent);
  const original = bytesOf(coded);
  const file = opened(original);
  const part = file.layout.parts[file.layout.first];
  const [down, across] = [part.height / BLOCK, part.width / BLOCK];
  const digits = readExamples(examples).map(({ digit, pixels }) =>
    ({ digit, pixels, inputs: Float64Array.from(pixels, (pixel) => pixel / 255) }));
  const state = { tile, block, place, digit: FIRST_DIGIT, url: null };
  const furthest = (at) => Math.floor(FURTHEST / file.steps[at]);
  const here = () => state.blocks[blockAt(file, state.tile, state.block)];
  const there = () => file.blocks[blockAt(file, state.tile, state.block)];

  const go = (where) => {
    Object.assign(state, where);
    show();
  };
  const picker = tilePicker(file, (chosen) => go({ tile: chosen }));
  const tileBlocks = blockPicker(part, (chosen) => go({ block: chosen }));
  const change = (value) => set(here()[PLACE[state.place]] + value);
  const field = buttonField(64, BLOCK, { class: "insight-field", "aria-label": "The 64 coefficients of the block; arrow keys go from one to the next, + and − change it" },
    (i) => go({ place: i }),
    (key) => {
      if ("+=-−_".includes(key)) change("+=".includes(key) ? 1 : -1);
      return "+=-−_".includes(key);
    });
  const number = stepper((value) => set(value));
  const pattern = smallPicture(BLOCK, BLOCK, "its pattern", (value, most) => grey(127.5 + (127.5 * value) / most));
  const one = smallPicture(BLOCK, BLOCK, "the block", grey);
  const [bars, line] = [answerBars(), toldLine()];
  const row = exampleRow(digits, (i) => go({ digit: i }));
  const size = element("p", { class: "insight-size" });
  const [where, which] = [element("strong"), element("p", { class: "insight-which" })];

  function set(value) {
    const most = furthest(state.place);
    here()[PLACE[state.place]] = Math.max(-most, Math.min(most, value));
    decode();
  }
  function decode() {
    const made = rewritten(file, state.blocks);
    Object.assign(state, { made, network: readNetwork(made) });
    const best = (logits) => logits.indexOf(Math.max(...logits));
    state.reads = digits.map(({ inputs }) => best(run(state.network, inputs).logits));
    state.first ??= { bytes: made.bytes.length, reads: state.reads };
    if (state.url) URL.revokeObjectURL(state.url);
    state.url = URL.createObjectURL(new Blob([made.bytes], { type: "image/jpeg" }));
    picker.show(made);
    show();
  }
  function showNumbers() {
    const [now, before] = [here(), there()];
    field.buttons.forEach((button, i) => {
      const value = now[PLACE[i]];
      button.textContent = minus(value);
      button.classList.toggle("zero", value === 0);
      button.classList.toggle("changed", value !== before[PLACE[i]]);
      button.setAttribute("aria-label", `${i & 7} across, ${i >> 3} down: ${value}`);
    });
    number.show(now[PLACE[state.place]], furthest(state.place));
    picker.choose(state.tile);
    tileBlocks.choose(state.block);
    field.choose(state.place);
    where.textContent = `Tile ${state.tile + 1} of ${part.rows}, block ${state.block + 1} of ${down * across}`;
    which.replaceChildren(
      `Chosen: the pattern of ${state.place & 7} half-waves across and ${state.place >> 3} down, `,
      `which the file counts in steps of ${file.steps[state.place]}.`,
    );
  }
  function show() {
    showNumbers();
    const { made, first } = state;
    if (!made) return;
    const waves = basis(state.place);
    const most = Math.max(...waves.map(Math.abs));
    const levels = tileLevels(made, state.tile);
    state.levels = levels;
    pattern.show(waves, "The pattern that this coefficient stands for", most);
    one.show(waves.map((_, i) => levels[placeInTile(part, state.block, i)]), "The block as grey levels");
    tileBlocks.show(levels, `Tile ${state.tile + 1} as grey levels`);
    const began = performance.now();
    const { logits } = run(state.network, digits[state.digit].inputs);
    state.logits = [...logits];
    bars.show(logits, performance.now() - began);
    row.show(state.reads, state.digit, first.reads);
    const more = made.bytes.length - first.bytes;
    const count = element("b", {}, `${made.bytes.length.toLocaleString("en")} bytes`);
    size.replaceChildren(
      "The file now has ", count, more ? ` (${signed(more, 0)})` : " (as many as at the start)", ". ",
      element("a", { href: state.url, download: "changed.jpg" }, "Keep this file"),
    );
    const [value, before] = [here(), there()].map((list) => list[PLACE[state.place]]);
    const grown = Math.abs(value) * file.steps[state.place] * most;
    line.tell(
      `The coefficient is ${minus(value)}${value === before ? "" : ` (at the start ${minus(before)})`}. ` +
      `It makes pixels of the block up to ${grown.toFixed(0)} grey levels lighter or darker.`,
    );
  }
  function again() {
    state.blocks = file.blocks.map((list) => Int32Array.from(list));
    Object.assign(state, { tile, block, place });
    decode();
  }

  const plain = element("button", { type: "button", onclick: again }, "Start again");
  again();
  box.replaceChildren(
    element("div", { class: "insight-choice" },
      picker.element, element("p", { class: "insight-row" }, where),
      element("div", { class: "insight-looks" },
        tileBlocks.element,
        element("div", { class: "insight-pair" }, pattern.element, one.element),
      ),
    ),
    element("div", { class: "insight-numbers" },
      field.element, which, element("div", { class: "insight-row" }, number.element, plain), line.element,
    ),
    element("div", { class: "insight-result" },
      element("div", {}, size, row.element), bars.element,
    ),
    element("p", { class: "insight-legend" },
      "Each change makes the whole file anew, and decodes it. All its bytes count; the Huffman tables, " +
      "which give frequent symbols short codes, are made for the new numbers, as libjpeg makes them for one scan.",
      state.first.bytes === original.length ? "" : ` As it came, in other scans, the file had ${original.length.toLocaleString("en")} bytes.`,
    ),
  );
  box.classList.add("live");
  box.insight = state; // for tests
}

for (const box of document.querySelectorAll(".jpegnet-coefficient:not(.started)")) {
  box.classList.add("started");
  await start(box);
}
