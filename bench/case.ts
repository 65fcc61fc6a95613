import type { Gpu } from "../gpu/device.ts";

/** Work to be timed, run once a call; what waits within is waited for, what scopes do not release is released on disposal. */
export type Work = (() => void | Promise<void>) & Partial<Disposable>;

/** One kernel, operator or stage at several sizes; a size is an object with telling names. */
// deno-lint-ignore no-explicit-any -- a table holds cases of every size type
export interface Case<Size = any> {
  readonly name: string;
  /** The sizes of the real workloads. */
  readonly sizes: readonly Size[];
  /** Sizes for software adapters; where none are given, those that take one a moment. */
  readonly small?: readonly Size[];
  /** A size that takes milliseconds: tests run it, so that no bench rots. */
  readonly tiny: Size;
  /** Makes the inputs, in the caller's scope, and returns the work. */
  readonly run: (gpu: Gpu, size: Size) => Work;
  /** Arithmetic of one run: a multiplication and an addition count as two. */
  readonly flops?: (size: Size) => number;
  /** Bytes that one run has to read and write at least. */
  readonly bytes?: (size: Size) => number;
}

// What a software adapter does in less than a second.
const SOFTWARE_FLOPS = 3e9;
const SOFTWARE_BYTES = 1e8;

/** Which of a case's sizes to run. */
export type SizeSet = "full" | "small" | "tiny";

/** A case at one size. */
export interface Row {
  /** The folder below bench/ and the case's name: `gpu/ops/nn/softmax`. */
  readonly name: string;
  /** The size in words: `rows 640000, length 18`. */
  readonly size: string;
  readonly start: (gpu: Gpu) => Work;
  readonly flops: number | null;
  readonly bytes: number | null;
}

/** The cases of one bench file, under the folder it lies in. */
export interface Group {
  readonly folder: string;
  readonly cases: readonly Case[];
}

/** Every case of the groups at each size of the set; the filter is a part of a row's name. */
export function rowsOf(groups: readonly Group[], set: SizeSet, filter = ""): Row[] {
  return groups.flatMap(({ folder, cases }) =>
    cases.flatMap((one) =>
      sizesOf(one, set).map((size) => ({
        name: `${folder}/${one.name}`,
        size: describeSize(size),
        start: (gpu: Gpu) => one.run(gpu, size),
        flops: one.flops?.(size) ?? null,
        bytes: one.bytes?.(size) ?? null,
      }))
    )
  ).filter(({ name }) => name.includes(filter));
}

function sizesOf(one: Case, set: SizeSet): readonly unknown[] {
  if (set === "tiny") return [one.tiny];
  if (set === "full") return one.sizes;
  return one.small ?? one.sizes.filter((size, i) =>
    i === 0 ||
    ((one.flops?.(size) ?? 0) <= SOFTWARE_FLOPS && (one.bytes?.(size) ?? 0) <= SOFTWARE_BYTES)
  );
}

function describeSize(size: unknown): string {
  return Object.entries(size as Record<string, unknown>)
    .map(([name, value]) => `${name} ${describeValue(value)}`)
    .join(", ");
}

/** `3`, `4x6` of a list of numbers, `4x6 2x3` of a list of lists. */
function describeValue(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.map(describeValue).join(value.some(Array.isArray) ? " " : "x");
}
