// What a network's picture endures: the reader flips bits of it, saves it again, blanks its tiles, and
// sees how many test images the network still reads. The page brings a <div class="jpegnet-damage">
// with the network's file, a sheet of test images, and their labels.

import { capital, counted, pixelAt, placed, tileWith, tilesOf } from "./anatomy.mjs";
import { SIDE } from "./digit.mjs";
import { element } from "./pad.mjs";
import { PictureError, bytesOf, inspect, load, readNetwork, run } from "./picture.mjs";
import { checksumOf, require } from "./segment.mjs";

const ZERO = 128; // the grey level of weight zero
const QUALITIES = [95, 75, 50, 30, 10];
const SLICE = 20; // images that are read before the page may do something else

const pause = () => new Promise((go) => { setTimeout(go); });
const chance = (n) => Math.floor(n * Math.random());

// Some browsers hand out other pixels than a canvas has, so that pages cannot tell readers apart.
function pixelsAreTrue() {
  const context = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(16, 16);
  image.data.forEach((_, i) => { image.data[i] = i % 4 === 3 ? 255 : (37 * i) % 256; });
  context.putImageData(image, 0, 0);
  return context.getImageData(0, 0, 16, 16).data.every((value, i) => value === image.data[i]);
}

// The red, green and blue of an image, as the browser decodes it.
async function pixelsOf(blob) {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const canvas = element("canvas", { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

// Its grey levels: a browser saves a grey canvas as a colour picture without colours.
async function greysOf(blob) {
  const { data } = await pixelsOf(blob);
  return Uint8Array.from({ length: data.length / 4 }, (_, i) =>
    Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]));
}

// The test images: inputs of 0 to 1 each.
async function imagesOf(sheet, count, across) {
  const { data, width } = await pixelsOf(await (await fetch(sheet.src)).blob());
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor(i / across) * SIDE * width + (i % across) * SIDE;
    return Float64Array.from({ length: SIDE * SIDE }, (_, pixel) =>
      data[4 * (start + Math.floor(pixel / SIDE) * width + (pixel % SIDE))] / 255);
  });
}

// Which bytes of a JPEG file are coded data.
function codedIn(bytes) {
  const found = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xd9;) {
    const scan = bytes[at + 1] === 0xda;
    at += 2 + (bytes[at + 2] << 8) + bytes[at + 3];
    const from = at;
    const coded = () => bytes[at] !== 0xff || bytes[at + 1] === 0 || (bytes[at + 1] & 0xf8) === 0xd0;
    while (scan && at < bytes.length && coded()) at += 1;
    if (scan) found.push(...Array.from({ length: at - from }, (_, i) => from + i));
  }
  return found;
}

// How many images a network reads rightly, and which wrongly; null if `stale` meanwhile.
async function scored(network, images, labels, stale) {
  const wrong = [];
  for (let i = 0; i < images.length; i += 1) {
    if (i % SLICE === 0) await pause();
    if (stale()) return null;
    const logits = Array.from(run(network, images[i]).logits);
    if (logits.indexOf(Math.max(...logits)) !== labels[i]) wrong.push(i);
  }
  return { right: images.length - wrong.length, wrong };
}

// The picture, whose tiles are chosen by pointer, finger and keys; calls `chosen` with a tile.
function tileView({ width, height }, tiles, chosen) {
  const canvas = element("canvas", {
    width,
    height,
    tabindex: 0,
    role: "application",
    "aria-label": "The network's picture. Arrow keys go from tile to tile, the space bar blanks one.",
  });
  const context = canvas.getContext("2d");
  const cursor = element("span", { class: "damage-cursor", hidden: true });
  const name = element("p", { class: "damage-pointed", role: "status" }, "Point at a tile of the picture.");
  const frame = element("div", { class: "damage-frame" }, canvas, cursor);
  let [current, marks] = [0, []];

  const point = (i) => {
    current = i;
    placed(cursor, tiles[i], { width, height });
    cursor.hidden = false;
    name.textContent = `${capital(tiles[i].words)}. A click or the space bar blanks it.`;
  };
  const under = (event) => {
    const { x, y } = pixelAt(event, canvas, { width, height });
    return tiles.indexOf(tileWith(tiles, x, y));
  };
  const beside = (down) => { // the tile above or below, at its left side
    const { x, y, height: high } = tiles[current];
    const found = tiles.indexOf(tileWith(tiles, x + 4, down > 0 ? y + high + 4 : y - 4));
    return found < 0 ? current + down : found;
  };
  canvas.addEventListener("pointermove", (event) => {
    const i = under(event);
    if (i >= 0) point(i);
  });
  canvas.addEventListener("pointerleave", () => { cursor.hidden = document.activeElement !== canvas; });
  canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && point(current));
  canvas.addEventListener("blur", () => { cursor.hidden = true; });
  canvas.addEventListener("click", (event) => {
    const i = under(event);
    if (i < 0) return;
    point(i);
    chosen(tiles[i]);
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowLeft: () => current - 1, ArrowRight: () => current + 1, ArrowUp: () => beside(-1), ArrowDown: () => beside(1) };
    if (event.key in to) point(Math.min(tiles.length - 1, Math.max(0, to[event.key]())));
    else if (event.key === " " || event.key === "Enter") chosen(tiles[current]);
    else return;
    event.preventDefault();
  });
  return {
    element: element("div", {}, frame, name),
    canvas,
    draw(samples) {
      const image = context.createImageData(width, height);
      samples.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
      context.putImageData(image, 0, 0);
    },
    mark(places) { // those that the last damage changed
      marks.forEach((one) => one.remove());
      marks = places.map((place) => placed(element("span", { class: "damage-mark" }), place, { width, height }));
      cursor.before(...marks);
    },
  };
}

// The sheet of images, with those that are misread in a frame.
function sheetView(holder, across) {
  const image = holder.querySelector("img");
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  let frames = [];
  return {
    mark(wrong) {
      frames.forEach((one) => one.remove());
      frames = wrong.map((i) => placed(element("span", { class: "damage-wrong" }),
        { x: SIDE * (i % across), y: SIDE * Math.floor(i / across), width: SIDE, height: SIDE }, size));
      holder.append(...frames);
      image.alt = `The test images; ${wrong.length} that are misread are framed`;
    },
  };
}

export async function start(box) {
  const facts = JSON.parse(box.querySelector("script").textContent);
  const original = bytesOf(facts.file);
  const { layout, width, height, samples: undamaged } = load(original);
  require(layout.inputs === SIDE * SIDE && layout.outputs === 10, "this network reads no digits of 28 × 28 pixels");
  require(pixelsAreTrue(), "your browser does not let pages read the pixels of pictures");
  const { steps, payload } = inspect(original);
  const tiles = tilesOf(layout);
  const labels = Array.from(facts.labels, Number);
  const sheet = box.querySelector(".damage-digits");
  const images = await imagesOf(sheet.querySelector("img"), labels.length, facts.across);
  const digits = sheetView(sheet, facts.across);
  const told = box.querySelector(".damage-told");
  told.setAttribute("role", "status");

  // The picture is what the file decodes to, with the edits made to it since.
  const whole = { file: original, coded: codedIn(original), saved: false, edits: [], samples: undamaged };
  const state = { ...whole, edits: [], asked: 0, before: null };

  async function answer(words) {
    const asked = (state.asked += 1);
    const network = readNetwork({ layout, width, samples: state.samples });
    const found = await scored(network, images, labels, () => asked !== state.asked);
    if (!found) return; // more damage came meanwhile
    const was = state.before === null ? "" : `, was ${state.before}`;
    state.before = found.right;
    digits.mark(found.wrong);
    told.replaceChildren(element("strong", {}, `Reads ${found.right} of ${labels.length} digits${was}.`), ` ${words}`);
  }

  const edited = (samples) => {
    const copy = samples.slice();
    state.edits.forEach((edit) => edit(copy));
    return copy;
  };
  const differs = (before, { x, y, width: wide, height: high }) => {
    for (let row = y; row < y + high; row += 1) {
      const [from, to] = [row * width + x, row * width + x + wide];
      for (let i = from; i < to; i += 1) if (before[i] !== state.samples[i]) return true;
    }
    return false;
  };
  // What the checksum in the file's segment says to the picture as it is now.
  function checked() {
    if (layout.checksum === null || state.saved) return "";
    return checksumOf(state.samples, width, height, steps, payload) === layout.checksum
      ? "The checksum does not notice: the coefficients are, rounded, as they were."
      : "The checksum notices, and every reader of the format refuses the picture; this figure reads it all the same.";
  }
  function changed(samples, words, outlined = true) {
    const before = state.samples;
    state.samples = samples;
    const others = samples.reduce((sum, grey, i) => sum + (grey !== before[i]), 0);
    const hit = tiles.filter((tile) => differs(before, tile));
    view.draw(samples);
    view.mark(outlined ? hit : []);
    const where = others ? ` That changed ${counted(others, "grey level")} in ${hit.length} of ${tiles.length} tiles.` : " No grey level changed.";
    answer(`${words}${where} ${checked()}`); // is not waited for: more damage may come meanwhile
  }

  async function flipCoded() {
    const [at, bit] = [state.coded[chance(state.coded.length)], chance(8)];
    const file = state.file.slice();
    file[at] ^= 128 >> bit;
    let samples;
    try {
      samples = edited(await greysOf(new Blob([file], { type: "image/jpeg" })));
      if (samples.length !== width * height) throw new Error("another size");
    } catch {
      told.textContent = `With bit ${bit + 1} of byte ${at + 1} flipped your browser decodes no picture: the bit was flipped back.`;
      return;
    }
    state.file = file;
    changed(samples, `Bit ${bit + 1} of byte ${at + 1} of the file was flipped. Code words have no fixed length: whoever reads one wrongly may read those behind it wrongly, too.`);
  }
  function flipGrey() {
    const part = tiles[chance(tiles.length)];
    const at = (part.y + chance(part.height)) * width + part.x + chance(part.width);
    const bit = 1 << chance(8);
    const before = state.samples[at];
    state.edits.push((samples) => { samples[at] ^= bit; });
    const samples = state.samples.slice();
    samples[at] ^= bit;
    changed(samples, `In ${part.words}, the grey level ${before} became ${samples[at]}, as the bit that counts ${bit} was flipped.`);
  }
  async function saveAgain(quality) {
    const blob = await new Promise((done) => { view.canvas.toBlob(done, "image/jpeg", quality / 100); });
    const samples = await greysOf(blob);
    const file = new Uint8Array(await blob.arrayBuffer());
    Object.assign(state, { file, coded: codedIn(file), saved: true, edits: [] });
    const size = counted(file.length, "byte");
    changed(samples, `Your browser saved the picture at quality ${quality} in ${size}, without the segment that says where each matrix stands; this figure remembers it.`, false);
  }
  function blank(tile) {
    const edit = (samples) => {
      for (let y = tile.y; y < tile.y + tile.height; y += 1) {
        samples.fill(ZERO, y * width + tile.x, y * width + tile.x + tile.width);
      }
    };
    state.edits.push(edit);
    const samples = state.samples.slice();
    edit(samples);
    changed(samples, `${capital(tile.words)} became grey ${ZERO}, which stands for 0.`);
  }
  function again() {
    Object.assign(state, { ...whole, edits: [] });
    view.draw(undamaged);
    view.mark([]);
    answer("The picture is undamaged.");
  }

  let last = Promise.resolve(); // one after the other, however fast the reader is
  const queued = (action) => (...args) => {
    last = last.then(() => action(...args)).catch((error) => {
      told.textContent = `Your browser did not do that: ${error.message}.`;
    });
  };
  const button = (words, action) => element("button", { type: "button", onclick: () => action() }, words);
  const view = tileView({ width, height }, tiles, queued(blank));
  box.querySelector(".damage-picture").replaceChildren(view.element);
  told.before(element("div", { class: "damage-controls" },
    element("div", { role: "group", "aria-label": "Flip one bit" }, element("span", {}, "Flip one bit of "),
      button("the coded file", queued(flipCoded)), button("the grey levels", queued(flipGrey))),
    element("div", { role: "group", "aria-label": "Save again as JPEG" }, element("span", {}, "Save again at quality "),
      ...QUALITIES.map((quality) => button(String(quality), queued(() => saveAgain(quality))))),
    button("Start again", queued(again))));
  view.draw(undamaged);
  await answer("The picture is undamaged.");
}

for (const box of document.querySelectorAll(".jpegnet-damage:not(.started)")) {
  box.classList.add("started");
  try {
    await start(box);
  } catch (error) { // what stands still stays
    if (!(error instanceof PictureError)) throw error;
    box.append(element("p", { class: "demo-problem" }, `This does not run: ${error.message}.`));
  }
}
