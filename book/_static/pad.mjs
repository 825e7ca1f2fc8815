// What pages on which readers draw have in common: the drawing area, example digits, ten bars.

import { SIDE, normalise, stroke } from "./digit.mjs";
import { softmax } from "./picture.mjs";

const PAD = 280; // the drawing area's own pixels; on the page it may be smaller
const PEN = 22;
const STEP = 7; // how far an arrow key moves the pen

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// The drawing area: pointer, finger and keys; calls `drawn` with the inputs, or null if blank.
export function drawingArea(drawn) {
  const canvas = element("canvas", {
    width: PAD,
    height: PAD,
    tabindex: 0,
    role: "application",
    class: "demo-pad",
    "aria-label":
      "Drawing area. Arrow keys move the pen, the space bar lowers and lifts it, Delete clears.",
  });
  const context = canvas.getContext("2d");
  const ink = new Uint8Array(PAD * PAD); // what is drawn: some browsers hand out other pixels than the canvas has
  const cursor = element("span", { class: "demo-cursor", hidden: true });
  const pen = { x: PAD / 2, y: PAD / 4, down: false };
  let example = null; // an example's own pixels are read as they are

  const read = () => {
    if (example) return drawn(example);
    drawn(normalise(ink, PAD));
  };
  const wipe = () => {
    context.clearRect(0, 0, PAD, PAD);
    ink.fill(0);
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
    stroke(ink, PAD, [fromX, fromY, toX, toY], PEN / 2);
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
export function answerBars() {
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

export function exampleButtons(examples, show) {
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

// What one may put on a drawing area, or off it: nothing, or one of the examples.
export function exampleGroup(pad, examples) {
  return element("div", { class: "demo-examples", role: "group", "aria-label": "Test images" },
    element("button", { type: "button", class: "demo-clear", onclick: () => pad.clear() }, "Clear"),
    ...exampleButtons(examples, (pixels) => pad.show(pixels)),
  );
}

// Hexadecimal digits, two a pixel, 784 pixels an example.
export function readExamples(list) {
  return list.map(({ digit, hex }) => ({
    digit,
    pixels: hex.match(/../g).map((two) => Number.parseInt(two, 16)),
  }));
}
