// One scan of a Huffman-coded JPEG file of one component, block by block: T.81, annexes F and G.

import { require } from "./segment.mjs";

export const PIXELS = 64; // of a block
export const ZIGZAG = Array.from({ length: PIXELS }, (_, i) => i).sort((a, b) => {
  const [p, q] = [a, b].map((i) => ({ y: i >> 3, x: i & 7, sum: (i >> 3) + (i & 7) }));
  return p.sum - q.sum || (p.sum % 2 ? p.y - q.y : p.x - q.x);
});
const CATEGORIES = 15; // bits that a number may have
const FINEST = 13; // T.81, G.1.1.1.2: the most places that a scan leaves to later ones
const FARTHEST = 1 << 16; // no sum of differences in a whole file comes near

export class End extends Error {} // the bits that have arrived of a scan come to an end

// The bits of a scan, from the front, without the zeros that are stuffed behind 0xff.
export class Bits {
  constructor(coded) {
    const kept = [];
    for (let i = 0; i < coded.length; i += 1) {
      kept.push(coded[i]);
      if (coded[i] === 0xff && coded[i + 1] === 0) i += 1;
    }
    [this.bytes, this.at, this.end] = [kept, 0, 8 * kept.length];
  }

  bit() {
    if (this.at >= this.end) throw new End();
    const byte = this.bytes[this.at >> 3];
    return (byte >> (7 - (this.at++ & 7))) & 1;
  }

  take(count) {
    if (this.at + count > this.end) throw new End();
    let value = 0;
    for (let i = 0; i < count; i += 1) value = 2 * value + this.bit();
    return value;
  }

  symbol(codes) {
    let code = 1; // a leading one tells codes of different lengths apart
    for (let length = 1; length <= 16; length += 1) {
      code = 2 * code + this.bit();
      const found = codes.get(code);
      if (found !== undefined) return found;
    }
    return require(false, "the JPEG file is damaged: no code of its Huffman table");
  }

  value(category) { // T.81, F.2.2.1
    require(category <= CATEGORIES, `the JPEG file is damaged: a number of ${category} bits`);
    const found = this.take(category);
    return !category || found >= 2 ** (category - 1) ? found : found - 2 ** category + 1;
  }
}

// Of a DHT segment, each table's symbols by code: T.81, annex C.
export function addTables(body, tables) {
  for (let at = 0; at < body.length;) {
    const name = body[at];
    const codes = new Map();
    let [code, place] = [0, at + 17];
    for (let length = 1; length <= 16; length += 1) {
      for (let i = 0; i < body[at + length]; i += 1) {
        codes.set(2 ** length + code, body[place++]);
        code += 1;
      }
      code *= 2;
    }
    require(place <= body.length, "the JPEG file is damaged: a Huffman table is cut off");
    tables.set(name, codes);
    at = place;
  }
}

export class Scan {
  constructor(header, progressive, tables) {
    require(header.length === 6 && header[0] === 1, "the JPEG file is damaged: a scan of several components");
    [this.first, this.last] = progressive ? [header[3], header[4]] : [0, PIXELS - 1];
    [this.high, this.low] = progressive ? [header[5] >> 4, header[5] & 15] : [0, 0];
    this.dc = tables.get(header[2] >> 4) ?? new Map();
    this.ac = tables.get(16 + (header[2] & 15)) ?? new Map();
    this.progressive = progressive;
    require(
      this.last < PIXELS && this.first <= this.last && this.low <= FINEST,
      "the JPEG file is damaged: a scan of no band",
    );
    [this.before, this.run] = [0, 0];
  }

  // Reads a block's part of this scan into it, in zigzag order.
  block(bits, block) {
    if (!this.progressive) {
      this.readDc(bits, block);
      this.readAc(bits, block, 1);
    } else if (this.first === 0) {
      if (this.high) block[0] |= bits.take(1) << this.low;
      else this.readDc(bits, block);
    } else if (this.high) {
      this.refine(bits, block);
    } else {
      this.readAc(bits, block, this.first);
    }
  }

  readDc(bits, block) {
    this.before += bits.value(bits.symbol(this.dc));
    require(Math.abs(this.before) <= FARTHEST, "the JPEG file is damaged: a mean far beyond white and black");
    block[0] = this.before * 2 ** this.low;
  }

  readAc(bits, block, start) {
    if (this.run) { // of blocks whose bands are empty
      this.run -= 1;
      return;
    }
    for (let place = start; place <= this.last;) {
      const symbol = bits.symbol(this.ac);
      const [run, category] = [symbol >> 4, symbol & 15];
      if (category) {
        place += run;
        require(place <= this.last, "the JPEG file is damaged: a coefficient beyond its band");
        block[place] = bits.value(category) * 2 ** this.low;
        place += 1;
      } else if (run === 15) {
        place += 16;
      } else {
        this.run = 2 ** run - 1 + bits.take(run);
        return;
      }
    }
  }

  // One bit more for a band that earlier scans have begun: T.81, G.1.2.3.
  refine(bits, block) {
    const one = 2 ** this.low;
    const mend = (at) => {
      if (bits.take(1) && !(Math.abs(block[at]) & one)) block[at] += block[at] > 0 ? one : -one;
    };
    let place = this.first;
    while (!this.run && place <= this.last) {
      const symbol = bits.symbol(this.ac);
      let [run, fresh] = [symbol >> 4, 0];
      if (symbol & 15) {
        fresh = bits.take(1) ? one : -one;
      } else if (run < 15) {
        this.run = 2 ** run + bits.take(run);
        break;
      }
      for (; place <= this.last; place += 1) {
        if (block[place]) mend(place);
        else if (run) run -= 1;
        else break;
      }
      if (fresh && place <= this.last) block[place] = fresh;
      place += 1;
    }
    if (this.run) {
      for (; place <= this.last; place += 1) if (block[place]) mend(place);
      this.run -= 1;
    }
  }
}
