import type { PngChunks, PngHeader } from "./chunks.ts";
import { unfilter } from "./rows.ts";

/** Samples per pixel of each kind as the file stores them. */
export const STORED_CHANNELS: Readonly<Record<PngHeader["kind"], number>> = {
  gray: 1,
  rgb: 3,
  palette: 1,
  "gray-alpha": 2,
  rgba: 4,
};

/** One of the pictures that a PNG file is made of: every so manieth pixel of it. */
export interface PngPass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  readonly rowBytes: number;
}

type Pass = readonly [x: number, y: number, stepX: number, stepY: number];

const WHOLE: readonly Pass[] = [[0, 0, 1, 1]];

// Adam7: the seven passes as x, y, step in x, step in y.
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Returns the passes of a picture that have any pixel; one if it is not interlaced. */
export function passesOf({ width, height, bits, kind, interlaced }: PngHeader): PngPass[] {
  const pixelBits = bits * STORED_CHANNELS[kind];
  return (interlaced ? ADAM7 : WHOLE)
    .map(([x, y, stepX, stepY]) => {
      const columns = Math.ceil((width - x) / stepX);
      const rowBytes = Math.ceil((columns * pixelBits) / 8);
      return {
        x,
        y,
        stepX,
        stepY,
        width: columns,
        height: Math.ceil((height - y) / stepY),
        rowBytes,
      };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Samples per pixel after palette and transparent colour are resolved. */
export function channelsOf({ header, transparency }: PngChunks): number {
  const { kind } = header;
  const opaque = kind === "palette" ? 3 : STORED_CHANNELS[kind];
  return transparency && opaque % 2 === 1 ? opaque + 1 : opaque;
}

/** Puts the pixels of all passes in their places; `bytes` is consumed. */
export function assemble(chunks: PngChunks, bytes: Uint8Array): Uint8Array | Uint16Array {
  const { header } = chunks;
  const { width, height, bits, kind } = header;
  const channels = channelsOf(chunks);
  const stored = STORED_CHANNELS[kind];
  const size = width * height * channels;
  const data = bits === 16 ? new Uint16Array(size) : new Uint8Array(size);
  const color = makeColor(chunks, channels);
  let offset = 0;
  for (const pass of passesOf(header)) {
    const { x, y, stepX, stepY, rowBytes } = pass;
    const step = Math.ceil((bits * stored) / 8);
    unfilter({ bytes, offset, rows: pass.height, rowBytes, step });
    const samples = new Uint16Array(pass.width * stored);
    for (let row = 0; row < pass.height; row++, offset += rowBytes + 1) {
      const line = bytes.subarray(offset + 1, offset + 1 + rowBytes);
      const start = ((y + row * stepY) * width + x) * channels;
      if (stepX === 1 && bits === 8 && stored === channels) {
        data.set(line, start);
        continue;
      }
      unpack(line, bits, samples);
      for (let column = 0; column < pass.width; column++) {
        color(samples, column * stored, data, start + column * stepX * channels);
      }
    }
  }
  return data;
}

function unpack(line: Uint8Array, bits: number, samples: Uint16Array): void {
  if (bits === 16) {
    for (let i = 0; i < samples.length; i++) samples[i] = line[2 * i]! << 8 | line[2 * i + 1]!;
    return;
  }
  const mask = 2 ** bits - 1;
  for (let i = 0; i < samples.length; i++) {
    const bit = i * bits;
    samples[i] = line[bit >> 3]! >> (8 - bits - (bit & 7)) & mask;
  }
}

type Pixels = Uint8Array | Uint16Array;
type PutColor = (samples: Uint16Array, from: number, data: Pixels, to: number) => void;

function makeColor(chunks: PngChunks, channels: number): PutColor {
  const { header: { kind, bits }, palette, transparency } = chunks;
  if (kind === "palette") return paletteColor(palette!, transparency, channels);
  const stored = STORED_CHANNELS[kind];
  const top = bits === 16 ? 65535 : 255;
  const scale = bits < 8 ? 255 / (2 ** bits - 1) : 1;
  const key = channels > stored ? transparentKey(transparency!, stored) : null;
  return (samples, from, data, to) => {
    let same = key !== null;
    for (let c = 0; c < stored; c++) {
      const sample = samples[from + c];
      data[to + c] = sample! * scale;
      if (key && sample !== key[c]) same = false;
    }
    if (key) data[to + stored] = same ? 0 : top;
  };
}

function transparentKey(transparency: Uint8Array, stored: number): number[] {
  if (transparency.length !== 2 * stored) {
    throw new RangeError(`the transparent colour has ${transparency.length} bytes`);
  }
  return Array.from(
    { length: stored },
    (_, c) => transparency[2 * c]! << 8 | transparency[2 * c + 1]!,
  );
}

// An index beyond the palette is black, as most decoders have it.
function paletteColor(
  palette: Uint8Array,
  transparency: Uint8Array | null,
  channels: number,
): PutColor {
  const colors = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    colors.set(palette.subarray(3 * i, 3 * i + 3), 4 * i);
    colors[4 * i + 3] = transparency?.[i] ?? 255;
  }
  return (samples, from, data, to) => {
    const color = 4 * samples[from]!;
    for (let c = 0; c < channels; c++) data[to + c] = colors[color + c]!;
  };
}
