// The demo: a network that the browser decodes from a JPEG file reads what the reader draws.
// The page brings a <div class="jpegnet-demo"> with the list of files and of example digits.

import { SIDE, normalise } from "./digit.mjs";
import { PictureError, load, readNetwork, run, softmax, tileAt } from "./picture.mjs";

const PAD = 280; // the drawing area's own pixels; on the page it may be smaller
const PEN = 22;
const FIRST_DIGIT = 2; // the example that is shown until the reader draws
const STEP = 7; // how far an arrow key moves the pen

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// The drawing area: pointer, finger and keys; calls `drawn` with the inputs, or null if blank.
function drawingArea(drawn) {
  const canvas = element("canvas", {
    width: PAD,
    height: PAD,
    tabindex: 0,
    role: "application",
    class: "demo-pad",
    "aria-label":
      "Drawing area. Arrow keys move the pen, the space bar lowers and lifts it, Delete clears.",
  });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const cursor = element("span", { class: "demo-cursor", hidden: true });
  const pen = { x: PAD / 2, y: PAD / 4, down: false };
  let example = null; // an example's own pixels are read as they are

  const read = () => {
    if (example) return drawn(example);
    const { data } = context.getImageData(0, 0, PAD, PAD);
    const ink = new Uint8Array(PAD * PAD);
    for (let i = 0; i < ink.length; i += 1) ink[i] = data[4 * i + 3]; // opacity
    drawn(normalise(ink, PAD));
  };
  const wipe = () => {
    context.clearRect(0, 0, PAD, PAD);
    example = null;
  };
  const line = (fromX, fromY, toX, toY) => {
    if (example) wipe();
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.strokeStyle = "#000";
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY + 0.01); // a point is a line too
    context.stroke();
    read();
  };
  const place = () => {
    cursor.style.left = `${(100 * pen.x) / PAD}%`;
    cursor.style.top = `${(100 * pen.y) / PAD}%`;
    cursor.classList.toggle("down", pen.down);
  };
  const moveTo = (x, y, draw) => {
    const [oldX, oldY] = [pen.x, pen.y];
    [pen.x, pen.y] = [x, y].map((value) => Math.min(PAD, Math.max(0, value)));
    if (draw) line(oldX, oldY, pen.x, pen.y);
    place();
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((v) => (v * PAD) / box.width);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    cursor.hidden = true;
    pen.down = false;
    [pen.x, pen.y] = at(event);
    line(pen.x, pen.y, pen.x, pen.y);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) moveTo(...at(one), true);
  });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      const [x, y] = moves[event.key];
      moveTo(pen.x + x * STEP, pen.y + y * STEP, pen.down);
    } else if (event.key === " " || event.key === "Enter") {
      pen.down = !pen.down;
      if (pen.down) line(pen.x, pen.y, pen.x, pen.y);
    } else if (event.key === "Delete" || event.key === "Backspace" || event.key === "Escape") {
      pen.down = false;
      wipe();
      read();
    } else {
      return;
    }
    cursor.hidden = false;
    place();
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor.hidden = true;
    pen.down = false;
  });

  return {
    element: element("div", { class: "demo-pad-box" }, canvas, cursor),
    clear() {
      wipe();
      read();
    },
    show(pixels) { // an example: 784 numbers of 0 to 255
      wipe();
      example = Float64Array.from(pixels, (pixel) => pixel / 255);
      const cell = PAD / SIDE;
      pixels.forEach((pixel, i) => {
        context.fillStyle = `rgb(0 0 0 / ${pixel / 255})`;
        context.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell, cell);
      });
      read();
    },
  };
}

// Ten bars, one a digit, and the verdict in words.
function answerBars() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = element("span", { class: "demo-bar" });
    const share = element("span", { class: "demo-share" });
    const row = element("li", {}, element("b", {}, String(digit)), bar, share);
    return { row, bar, share };
  });
  const verdict = element("p", { class: "demo-verdict", role: "status" });
  const list = element("ol", { class: "demo-bars", "aria-label": "The network's answer" });
  list.append(...rows.map(({ row }) => row));
  let told;
  return {
    element: element("div", { class: "demo-answer" }, verdict, list),
    show(logits, milliseconds) {
      const shares = logits ? softmax(logits).slice(0, 10) : Array(10).fill(0);
      const best = shares.indexOf(Math.max(...shares));
      rows.forEach(({ row, bar, share }, digit) => {
        bar.style.setProperty("--share", shares[digit]);
        share.textContent = logits ? `${(100 * shares[digit]).toFixed(0)} %` : "";
        row.classList.toggle("best", Boolean(logits) && digit === best);
      });
      clearTimeout(told); // a screen reader is told when the pen rests
      const text = logits
        ? `It reads ${best} (${(100 * shares[best]).toFixed(0)} %, in ${milliseconds.toFixed(1)} ms).`
        : "Draw a digit.";
      told = setTimeout(() => { verdict.textContent = text; }, logits ? 150 : 0);
    },
  };
}

// The picture, with the tiles that fire lit up on top of it.
function pictureView(image) {
  const lights = element("canvas", { class: "demo-lights", "aria-hidden": "true" });
  let loaded = null;
  let url = null;
  return {
    element: element("div", { class: "demo-picture-box" }, image, lights),
    show(bytes, picture, alt) {
      if (url) URL.revokeObjectURL(url);
      url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
      image.src = url;
      image.alt = alt;
      loaded = picture;
      [lights.width, lights.height] = [picture.width, picture.height];
      [image.width, image.height] = [picture.width, picture.height];
    },
    light(hidden) {
      const context = lights.getContext("2d");
      context.clearRect(0, 0, lights.width, lights.height);
      if (!hidden) return;
      const part = loaded.layout.parts[0];
      const most = hidden.reduce((a, b) => Math.max(a, b), 1e-9);
      hidden.forEach((value, unit) => {
        if (value <= 0) return;
        const { x, y } = tileAt(part, unit);
        context.fillStyle = `rgb(240 120 20 / ${0.75 * Math.sqrt(value / most)})`;
        context.fillRect(x, y, part.width, part.height);
      });
    },
  };
}

function exampleButtons(examples, show) {
  return examples.map(({ digit, pixels }) => {
    const canvas = element("canvas", { width: SIDE, height: SIDE });
    const context = canvas.getContext("2d");
    pixels.forEach((pixel, i) => {
      context.fillStyle = `rgb(0 0 0 / ${pixel / 255})`;
      context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
    });
    const label = `A ${digit} from the test images`;
    return element("button", { type: "button", "aria-label": label, title: label, onclick: () => show(pixels) }, canvas);
  });
}

// Hexadecimal digits, two a pixel, 784 pixels an example.
function readExamples(list) {
  return list.map(({ digit, hex }) => ({
    digit,
    pixels: hex.match(/../g).map((two) => Number.parseInt(two, 16)),
  }));
}

export function start(box) {
  const { networks, examples, start: first } = JSON.parse(box.querySelector("script").textContent);
  const state = { network: null, inputs: null, hidden: null, asked: 0 };
  const view = pictureView(box.querySelector("img"));
  const bars = answerBars();
  const about = box.querySelector(".demo-about");
  const problem = element("p", { class: "demo-problem", role: "alert", hidden: true });
  const lit = element("input", { type: "checkbox", checked: true, onchange: () => answer() });

  const raised = element("input", {
    type: "checkbox",
    checked: true,
    onchange: () => box.classList.toggle("plain", !raised.checked),
  });

  function answer() {
    if (!state.network || !state.inputs) {
      bars.show(null);
      view.light(null);
      return;
    }
    const began = performance.now();
    const { logits, hidden } = run(state.network, state.inputs);
    bars.show(logits, performance.now() - began);
    view.light(lit.checked ? hidden : null);
  }
  const pad = drawingArea((inputs) => {
    state.inputs = inputs;
    answer();
  });

  function fail(error) {
    if (!(error instanceof PictureError)) console.warn(error);
    problem.textContent =
      error instanceof PictureError
        ? `This file is not used: ${error.message}. The network before it still answers.`
        : "The file could not be fetched. The network before it still answers.";
    problem.hidden = false;
  }
  async function use(getBytes, alt, text) {
    const asked = ++state.asked;
    try {
      const bytes = await getBytes();
      const picture = await load(bytes);
      const network = readNetwork(picture);
      if (picture.layout.inputs !== SIDE * SIDE || picture.layout.outputs !== 10) {
        throw new PictureError("this network does not read digits of 28 × 28 pixels");
      }
      for (let i = 0; i < 3; i += 1) run(network, new Float64Array(SIDE * SIDE)); // warms up
      if (asked !== state.asked) return; // another file was chosen meanwhile
      problem.hidden = true;
      state.network = network;
      view.show(bytes, picture, alt);
      about.replaceChildren(...text(bytes.length));
      answer();
    } catch (error) {
      if (asked === state.asked) fail(error);
    }
  }
  const sized = (size) => element("strong", {}, `${size.toLocaleString("en")} bytes`);
  const useFile = (file) =>
    use(
      async () => new Uint8Array(await file.arrayBuffer()),
      `A network's picture from your file ${file.name}`,
      (size) => ["Your file ", element("code", {}, file.name), ": ", sized(size), "."],
    );
  function useNumber(i) {
    const { file, about: how, bytes, accuracy } = networks[i];
    slider.setAttribute("aria-valuetext", `${bytes} bytes, ${how}, ${accuracy} %`);
    return use(
      async () => {
        const response = await fetch(file);
        if (!response.ok) throw new Error(`${file}: ${response.status}`);
        return new Uint8Array(await response.arrayBuffer());
      },
      `A network's weights as a grey JPEG picture (${how}): rows of small tiles with blurred strokes and spots`,
      (size) => [sized(size), `, ${how}: reads ${accuracy} % of the test images. `, element("a", { href: file, download: true }, "The file")],
    );
  }

  const slider = element("input", { type: "range", min: 0, max: networks.length - 1, value: first, step: 1 });
  slider.addEventListener("input", () => useNumber(Number(slider.value)));
  const chooser = element("input", { type: "file", accept: ".jpg,.jpeg,image/jpeg", onchange: () => chooser.files[0] && useFile(chooser.files[0]) });

  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    if (event.dataTransfer.files[0]) useFile(event.dataTransfer.files[0]);
  });

  const digits = readExamples(examples);
  const [left, right] = box.querySelectorAll(".demo-left, .demo-right");
  left.querySelector("figure").prepend(view.element);
  box.append(element("div", { class: "demo-controls" },
    element("label", { class: "demo-slider" }, "Bytes of the network", slider),
    element("div", { class: "demo-more" },
      element("label", {}, lit, " light up the tiles that fire"),
      element("label", {}, raised, " raise the contrast"),
      element("label", { class: "demo-file" }, "or drop a network's .jpg here: ", chooser),
    ),
    problem,
  ));
  right.replaceChildren(
    pad.element,
    element("div", { class: "demo-examples", role: "group", "aria-label": "Test images" },
      element("button", { type: "button", class: "demo-clear", onclick: () => pad.clear() }, "Clear"),
      ...exampleButtons(digits, (pixels) => pad.show(pixels)),
    ),
    bars.element,
  );
  pad.show(digits[FIRST_DIGIT].pixels);
  return useNumber(first);
}

for (const box of document.querySelectorAll(".jpegnet-demo:not(.started)")) {
  box.classList.add("started");
  await start(box);
}
