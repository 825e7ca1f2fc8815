// Reads a network's file of which only the first bytes have arrived, block by block: the same as the
// Python of `picture.arriving`.

import { stepsOf } from "./decode.mjs";
import { fits, isNote } from "./picture.mjs";
import { Bits, End, Scan, ZIGZAG, addTables } from "./scan.mjs";
import { BLOCK, COSINES, NUDGE, PictureError, readLayout, require } from "./segment.mjs";

const MAX = { bytes: 1 << 22, scans: 100, blocks: 1 << 15 };

export class TooLittle extends PictureError {} // the headers have not arrived

// The segments that have arrived as a whole: { marker, body }, of a scan also { coded }, which may
// be cut.
function arrived(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new TooLittle("not the beginning of a JPEG file");
  const found = [];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const length = (bytes[at + 2] << 8) | bytes[at + 3];
    const end = at + 2 + length;
    if (marker === 0xd9 || length < 2 || end > bytes.length) break;
    const segment = { marker, body: bytes.subarray(at + 4, end) };
    at = end;
    if (marker === 0xda) {
      while (at + 1 < bytes.length && (bytes[at] !== 0xff || bytes[at + 1] === 0 || bytes[at + 1] === 0xff)) at += 1;
      const ended = at + 1 < bytes.length;
      // A last 0xff of what has arrived may be a stuffed byte's, or a marker's.
      if (!ended && bytes.at(-1) !== 0xff) at = bytes.length;
      segment.coded = bytes.subarray(end, at);
    }
    found.push(segment);
    if (marker === 0xda && at + 1 >= bytes.length) break;
  }
  return found;
}

// How many blocks of a scan have arrived as a whole; the others stay as they were.
function readScan(scan, coded, blocks) {
  const bits = new Bits(coded);
  for (let i = 0; i < blocks.length; i += 1) {
    const changed = Int32Array.from(blocks[i]);
    try {
      scan.block(bits, changed);
    } catch (error) {
      if (error instanceof End) return i;
      throw error;
    }
    blocks[i] = changed;
  }
  return blocks.length;
}

function drawn(blocks, steps, width, height) {
  const samples = new Uint8Array(width * height);
  const across = width / BLOCK;
  blocks.forEach((block, i) => {
    const [top, left] = [BLOCK * Math.floor(i / across), BLOCK * (i % across)];
    const rows = new Float64Array(BLOCK * BLOCK); // row by row of frequencies, already in pixels
    const coefficients = new Float64Array(BLOCK * BLOCK);
    ZIGZAG.forEach((place, k) => { coefficients[place] = block[k] * steps[place]; });
    for (let u = 0; u < BLOCK; u += 1) {
      for (let x = 0; x < BLOCK; x += 1) {
        let sum = 0;
        for (let k = 0; k < BLOCK; k += 1) sum += COSINES[k][x] * coefficients[u * BLOCK + k];
        rows[u * BLOCK + x] = sum;
      }
    }
    for (let y = 0; y < BLOCK; y += 1) {
      for (let x = 0; x < BLOCK; x += 1) {
        let sum = 128;
        for (let u = 0; u < BLOCK; u += 1) sum += COSINES[u][y] * rows[u * BLOCK + x];
        const level = Math.floor(sum + 0.5 + NUDGE);
        samples[(top + y) * width + left + x] = Math.min(255, Math.max(0, level));
      }
    }
  });
  return samples;
}

// What the first bytes of a file tell: { layout, width, height, samples, scans, blocks }, as `load`
// has it, and of each scan that has begun how many of the blocks have arrived. Throws TooLittle while
// that is nothing.
export function beginning(bytes) {
  require(bytes.length <= MAX.bytes, "the file is too large for a network's picture");
  const found = arrived(bytes);
  const frame = found.find(({ marker }) => marker >= 0xc0 && marker <= 0xc2);
  const first = found.findIndex(({ marker }) => marker === 0xda);
  if (first < 0 || !frame) {
    throw new TooLittle(`of the ${bytes.length} bytes that have arrived none is the picture's`);
  }
  const { body } = frame;
  require(body.length === 9 && body[5] === 1, "not a JPEG file of one component");
  const [height, width] = [1, 3].map((i) => BLOCK * Math.ceil(((body[i] << 8) | body[i + 1]) / BLOCK));
  const count = (height * width) / BLOCK ** 2;
  require(count >= 1 && count <= MAX.blocks, `${count} blocks are none, or too many`);
  const notes = found.slice(0, first).filter(isNote);
  require(notes.length === 1, "an ordinary picture: it does not say that it is a network");
  const layout = readLayout(notes[0].body, width);
  require(layout.parts.every((part) => fits(part, width, height)), "the picture is smaller than its network");
  const steps = stepsOf(found, body[8]);
  const blocks = Array.from({ length: count }, () => new Int32Array(BLOCK ** 2));
  const [tables, scans] = [new Map(), []];
  for (const { marker, body: part, coded } of found) {
    require(marker !== 0xdd, "files with restart markers are read only as a whole");
    if (marker === 0xc4) addTables(part, tables);
    if (marker !== 0xda) continue;
    require(scans.length < MAX.scans, "the JPEG file has too many scans");
    scans.push(readScan(new Scan(part, frame.marker === 0xc2, tables), coded, blocks));
  }
  return { layout, width, height, samples: drawn(blocks, steps, width, height), scans, blocks: count };
}
