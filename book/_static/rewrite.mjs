// A network's file with other coefficients: read out of its scans, coded anew as baseline JPEG with
// Huffman tables made for it (T.81, annexes C, F and K.2), and decoded.

import { blocksOf, samplesOf } from "./decode.mjs";
import { inspect } from "./picture.mjs";
import { ZIGZAG } from "./scan.mjs";
import { BLOCK, checksumOf, require } from "./segment.mjs";

const LONGEST = 16; // bits of a Huffman code
const [SOF, DHT, SOS, DQT] = [0xc0, 0xc4, 0xda, 0xdb];
const category = (value) => 32 - Math.clz32(Math.abs(value)); // bits of the magnitude

// Where in a file's order each coefficient in reading order stands.
export const PLACE = Array.from(ZIGZAG, (_, place) => ZIGZAG.indexOf(place));

// A file taken apart: { layout, width, height, steps, payload, frame, tables, blocks }, a block being
// 64 whole numbers in the file's order.
export function opened(bytes) {
  const { found, ...file } = inspect(bytes);
  require(file.layout.checksum !== null, "a network's picture of the format's first version is not changed here");
  const blocks = blocksOf(found, (file.width * file.height) / BLOCK ** 2);
  const tables = found.filter(({ marker }) => marker === DQT).map(({ body }) => body);
  return { ...file, tables, blocks };
}

// How many codes there are of each length, and the symbols, the shortest code's first, as libjpeg
// makes them: Huffman's code with one symbol more, which takes the code of all ones.
function huffman(counts) {
  let trees = [...counts].map(([symbol, count]) => ({ count, symbol, leaves: [symbol] }));
  trees.push({ count: 1, symbol: 256, leaves: [256] });
  const depths = new Map();
  while (trees.length > 1) { // of equal counts the largest symbol goes first
    trees.sort((a, b) => a.count - b.count || b.symbol - a.symbol);
    const [a, b, ...rest] = trees;
    const leaves = [...a.leaves, ...b.leaves];
    for (const leaf of leaves) depths.set(leaf, (depths.get(leaf) ?? 0) + 1);
    trees = [...rest, { count: a.count + b.count, symbol: a.symbol, leaves }];
  }
  const codes = new Array(64).fill(0);
  for (const depth of depths.values()) codes[depth] += 1;
  for (let long = codes.length - 1; long > LONGEST; long -= 1) { // T.81, K.2: made shorter
    while (codes[long]) {
      let short = long - 2;
      while (!codes[short]) short -= 1;
      codes[long] -= 2;
      codes[long - 1] += 1;
      codes[short + 1] += 2;
      codes[short] -= 1;
    }
  }
  codes[codes.findLastIndex(Boolean)] -= 1; // the added symbol's
  depths.delete(256);
  const symbols = [...depths.keys()].sort((a, b) => depths.get(a) - depths.get(b) || a - b);
  return { codes: codes.slice(1, LONGEST + 1), symbols };
}

// What is written of the blocks: [table, symbol, number], table 0 being that of the first
// coefficients, 1 that of all others.
function tokensOf(blocks) {
  const tokens = [];
  let before = 0;
  for (const block of blocks) {
    const change = block[0] - before;
    before = block[0];
    tokens.push([0, category(change), change]);
    let run = 0;
    for (let place = 1; place < 64; place += 1) {
      if (!block[place]) {
        run += 1;
        continue;
      }
      for (; run > 15; run -= 16) tokens.push([1, 0xf0, 0]); // sixteen zeros
      tokens.push([1, 16 * run + category(block[place]), block[place]]);
      run = 0;
    }
    if (run) tokens.push([1, 0, 0]); // end of block
  }
  return tokens;
}

function coded(tokens, tables) {
  const codes = tables.map(({ codes: counts, symbols }) => {
    const found = new Map();
    let [code, at] = [0, 0];
    counts.forEach((count, i) => {
      for (let n = 0; n < count; n += 1) found.set(symbols[at++], [code++, i + 1]);
      code *= 2;
    });
    return found;
  });
  const bits = [];
  const put = (value, length) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >> i) & 1);
  };
  for (const [table, symbol, value] of tokens) {
    put(...codes[table].get(symbol));
    const length = category(value);
    put(value < 0 ? value + 2 ** length - 1 : value, length);
  }
  while (bits.length % 8) bits.push(1);
  const bytes = [];
  for (let i = 0; i < bits.length; i += 8) {
    bytes.push(bits.slice(i, i + 8).reduce((byte, bit) => 2 * byte + bit, 0));
    if (bytes.at(-1) === 0xff) bytes.push(0);
  }
  return bytes;
}

const segment = (marker, body) => {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...body];
};

// A file of these blocks, with a network's segment of this payload.
function assembled(file, blocks, payload) {
  const tokens = tokensOf(blocks);
  const tables = [0, 1].map((table) => {
    const counts = new Map();
    for (const [of, symbol] of tokens) if (of === table) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    return huffman(counts);
  });
  const named = tables.flatMap(({ codes, symbols }, i) => [16 * i, ...codes, ...symbols]);
  return Uint8Array.from([
    0xff, 0xd8, ...segment(0xea, payload), ...file.tables.flatMap((body) => segment(DQT, body)),
    ...segment(SOF, file.frame), ...segment(DHT, named),
    ...segment(SOS, [1, file.frame[6], 0, 0, 63, 0]), ...coded(tokens, tables), 0xff, 0xd9,
  ]);
}

// The file of other blocks, its checksum set anew, and what it decodes to:
// { bytes, layout, width, height, samples }.
export function rewritten(file, blocks) {
  const { layout, width, height, steps } = file;
  const payload = Uint8Array.from(file.payload);
  const samples = samplesOf(blocks, steps, width, height);
  const checksum = checksumOf(samples, width, height, steps, payload);
  payload.set([checksum & 255, checksum >> 8], payload.length - 2); // least byte first
  return { bytes: assembled(file, blocks, payload), layout, width, height, samples };
}
