// Decodes a grey JPEG file, baseline or progressive, to the sample as libjpeg does: what a network's
// weights are is then not up to the browser, nor to what it does to a canvas.

import { Bits, End, PIXELS, Scan, ZIGZAG, addTables } from "./scan.mjs";
import { BLOCK, require } from "./segment.mjs";

const [SOF2, DHT, SOS, DQT, DRI] = [0xc2, 0xc4, 0xda, 0xdb, 0xdd];

// The inverse DCT in whole numbers, as libjpeg's decoder has it by default: HALF[k][x] is 8192 √2 cos
// ((2 x + 1) k π / 16) (√2 less for k = 0), rounded as the sums of C. Loeffler et al., "Practical fast
// 1-D DCT algorithms with 11 multiplications", 1989, round it. The other half mirrors it.
const HALF = [
  [8192, 8192, 8192, 8192],
  [11363, 9633, 6437, 2260],
  [10703, 4433, -4433, -10703],
  [9633, -2259, -11362, -6436],
  [8192, -8192, -8192, 8192],
  [6437, -11362, 2261, 9633],
  [4433, -10704, 10704, -4433],
  [2260, -6436, 9633, -11363],
];
const WAVES = HALF.map((half, k) => [...half, ...half.toReversed().map((n) => (k % 2 ? -n : n))]);
const [FIRST, SECOND] = [2 ** 11, 2 ** 18]; // two bits stay between columns and rows; 8 × 8 is 2⁶

// The steps of a quantisation table, in reading order, as the file's DQT segments define it.
export function stepsOf(found, name) {
  const tables = new Map();
  for (const { marker, body } of found) {
    if (marker === SOS) break;
    for (let at = 0; marker === DQT && at < body.length;) {
      const long = body[at] >> 4;
      const number = (i) => (long ? body[at + 1 + 2 * i] * 256 + body[at + 2 + 2 * i] : body[at + 1 + i]);
      const steps = new Array(PIXELS);
      ZIGZAG.forEach((place, i) => { steps[place] = number(i); });
      tables.set(body[at] & 15, steps);
      at += 1 + PIXELS + PIXELS * Boolean(long);
    }
  }
  const steps = tables.get(name);
  require(steps?.every((step) => step >= 1), "the JPEG file is damaged: a quantisation table is missing");
  return steps;
}

// A scan's data between restart markers, each of so many blocks; without them it is one.
function intervals(coded, count, blocks) {
  const parts = [];
  let from = 0;
  for (let at = 0; count && at + 1 < coded.length; at += 1) {
    if (coded[at] === 0xff && coded[at + 1] >= 0xd0 && coded[at + 1] < 0xd8) {
      parts.push(coded.subarray(from, at));
      from = at + 2;
    }
  }
  parts.push(coded.subarray(from));
  return parts.map((part, i) => ({ part, some: count ? blocks.slice(i * count, (i + 1) * count) : blocks }));
}

// The coefficients of a file's segments, { marker, body, coded }: `count` blocks of 64 whole numbers,
// in the file's order.
export function blocksOf(found, count) {
  const blocks = Array.from({ length: count }, () => new Int32Array(PIXELS));
  const [tables, progressive] = [new Map(), found.some(({ marker }) => marker === SOF2)];
  let restart = 0;
  for (const { marker, body, coded } of found) {
    if (marker === DHT) addTables(body, tables);
    if (marker === DRI) restart = (body[0] << 8) | body[1];
    if (marker !== SOS) continue;
    const parts = intervals(coded, restart, blocks);
    require(!restart || parts.length === Math.ceil(count / restart), "the JPEG file is damaged: a restart marker is missing");
    for (const { part, some } of parts) {
      const [scan, bits] = [new Scan(body, progressive, tables), new Bits(part)];
      try {
        for (const block of some) scan.block(bits, block);
      } catch (error) {
        require(!(error instanceof End), "the JPEG file is damaged: a scan ends too early");
        throw error;
      }
    }
  }
  return blocks;
}

// The grey levels that coefficients stand for, row by row; what is beyond the picture's edge is left out.
export function samplesOf(blocks, steps, width, height) {
  const samples = new Uint8ClampedArray(width * height);
  const [coefficients, between] = [new Float64Array(PIXELS), new Float64Array(PIXELS)];
  const across = Math.ceil(width / BLOCK);
  blocks.forEach((block, i) => {
    const [top, left] = [Math.floor(i / across) * BLOCK, (i % across) * BLOCK];
    const [high, wide] = [Math.min(BLOCK, height - top), Math.min(BLOCK, width - left)];
    ZIGZAG.forEach((place, k) => { coefficients[place] = block[k] * steps[place]; });
    for (let y = 0; y < BLOCK; y += 1) { // columns
      for (let v = 0; v < BLOCK; v += 1) {
        let sum = FIRST / 2;
        for (let u = 0; u < BLOCK; u += 1) sum += WAVES[u][y] * coefficients[u * BLOCK + v];
        between[y * BLOCK + v] = Math.floor(sum / FIRST);
      }
    }
    for (let y = 0; y < high; y += 1) {
      for (let x = 0; x < wide; x += 1) {
        let sum = SECOND / 2;
        for (let v = 0; v < BLOCK; v += 1) sum += WAVES[v][x] * between[y * BLOCK + v];
        samples[(top + y) * width + left + x] = 128 + Math.floor(sum / SECOND);
      }
    }
  });
  return samples;
}
