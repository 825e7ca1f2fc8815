// What one tile of the first layer does with a drawing: weights times pixels, their sum, what the ReLU
// leaves of it, and its votes for the ten digits. The page brings a <div class="jpegnet-tiles"> with
// the network's file and example digits.

import { SIDE } from "./digit.mjs";
import { diverging, signed, smallPicture, tilePicker, toldLine } from "./insight.mjs";
import { drawingArea, element, exampleGroup, readExamples } from "./pad.mjs";
import { bytesOf, load, readNetwork, run } from "./picture.mjs";
import { entriesOf } from "./segment.mjs";

const FIRST_DIGIT = 3; // the example that is shown until the reader draws
const INK = (value) => [0, 0, 0, 255 * value];

// What a tile makes of inputs: its weights, the pixels that they meet and the products, each line by
// line; their sum, the bias, the response that the ReLU leaves of both; the votes, the size of
// the strongest of any tile, and all scores.
export function explained(network, inputs, tile) {
  const [weight, bias, later] = network.matrices;
  const [{ columns, rows }] = network.layers;
  const entries = entriesOf(network.parts[0]);
  const of = (values, start = 0) => Array.from(entries, (entry) => (entry < 0 ? 0 : values[start + entry]));
  const [weights, pixels] = [of(weight, tile * columns), of(inputs)];
  const products = weights.map((value, i) => value * pixels[i]);
  const sum = products.reduce((a, b) => a + b, 0);
  const response = Math.max(0, sum + bias[tile]);
  const { logits, hidden } = run(network, inputs);
  const votes = Array.from(logits, (_, digit) => response * later[digit * rows + tile]);
  const strongest = later.reduce((most, value, i) => Math.max(most, Math.abs(value * hidden[i % rows])), 1e-9);
  return { weights, pixels, products, sum, bias: bias[tile], response, votes, strongest, scores: [...logits], hidden };
}

// Ten rows: a digit, the tile's vote as a bar from the middle and as a number, the digit's score.
function votesTable() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const [bar, vote, score] = [element("span", { class: "insight-bar" }), element("td"), element("td")];
    const row = element("tr", {}, element("th", { scope: "row" }, String(digit)), element("td", { class: "insight-bar-cell" }, bar), vote, score);
    return { row, bar, vote, score };
  });
  const head = (text, span = 1) => element("th", { scope: "col", colspan: span }, text);
  return {
    element: element("table", { class: "insight-votes", "aria-label": "Votes for the ten digits, and their scores" },
      element("thead", {}, element("tr", {}, head("Digit"), head("This tile’s vote", 2), head("Score"))),
      element("tbody", {}, ...rows.map(({ row }) => row)),
    ),
    show(votes, scores, most) {
      const best = scores.indexOf(Math.max(...scores));
      rows.forEach(({ row, bar, vote, score }, digit) => {
        bar.style.setProperty("--share", Math.abs(votes[digit]) / most);
        bar.classList.toggle("against", votes[digit] < 0);
        vote.textContent = signed(votes[digit]);
        score.textContent = signed(scores[digit]);
        row.classList.toggle("best", digit === best);
      });
    },
  };
}

// In words what the figure shows.
function inWords(tile, { response, votes, scores }) {
  const read = scores.indexOf(Math.max(...scores));
  const all = ` All tiles and the last layer’s biases together read ${read}.`;
  if (response === 0) return `Unit ${tile + 1} stays silent: the ReLU leaves 0 of its sum, so it has no vote.${all}`;
  const [most, least] = [Math.max(...votes), Math.min(...votes)];
  const name = (vote) => `${votes.indexOf(vote)} (${signed(vote, 1)})`;
  const words = [
    `Unit ${tile + 1} responds with ${response.toFixed(2)}`,
    most > 0 ? `; its strongest vote is for ${name(most)}` : "; it votes for no digit",
    least < 0 ? `, its strongest against ${name(least)}.` : ".",
  ];
  return words.join("") + all;
}

export async function start(box) {
  const { file, examples } = JSON.parse(box.querySelector("script").textContent);
  const picture = load(bytesOf(file));
  const network = readNetwork(picture);
  const [part] = network.parts;
  const state = { network, inputs: new Float64Array(SIDE * SIDE), tile: 0 };
  const choose = (tile) => {
    state.tile = tile;
    show();
  };
  const [picker, votes, line] = [tilePicker(picture, choose), votesTable(), toldLine()];
  const square = (caption, colour, kind) => smallPicture(part.width, part.height, caption, colour, kind);
  const weights = square("weights", diverging);
  const drawing = square("drawing", INK, "paper");
  const product = square("product", diverging);
  const sum = element("p", { class: "insight-sum" });
  const which = element("strong");

  function show() {
    const { tile } = state;
    const found = explained(network, state.inputs, tile);
    Object.assign(state, found);
    picker.choose(tile);
    which.textContent = `Tile ${tile + 1} of ${part.rows}: unit ${tile + 1}’s weights`;
    const most = found.weights.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
    weights.show(found.weights, `The weights of tile ${tile + 1}, the largest ${most.toFixed(2)}`, most);
    drawing.show(found.pixels, "The drawing where this tile sees it");
    product.show(found.products, `Weight times drawing, pixel by pixel: together ${signed(found.sum)}`, most);
    sum.replaceChildren(
      "The products add up to ", element("b", {}, signed(found.sum, 3)), "; with the unit’s bias, a number of its own, ",
      signed(found.bias, 3), ", that is ", element("b", {}, signed(found.sum + found.bias, 3)),
      ". The ReLU, which lets nothing below zero pass, leaves ", element("b", {}, found.response.toFixed(3)), ".",
    );
    votes.show(found.votes, found.scores, found.strongest);
    line.tell(inWords(tile, found));
  }
  const strongest = () => state.hidden.indexOf(Math.max(...state.hidden));
  const pad = drawingArea((inputs) => {
    state.inputs = inputs ?? new Float64Array(SIDE * SIDE); // an empty sheet is an input, too
    show();
  });
  const digits = readExamples(examples);
  box.replaceChildren(
    element("div", { class: "insight-pad" },
      pad.element,
      exampleGroup(pad, digits),
    ),
    element("div", { class: "insight-choice" },
      picker.element,
      element("p", { class: "insight-row" }, which, element("button", { type: "button", onclick: () => choose(strongest()) }, "The tile that responds most")),
    ),
    element("div", { class: "insight-equation" },
      weights.element, element("span", { "aria-hidden": "true" }, "×"),
      drawing.element, element("span", { "aria-hidden": "true" }, "="), product.element,
    ),
    element("div", { class: "insight-words" },
      element("p", { class: "insight-legend" },
        element("span", { class: "insight-key" }), " above zero, ",
        element("span", { class: "insight-key against" }), " below. Full colour: the tile’s largest weight (faint ones are drawn stronger); ",
        "a full bar: the strongest vote of any tile.",
      ),
      sum, line.element,
    ),
    votes.element,
  );
  box.classList.add("live");
  picker.show(picture);
  pad.show(digits[FIRST_DIGIT].pixels);
  choose(strongest());
  box.insight = state; // for tests
}

for (const box of document.querySelectorAll(".jpegnet-tiles:not(.started)")) {
  box.classList.add("started");
  await start(box);
}
