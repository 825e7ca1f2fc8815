// What the figures that look into a network have in common: patterns, signed numbers, small pictures, a
// picture on which a tile is chosen, a field of buttons that arrow keys go through, words told late.

import { element } from "./pad.mjs";
import { tileAt } from "./picture.mjs";
import { BLOCK, COSINES } from "./segment.mjs";

const TELL = 150; // milliseconds: a screen reader is told when the pen rests
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The pattern of the coefficient at a place in reading order: 64 numbers of length 1 together.
export const basis = (place) =>
  Array.from({ length: 64 }, (_, i) => COSINES[place >> 3][i >> 3] * COSINES[place & 7][i & 7]);

// Where in the picture a tile's block is, counted in reading order.
export function blockAt({ layout, width }, tile, block) {
  const part = layout.parts[layout.first];
  const { x, y } = tileAt(part, tile);
  const across = part.width / BLOCK;
  return (y / BLOCK + Math.floor(block / across)) * (width / BLOCK) + x / BLOCK + (block % across);
}

// Where in a tile the i-th pixel of one of its blocks is, both counted in reading order.
export function placeInTile({ width }, block, i) {
  const across = width / BLOCK;
  return (BLOCK * Math.floor(block / across) + (i >> 3)) * width + BLOCK * (block % across) + (i & 7);
}

// A number with its sign; a true minus, and none before a zero.
export function signed(value, digits = 2) {
  const size = Math.abs(value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? "−" : "+"}${size}`;
}

export const grey = (level) => [level, level, level, 255];
// Orange for what is above zero, blue for what is below; the page's ground for zero. Faint ones would
// not be seen on a dark page, were the colour in proportion.
export const diverging = (value, most) =>
  [...(value > 0 ? [222, 105, 12] : [38, 120, 220]), 255 * Math.min(1, Math.abs(value) / most) ** 0.6];

// A small picture: `show` paints values, line by line, each in the colour that `colour` gives it.
export function smallPicture(width, height, caption, colour, kind = "") {
  const canvas = element("canvas", { width, height, role: "img", class: `insight-small ${kind}` });
  const told = element("figcaption", {}, caption);
  const context = canvas.getContext("2d");
  return {
    element: element("figure", { class: "insight-figure" }, canvas, told),
    show(values, label, ...more) {
      const image = new ImageData(width, height);
      values.forEach((value, i) => image.data.set(colour(value, ...more), 4 * i));
      context.putImageData(image, 0, 0);
      canvas.setAttribute("aria-label", label);
    },
  };
}

// A line of words that is read out once it has rested.
export function toldLine() {
  const line = element("p", { class: "insight-told", "aria-live": "polite" });
  let timer;
  return {
    element: line,
    tell(text) {
      clearTimeout(timer);
      timer = setTimeout(() => { line.textContent = text; }, TELL);
    },
  };
}

// The grey levels of a tile of the first layer.
export function tileLevels({ layout, width, samples }, tile) {
  const part = layout.parts[layout.first];
  const { x, y } = tileAt(part, tile);
  return Array.from({ length: part.height * part.width }, (_, i) =>
    samples[(y + Math.floor(i / part.width)) * width + x + (i % part.width)]);
}

// The network's picture, on which a click, a tap or the arrow keys choose a tile of the first layer.
export function tilePicker({ layout, width, height }, chosen) {
  const part = layout.parts[layout.first];
  const canvas = element("canvas", { width, height, "aria-hidden": "true" });
  const frame = element("span", { class: "insight-frame" });
  const node = element("div", {
    class: "insight-picker", tabindex: 0, role: "slider", "aria-valuemin": 1, "aria-valuemax": part.rows,
    "aria-label": "Tile of the network’s picture; the arrow keys choose another",
  }, canvas, frame);
  frame.style.width = `${(100 * part.width) / width}%`;
  frame.style.height = `${(100 * part.height) / height}%`;
  let now = 0;
  const ask = (tile) => tile >= 0 && tile < part.rows && chosen(tile);

  node.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    const first = tileAt(part, 0);
    const x = Math.floor((((event.clientX - box.left) / box.width) * width - first.x) / part.width);
    const y = Math.floor((((event.clientY - box.top) / box.height) * height - first.y) / part.height);
    if (x >= 0 && x < part.across && y >= 0) ask(y * part.across + x);
  });
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [x, y] = MOVES[event.key] ?? [0, 0];
    if (event.key === "Home") ask(0);
    else if (event.key === "End") ask(part.rows - 1);
    else if (x || y) ask(now + x + y * part.across);
    else return;
    event.preventDefault();
  });
  return {
    element: node,
    show({ samples }) {
      const image = new ImageData(width, height);
      samples.forEach((level, i) => image.data.set(grey(level), 4 * i));
      canvas.getContext("2d").putImageData(image, 0, 0);
    },
    choose(tile) {
      now = tile;
      const { x, y } = tileAt(part, tile);
      frame.style.left = `${(100 * x) / width}%`;
      frame.style.top = `${(100 * y) / height}%`;
      node.setAttribute("aria-valuenow", tile + 1);
      node.setAttribute("aria-valuetext", `tile ${tile + 1} of ${part.rows}`);
    },
  };
}

// A field of buttons, `across` a line, of which one is chosen; the Tab key stops there once, and the
// arrow keys go on from it. Other keys are offered to `key`, which says whether it took them.
export function buttonField(count, across, attributes, chosen, key = () => false) {
  const buttons = Array.from({ length: count }, (_, i) =>
    element("button", { type: "button", onclick: () => chosen(i) }));
  const field = element("div", { role: "group", ...attributes }, ...buttons);
  field.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = buttons.indexOf(event.target);
    const [x, y] = MOVES[event.key] ?? [0, 0];
    const inside = (at % across) + x >= 0 && (at % across) + x < across;
    const next = at + x + y * across;
    if (event.key in MOVES) {
      if (inside && next >= 0 && next < count) {
        chosen(next);
        buttons[next].focus();
      }
    } else if (!key(event.key)) {
      return;
    }
    event.preventDefault();
  });
  return {
    element: field,
    buttons,
    choose(chosenOne) {
      buttons.forEach((button, i) => {
        button.tabIndex = i === chosenOne ? 0 : -1;
        button.setAttribute("aria-pressed", i === chosenOne);
      });
    },
  };
}

// A tile as grey levels, and over it a button for each of its blocks: { element, show, choose }.
export function blockPicker({ width, height }, chosen) {
  const across = width / BLOCK;
  const whole = smallPicture(width, height, "", grey);
  whole.element.querySelector("figcaption").remove();
  const count = (across * height) / BLOCK;
  const blocks = buttonField(count, across, { class: "insight-blocks", "aria-label": "Blocks of the tile" }, chosen);
  blocks.element.style.setProperty("--across", across);
  blocks.buttons.forEach((button, i) => button.setAttribute("aria-label", `block ${i + 1} of ${count}`));
  return {
    element: element("div", { class: "insight-tile" }, whole.element, blocks.element),
    show: whole.show,
    choose: blocks.choose,
  };
}
