// A network's file byte by byte: which part of the file each is, and which blocks of the picture its
// bits tell. The page brings a <div class="jpegnet-hex"> with the file, its parts, and where in it
// the bits of each block stand.

import { blockInWords, capital, counted, pixelAt, placed, tilesOf } from "./anatomy.mjs";
import { element } from "./pad.mjs";
import { bytesOf, inspect } from "./picture.mjs";
import { BLOCK, PictureError } from "./segment.mjs";

const [NARROW, WIDE] = [16, 24]; // bytes a row
const ROOM = 44; // rem that wide rows and the picture need
const MOST = 3; // blocks that are named; of further ones only how many there are

// Spans as the page has them, four numbers each: which block, from which bit of the file to which,
// and how many of these bits are the block's own.
function readSpans(flat) {
  return Array.from({ length: flat.length / 4 }, (_, i) => {
    const [block, start, end, bits] = flat.slice(4 * i, 4 * i + 4);
    return { block, start, end, bits };
  });
}

let figures = 0; // of this page, so that each cell has a name of its own

// The bytes as a grid of cells, in rows of so many.
function byteGrid(bytes, parts) {
  const figure = (figures += 1);
  const cells = parts.flatMap(([kind, start, end], i) =>
    Array.from(bytes.subarray(start, end), (byte, j) => element("span", {
      role: "gridcell",
      id: `hex-${figure}-${start + j}`,
      class: `hex-${kind}`,
      "data-at": start + j,
      "data-letter": j === 0 && letter(i),
    }, byte.toString(16).padStart(2, "0"))));
  const grid = element("div", {
    class: "hex-bytes",
    role: "grid",
    tabindex: 0,
    "aria-label": "The file's bytes. Arrow keys move from byte to byte, Page Up and Page Down from part to part.",
  });
  let columns = 0;
  return {
    element: grid,
    cells,
    get columns() { return columns; },
    arrange(wanted) {
      if (wanted === columns) return;
      columns = wanted;
      const rows = [];
      for (let at = 0; at < cells.length; at += columns) {
        rows.push(element("div", { role: "row" },
          element("span", { role: "rowheader", class: "hex-offset" }, String(at + 1)),
          ...cells.slice(at, at + columns)));
      }
      grid.replaceChildren(...rows);
    },
    show(at) { // scrolls the grid, never the page
      const [cell, box] = [cells[at], grid.parentElement];
      const [top, bottom] = [cell.offsetTop - 24, cell.offsetTop + cell.offsetHeight + 8];
      if (top < box.scrollTop) box.scrollTop = top;
      else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    },
  };
}

const letter = (i) => (i < 26 ? String.fromCharCode(65 + i) : String(i + 1)); // as the legend has it

export async function start(box) {
  const facts = JSON.parse(box.querySelector("script").textContent);
  const { parts } = facts;
  const bytes = bytesOf(facts.file);
  const spans = readSpans(facts.spans);
  const { layout, width, height } = inspect(bytes);
  const tiles = tilesOf(layout);
  const across = Math.ceil(width / BLOCK);
  const corner = (block) => ({ x: BLOCK * (block % across), y: BLOCK * Math.floor(block / across), width: BLOCK, height: BLOCK });
  const named = (block) => {
    const { x, y } = corner(block);
    return blockInWords(tiles, x, y);
  };

  const grid = byteGrid(bytes, parts);
  const status = box.querySelector(".hex-told");
  status.setAttribute("role", "status");
  const picture = box.querySelector(".hex-picture");
  const image = picture.querySelector("img");
  const state = { current: 0, lit: [], boxes: [] };

  // Lights bytes and blocks.
  function light(at, blocks) {
    for (const i of state.lit) grid.cells[i].classList.remove("lit");
    state.boxes.forEach((one) => one.remove());
    state.lit = at;
    state.boxes = blocks.map((block) => placed(element("span", { class: "hex-lit" }), corner(block), { width, height }));
    for (const i of at) grid.cells[i].classList.add("lit");
    picture.append(...state.boxes);
  }

  // What a byte is: of coded data, whose bits.
  function pointAt(at) {
    const part = parts.findIndex(([, first, end]) => at >= first && at < end);
    const [kind, first, end, name, about] = parts[part];
    const held = spans.filter((span) => span.start < 8 * at + 8 && span.end > 8 * at);
    const hex = bytes[at].toString(16).padStart(2, "0");
    const seen = kind === "note" && bytes[at] > 32 && bytes[at] < 127 ? `, the letter ${String.fromCharCode(bytes[at])}` : "";
    const byte = `Byte ${at + 1} of ${bytes.length}, ${hex}${seen}: `;
    let told;
    if (kind !== "data") {
      told = `byte ${at - first + 1} of ${end - first} of ${letter(part)}, ${name}: ${about}.`;
    } else if (bytes[at] === 0 && bytes[at - 1] === 0xff) {
      told = "a zero that says that the ff before it is no marker.";
    } else if (held.length === 0) {
      told = "no block's: a marker between blocks.";
    } else {
      const blocks = held.slice(0, MOST).map((span) => `${named(span.block)} (${counted(span.bits, "bit")})`);
      const more = held.length > MOST ? [`${held.length - MOST} more`] : [];
      told = `bits of ${[...blocks, ...more].join("; of ")}.`;
    }
    light([at], [...new Set(held.map(({ block }) => block))]);
    status.textContent = byte + told;
  }

  // Of a block, where its bits are: in all scans of the file.
  function pointBlock(block) {
    const own = spans.filter((span) => span.block === block);
    const at = own.flatMap(({ start: from, end }) => {
      const first = from >> 3;
      return Array.from({ length: ((end - 1) >> 3) - first + 1 }, (_, i) => first + i);
    });
    light([...new Set(at)], [block]);
    const ranges = own.map(({ start: from, end }) => {
      const [a, b] = [(from >> 3) + 1, ((end - 1) >> 3) + 1];
      return a === b ? `byte ${a}` : `bytes ${a} to ${b}`;
    });
    const bits = own.reduce((sum, span) => sum + span.bits, 0);
    const where = ranges.length ? `, in ${ranges.join(", ")}` : "";
    status.textContent = `${capital(named(block))}: ${counted(bits, "bit")}${where}.`;
    if (at.length) grid.show(at[0]);
  }

  function move(at) {
    grid.cells[state.current].classList.remove("current");
    state.current = Math.min(bytes.length - 1, Math.max(0, at));
    grid.cells[state.current].classList.add("current");
    grid.element.setAttribute("aria-activedescendant", grid.cells[state.current].id);
    grid.show(state.current);
    pointAt(state.current);
  }
  const cellOf = (event) => event.target.closest("[data-at]")?.dataset.at;
  grid.element.addEventListener("pointerover", (event) => {
    const at = cellOf(event);
    if (at !== undefined && event.pointerType === "mouse") pointAt(Number(at));
  });
  grid.element.addEventListener("click", (event) => {
    const at = cellOf(event);
    if (at !== undefined) move(Number(at));
  });
  grid.element.addEventListener("focus", () => {
    if (grid.element.matches(":focus-visible")) move(state.current); // a click says where itself
  });
  grid.element.addEventListener("keydown", (event) => {
    if (event.metaKey || event.altKey) return;
    const { current } = state;
    const row = current - (current % grid.columns);
    const part = parts.findIndex(([, first, end]) => current >= first && current < end);
    const to = event.ctrlKey ? { Home: 0, End: bytes.length - 1 } : {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      ArrowUp: current < grid.columns ? current : current - grid.columns,
      ArrowDown: current + grid.columns < bytes.length ? current + grid.columns : current,
      Home: row,
      End: row + grid.columns - 1,
      PageUp: parts[Math.max(0, part - 1)][1],
      PageDown: parts[Math.min(parts.length - 1, part + 1)][1],
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    move(to[event.key]);
  });
  for (const kind of ["pointermove", "pointerdown"]) {
    picture.addEventListener(kind, (event) => {
      const { x, y } = pixelAt(event, image, { width, height });
      pointBlock(Math.floor(y / BLOCK) * across + Math.floor(x / BLOCK));
    });
  }
  box.querySelectorAll(".hex-legend li").forEach((entry, i) => {
    const [, first, end, name] = parts[i];
    entry.addEventListener("pointerenter", () => {
      light(Array.from({ length: end - first }, (_, j) => first + j), []);
      grid.show(first);
      status.textContent = `${letter(i)}, ${name}: ${counted(end - first, "byte")}, from byte ${first + 1} on.`;
    });
  });

  const holder = box.querySelector(".hex-box");
  holder.replaceChildren(grid.element);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const arrange = () => grid.arrange(box.clientWidth >= ROOM * rem ? WIDE : NARROW);
  new ResizeObserver(arrange).observe(box);
  arrange();
  status.prepend("Point at a byte or at the picture. ");
}

for (const box of document.querySelectorAll(".jpegnet-hex:not(.started)")) {
  box.classList.add("started");
  try {
    await start(box);
  } catch (error) { // what stands still stays
    if (!(error instanceof PictureError)) throw error;
    box.append(element("p", { class: "demo-problem" }, `This is not shown: ${error.message}.`));
  }
}
