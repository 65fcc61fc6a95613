import type { ShDegree } from "../splats.ts";

/** The `meta.json` of a SOG scene of version 2. */
export interface SogMeta {
  readonly count: number;
  /** Bounds of sign(x) ln(1 + |x|) along each axis; low and high bytes of the positions. */
  readonly means: { readonly mins: number[]; readonly maxs: number[]; readonly files: string[] };
  readonly scales: { readonly codebook: Float32Array; readonly files: string[] };
  readonly quats: { readonly files: string[] };
  readonly sh0: { readonly codebook: Float32Array; readonly files: string[] };
  /** Palette of harmonics: pictures of its entries and of each Gaussian's entry. */
  readonly shN: {
    readonly count: number;
    readonly bands: ShDegree;
    readonly codebook: Float32Array;
    readonly files: string[];
  } | null;
}

/** Entries of a codebook: pictures hold its indices as bytes. */
export const CODEBOOK = 256;

/** Checks the text of a `meta.json`; throws a RangeError that names what is wrong. */
export function parseSogMeta(text: string): SogMeta {
  const json = record(JSON.parse(text), "meta.json");
  if (json.version !== 2) {
    throw new RangeError(`SOG version ${JSON.stringify(json.version)}, only 2 is supported`);
  }
  const means = record(json.means, "means");
  const [scales, quats, sh0] = ["scales", "quats", "sh0"].map((name) => record(json[name], name));
  const shN = json.shN === undefined || json.shN === null ? null : record(json.shN, "shN");
  const bands = shN?.bands;
  if (shN && bands !== 1 && bands !== 2 && bands !== 3) {
    throw new RangeError(`"shN.bands" is ${JSON.stringify(bands)}, it must be 1, 2 or 3`);
  }
  return {
    count: whole(json.count, "count", 2 ** 28),
    means: {
      mins: numbers(means.mins, "means.mins", 3),
      maxs: numbers(means.maxs, "means.maxs", 3),
      files: names(means.files, "means.files", 2),
    },
    scales: {
      codebook: codebook(scales!, "scales"),
      files: names(scales!.files, "scales.files", 1),
    },
    quats: { files: names(quats!.files, "quats.files", 1) },
    sh0: { codebook: codebook(sh0!, "sh0"), files: names(sh0!.files, "sh0.files", 1) },
    shN: shN && {
      count: whole(shN.count, "shN.count", 65536),
      bands: bands as ShDegree,
      codebook: codebook(shN, "shN"),
      files: names(shN.files, "shN.files", 2),
    },
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RangeError(`"${name}" is missing or no object`);
  }
  return value as Record<string, unknown>;
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

function codebook(section: Record<string, unknown>, name: string): Float32Array {
  return Float32Array.from(numbers(section.codebook, `${name}.codebook`, CODEBOOK));
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
