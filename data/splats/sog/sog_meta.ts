import { LOGIT_OF_BYTE } from "../activation.ts";

/** The `meta.json` of a SOG scene; what version 1 says by bounds stands in tables as version 2 has it. */
export interface SogMeta {
  readonly count: number;
  /** Bounds of sign(x) ln(1 + |x|) along each axis; low and high bytes of the positions. */
  readonly means: { readonly mins: number[]; readonly maxs: number[]; readonly files: string[] };
  readonly scales: SogTables;
  readonly quats: { readonly files: string[] };
  readonly sh0: SogTables;
  /** Opacity logits of the 256 bytes. */
  readonly opacity: Float32Array;
  /** Palette of harmonics: pictures of its entries and of each Gaussian's entry. */
  readonly shN: SogPalette | null;
}

/** Pictures of bytes, and the value of each byte. */
export interface SogTables {
  /** For each channel of a pixel, 256 values. */
  readonly tables: readonly Float32Array[];
  readonly files: string[];
}

/** The palette of harmonics. */
export interface SogPalette {
  /** Entries; of version 1 as many as its picture has. */
  readonly count: number | null;
  /** Degree of the harmonics; of version 1 that which the picture's width tells. */
  readonly bands: number | null;
  readonly codebook: Float32Array;
  readonly files: string[];
}

/** Entries of a codebook: pictures hold its indices as bytes. */
export const CODEBOOK = 256;

const MOST = 2 ** 28;
const LARGEST_PALETTE = 65536;

/** Checks the text of a `meta.json`; throws a RangeError that names what is wrong. */
export function parseSogMeta(text: string): SogMeta {
  const json = record(JSON.parse(text), "meta.json");
  const means = record(json.means, "means");
  // The first version had no number yet, but shapes.
  const version = json.version ?? (means.shape === undefined ? undefined : 1);
  if (version !== 1 && version !== 2) {
    throw new RangeError(`SOG version ${JSON.stringify(version)}, only 1 and 2 are supported`);
  }
  const [scales, quats, sh0] = ["scales", "quats", "sh0"].map((name) => record(json[name], name));
  const shN = json.shN === undefined || json.shN === null ? null : record(json.shN, "shN");
  const shared = {
    means: {
      mins: numbers(means.mins, "means.mins", 3),
      maxs: numbers(means.maxs, "means.maxs", 3),
      files: names(means.files, "means.files", 2),
    },
    quats: { files: names(quats!.files, "quats.files", 1) },
  };
  const files = {
    scales: names(scales!.files, "scales.files", 1),
    sh0: names(sh0!.files, "sh0.files", 1),
    shN: shN && names(shN.files, "shN.files", 2),
  };
  if (version === 1) {
    const colors = linearTables(sh0!, "sh0", 4);
    return {
      ...shared,
      count: whole((means.shape as number[] | undefined)?.[0], "means.shape[0]", MOST),
      scales: { tables: linearTables(scales!, "scales", 3), files: files.scales },
      sh0: { tables: colors.slice(0, 3), files: files.sh0 },
      opacity: colors[3]!,
      shN: shN && {
        count: null,
        bands: null,
        codebook: linearTable(number(shN.mins, "shN.mins"), number(shN.maxs, "shN.maxs")),
        files: files.shN!,
      },
    };
  }
  const bands = shN?.bands;
  if (shN && bands !== 1 && bands !== 2 && bands !== 3 && bands !== 4) {
    throw new RangeError(`"shN.bands" is ${JSON.stringify(bands)}, it must be 1, 2, 3 or 4`);
  }
  return {
    ...shared,
    count: whole(json.count, "count", MOST),
    scales: { tables: codebooks(scales!, "scales"), files: files.scales },
    sh0: { tables: codebooks(sh0!, "sh0"), files: files.sh0 },
    opacity: LOGIT_OF_BYTE,
    shN: shN && {
      count: whole(shN.count, "shN.count", LARGEST_PALETTE),
      bands: bands as number,
      codebook: codebooks(shN, "shN")[0]!,
      files: files.shN!,
    },
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError(`"${name}" is missing or no object`);
  }
  return value as Record<string, unknown>;
}

function number(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new RangeError(`"${name}" must be a number`);
}

function whole(value: unknown, name: string, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`"${name}" must be a whole number from 0 to ${most}`);
  }
  return value;
}

function numbers(value: unknown, name: string, length: number): number[] {
  if (!Array.isArray(value) || value.length !== length || !value.every(Number.isFinite)) {
    throw new RangeError(`"${name}" must be ${length} numbers`);
  }
  return value;
}

/** Version 2: one codebook for all channels. */
function codebooks(section: Record<string, unknown>, name: string): Float32Array[] {
  const table = Float32Array.from(numbers(section.codebook, `${name}.codebook`, CODEBOOK));
  return [table, table, table];
}

/** Version 1: even steps between the bounds of each channel. */
function linearTables(
  section: Record<string, unknown>,
  name: string,
  channels: number,
): Float32Array[] {
  const mins = numbers(section.mins, `${name}.mins`, channels);
  const maxs = numbers(section.maxs, `${name}.maxs`, channels);
  return mins.map((min, k) => linearTable(min, maxs[k]!));
}

function linearTable(min: number, max: number): Float32Array {
  return Float32Array.from({ length: CODEBOOK }, (_, byte) => min + (max - min) * byte / 255);
}

/** File names, which must not lead out of the scene's own folder. */
function names(value: unknown, name: string, length: number): string[] {
  const fits = Array.isArray(value) && value.length >= length &&
    value.every((item) =>
      typeof item === "string" && /^[^/\\:]+$/.test(item) && !/^\.+$/.test(item)
    );
  if (!fits) throw new RangeError(`"${name}" must be ${length} names of files beside meta.json`);
  return value;
}
