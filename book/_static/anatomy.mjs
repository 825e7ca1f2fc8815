// What a place of a network's picture is: for the figures that point at it.

import { BLOCK } from "./segment.mjs";

export const capital = (words) => words[0].toUpperCase() + words.slice(1);
export const counted = (n, what) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

// A row of the i-th matrix in words, in a chain of layers or kernels by what it does.
function rowInWords({ kind, layers, parts }, i, row) {
  if (kind > 1) return `row ${row + 1} of ${parts[i].rows} of matrix ${i + 1}`;
  const last = i >= parts.length - 2;
  const of = layers.length > 2 && !last ? ` of layer ${(i >> 1) + 1}` : "";
  if (i % 2) return last ? "the biases of the outputs" : `the biases of the ${kind ? "filters" : "units"}${of}`;
  if (last) return `the weights into output ${row}`;
  return kind ? `filter ${row + 1}${of}` : `unit ${row + 1}'s tile${of}`;
}

// The tiles of all parts: { words, x, y, width, height }, in pixels.
export function tilesOf(layout) {
  return layout.parts.flatMap((part, i) => {
    const { rows, across, width, height, blockX, blockY } = part;
    return Array.from({ length: rows }, (_, row) => ({
      words: rowInWords(layout, i, row),
      x: BLOCK * blockX + (row % across) * width,
      y: BLOCK * blockY + Math.floor(row / across) * height,
      width,
      height,
    }));
  });
}

// The tile that a pixel is in; undefined for none.
export const tileWith = (tiles, x, y) =>
  tiles.find((t) => x >= t.x && x < t.x + t.width && y >= t.y && y < t.y + t.height);

// A block in words, by the pixels of its corner: "unit 17's tile, block 3 of 9".
export function blockInWords(tiles, x, y) {
  const tile = tileWith(tiles, x + BLOCK / 2, y + BLOCK / 2);
  if (!tile) return "a block that is no part of the network";
  const whole = tile.width % BLOCK === 0 && tile.height % BLOCK === 0; // else it is in several tiles
  const across = tile.width / BLOCK;
  const count = (across * tile.height) / BLOCK;
  if (!whole || count === 1) return tile.words;
  const number = ((y - tile.y) / BLOCK) * across + (x - tile.x) / BLOCK + 1;
  return `${tile.words}, block ${number} of ${count}`;
}

// Lays a box over a picture of this size in pixels: what CSS places by percentages.
export function placed(box, { x, y, width, height }, picture) {
  const share = (n, of) => `${(100 * n) / of}%`;
  box.style.left = share(x, picture.width);
  box.style.top = share(y, picture.height);
  box.style.width = share(width, picture.width);
  box.style.height = share(height, picture.height);
  return box;
}

// Which pixel of a picture shown in this element an event is at.
export function pixelAt(event, shown, { width, height }) {
  const box = shown.getBoundingClientRect();
  const along = (at, start, size, count) =>
    Math.min(count - 1, Math.max(0, Math.floor(((at - start) * count) / size)));
  return {
    x: along(event.clientX, box.left, box.width, width),
    y: along(event.clientY, box.top, box.height, height),
  };
}
