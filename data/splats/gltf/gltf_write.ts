import { glbHeader } from "../../formats/glb.ts";
import { bytesOf } from "../../formats/elements.ts";
import { quantise, SH_C0, sigmoid } from "../activation.ts";
import { normalised } from "../quaternion.ts";
import type { GltfEncoding, WriteSplatsOptions } from "../splat_format.ts";
import { copySplats, restCoefficients, sliceSplats, type Splats } from "../splats.ts";
import { streamOf } from "../splat_stream.ts";
import { encodeSpz } from "../spz/spz_write.ts";
import { harmonicTurns } from "../turn/harmonics.ts";
import { carryColors, lightOf } from "./color_space.ts";
import {
  COLOR_SPACES,
  GAUSSIAN_SPLATTING,
  type GltfColors,
  harmonicName,
  PLY_FROM_GLTF,
  SPZ_COMPRESSIONS,
} from "./gltf_attributes.ts";

const TYPE = { int16: 5122, uint8: 5121, uint16: 5123, float: 5126 };
const WIDTH = { SCALAR: 1, VEC3: 3, VEC4: 4 };
const ATTRIBUTE = 34962;
// Gaussians that are encoded at once.
const BLOCK = 1 << 16;

/** One attribute: how its rows are stored, and made from Gaussians in glTF's axes. */
interface Attribute {
  readonly name: string;
  readonly type: keyof typeof WIDTH;
  readonly componentType: number;
  readonly normalized?: true;
  /** Bytes of a row, a multiple of four. */
  readonly stride: number;
  /** The rows of Gaussians that are in the axes of PLY files. */
  readonly encode: (splats: Splats) => Uint8Array;
}

// The turn only changes signs: of x and y of vectors and rotations, and of some harmonics.
const AXIS_SIGNS = [PLY_FROM_GLTF[0], PLY_FROM_GLTF[4], PLY_FROM_GLTF[8]] as const;
const HARMONIC_SIGNS = harmonicTurns(PLY_FROM_GLTF).flatMap((turn) => {
  const size = Math.sqrt(turn.length);
  return Array.from({ length: size }, (_, n) => Math.round(turn[n * (size + 1)]!));
});

/**
 * Yields the bytes of a binary glTF file with one primitive of KHR_gaussian_splatting, in glTF's axes
 * under a node that does not turn.
 */
export function* gltfChunks(
  splats: Splats,
  { gltfEncoding = "float", gltfColors = "srgb" }: WriteSplatsOptions = {},
): Generator<Uint8Array> {
  const { count } = splats;
  if (count === 0) {
    throw new RangeError("Cannot write glTF: there are no Gaussians, one or more must be");
  }
  // Quantised scales are shares of the largest, which a node multiplies all lengths by.
  const largest = gltfEncoding === "quantised" ? largestScale(splats) : 1;
  const attributes = attributesOf(splats, { encoding: gltfEncoding, colors: gltfColors, largest });
  if (gltfEncoding === "spz") {
    const shown = gltfColors === "linear" ? carryColors(copySplats(splats), "linear") : splats;
    const spz = encodeSpz(streamOf(shown), { version: 2 });
    const json = document(splats, attributes, { colors: gltfColors, largest, spz: spz.length });
    yield glbHeader(json, spz.length);
    yield spz;
    yield new Uint8Array(-spz.length & 3);
    return;
  }
  const byteLength = attributes.reduce((sum, { stride }) => sum + stride * count, 0);
  const json = document(splats, attributes, { colors: gltfColors, largest, spz: null });
  yield glbHeader(json, byteLength);
  for (const { encode } of attributes) {
    for (let first = 0; first < count; first += BLOCK) {
      yield encode(sliceSplats(splats, first, Math.min(first + BLOCK, count)));
    }
  }
}

function largestScale({ logScales }: Splats): number {
  let largest = -Infinity;
  for (const value of logScales) largest = Math.max(largest, value);
  return Math.exp(largest);
}

function attributesOf(
  { degree }: Splats,
  { encoding, colors, largest }: { encoding: GltfEncoding; colors: GltfColors; largest: number },
): Attribute[] {
  const quantised = encoding === "quantised";
  const own = (name: string) => `${GAUSSIAN_SPLATTING}:${name}`;
  const floats = { componentType: TYPE.float };
  const harmonics: Attribute[] = [];
  for (let band = 1, at = 0; band <= degree; band++) {
    for (let n = 0; n <= 2 * band; n++, at++) {
      const coefficient = at;
      harmonics.push({
        name: harmonicName(band, n),
        type: "VEC3",
        ...floats,
        stride: 12,
        encode: (splats) => bytesOf(harmonicOf(splats, coefficient, colors)),
      });
    }
  }
  return [
    {
      name: "POSITION",
      type: "VEC3",
      ...floats,
      stride: 12,
      encode: ({ positions }) =>
        bytesOf(positions.map((value, at) => AXIS_SIGNS[at % 3]! * value / largest)),
    },
    {
      name: "COLOR_0",
      type: "VEC4",
      componentType: TYPE.uint8,
      normalized: true,
      stride: 4,
      encode: pointColors,
    },
    {
      name: own("ROTATION"),
      type: "VEC4",
      ...(quantised
        ? { componentType: TYPE.int16, normalized: true as const, stride: 8 }
        : { ...floats, stride: 16 }),
      encode: (splats) => rotationRows(splats, quantised),
    },
    {
      name: own("SCALE"),
      type: "VEC3",
      ...(quantised
        ? { componentType: TYPE.uint16, normalized: true as const, stride: 8 }
        : { ...floats, stride: 12 }),
      encode: (splats) => scaleRows(splats, quantised ? largest : null),
    },
    {
      name: own("OPACITY"),
      type: "SCALAR",
      ...(quantised
        ? { componentType: TYPE.uint8, normalized: true as const, stride: 4 }
        : { ...floats, stride: 4 }),
      encode: (splats) => opacityRows(splats, quantised),
    },
    {
      name: harmonicName(0, 0),
      type: "VEC3",
      ...floats,
      stride: 12,
      encode: ({ shDc }) => bytesOf(colors === "srgb" ? shDc : shDc.map(linearBase)),
    },
    ...harmonics,
  ];
}

/** The fallback of viewers that know points alone: linear light, as glTF has colours. */
function pointColors({ count, shDc, opacities }: Splats): Uint8Array {
  const bytes = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      const value = Math.min(1, Math.max(0, 0.5 + SH_C0 * shDc[3 * i + k]!));
      bytes[4 * i + k] = quantise(255 * lightOf(value)[0], 255);
    }
    bytes[4 * i + 3] = quantise(255 * sigmoid(opacities[i]!), 255);
  }
  return bytes;
}

function rotationRows({ count, quaternions }: Splats, quantised: boolean): Uint8Array {
  const rows = quantised ? new Int16Array(4 * count) : new Float32Array(4 * count);
  const q = new Float64Array(4);
  for (let i = 0; i < count; i++) {
    normalised(quaternions, i, q);
    for (let k = 0; k < 4; k++) {
      const value = k < 2 ? -q[k + 1]! : q[(k + 1) % 4]!;
      rows[4 * i + k] = quantised ? Math.round(32767 * value) : value;
    }
  }
  return bytesOf(rows);
}

function scaleRows({ count, logScales }: Splats, largest: number | null): Uint8Array {
  if (largest === null) return bytesOf(logScales.map(Math.exp));
  // Rows of four words: rows begin on multiples of four bytes.
  const rows = new Uint16Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      // Never zero: a Gaussian would lose a dimension.
      const share = quantise(65535 * Math.exp(logScales[3 * i + k]!) / largest, 65535);
      rows[4 * i + k] = Math.max(1, share);
    }
  }
  return bytesOf(rows);
}

function opacityRows({ count, opacities }: Splats, quantised: boolean): Uint8Array {
  if (!quantised) return bytesOf(opacities.map(sigmoid));
  const rows = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) rows[4 * i] = quantise(255 * sigmoid(opacities[i]!), 255);
  return rows;
}

function harmonicOf(
  { count, degree, shDc, shRest }: Splats,
  coefficient: number,
  colors: GltfColors,
): Float32Array {
  const width = 3 * restCoefficients(degree);
  const sign = HARMONIC_SIGNS[coefficient]!;
  const values = new Float32Array(3 * count);
  for (let at = 0; at < values.length; at++) {
    const value = sign * shRest[Math.floor(at / 3) * width + 3 * coefficient + at % 3]!;
    values[at] = colors === "srgb" ? value : lightOf(colorOf(shDc[at]!))[1] * value;
  }
  return values;
}

function linearBase(dc: number): number {
  return (lightOf(colorOf(dc))[0] - 0.5) / SH_C0;
}

function colorOf(dc: number): number {
  return Math.max(0, 0.5 + SH_C0 * dc);
}

/** The JSON of a file whose buffer has the attributes one after the other, or an SPZ file of so many bytes. */
function document(
  { count, positions, antialiased }: Splats,
  attributes: readonly Attribute[],
  { colors, largest, spz }: { colors: GltfColors; largest: number; spz: number | null },
): unknown {
  let byteOffset = 0;
  const views = attributes.map(({ stride }) => {
    const view = { buffer: 0, byteOffset, byteLength: stride * count, target: ATTRIBUTE };
    byteOffset += view.byteLength;
    return { ...view, byteStride: stride };
  });
  const accessors = attributes.map(({ name, type, componentType, normalized }, index) => ({
    ...(spz === null && { bufferView: index }),
    componentType,
    ...(normalized && { normalized }),
    count,
    type,
    ...(name === "POSITION" && boundsOf(positions, largest)),
  }));
  const compression = spz === null
    ? {}
    : { extensions: { [SPZ_COMPRESSIONS[0]]: { bufferView: 0 } } };
  const splatting = {
    kernel: "ellipse",
    colorSpace: COLOR_SPACES[colors],
    projection: "perspective",
    sortingMethod: "cameraDistance",
    ...compression,
    // No field of the extension tells it.
    ...(antialiased && { extras: { antialiased: true } }),
  };
  const extensions = [GAUSSIAN_SPLATTING, ...(spz === null ? [] : [SPZ_COMPRESSIONS[0]])];
  return {
    asset: { version: "2.0", generator: "voxsplat" },
    extensionsUsed: extensions,
    ...(spz !== null && { extensionsRequired: extensions }),
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, ...(largest !== 1 && { scale: [largest, largest, largest] }) }],
    meshes: [{
      primitives: [{
        attributes: Object.fromEntries(attributes.map(({ name }, index) => [name, index])),
        mode: 0,
        extensions: { [GAUSSIAN_SPLATTING]: splatting },
      }],
    }],
    accessors,
    bufferViews: spz === null ? views : [{ buffer: 0, byteOffset: 0, byteLength: spz }],
    buffers: [{ byteLength: spz ?? byteOffset }],
  };
}

/** Bounds of the centres as they are stored: in glTF's axes, as shares of the largest scale. */
function boundsOf(positions: Float32Array, largest: number) {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let at = 0; at < positions.length; at++) {
    const k = at % 3;
    const value = Math.fround(AXIS_SIGNS[k]! * positions[at]! / largest);
    min[k] = Math.min(min[k]!, value);
    max[k] = Math.max(max[k]!, value);
  }
  return { min, max };
}
