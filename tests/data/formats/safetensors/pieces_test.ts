import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readSafetensors, writeSafetensors } from "../../../../data/formats/safetensors.ts";
import { readSafetensorsRows } from "../../../../data/formats/safetensors/read_rows.ts";
import { writeSafetensorsFrom } from "../../../../data/formats/safetensors/write_pieces.ts";
import type { NdArray } from "../../../../data/formats/nd_array.ts";

const VALUES = Float32Array.from({ length: 10 }, (_, i) => i - 4.5);
const WORDS = Uint32Array.of(7, 0xffffffff);
const OTHERS: [string, NdArray][] = [["words", { dtype: "uint32", shape: [2], data: WORDS }]];

async function* piecesOf(...cuts: number[]) {
  for (const [i, end] of cuts.entries()) {
    yield await Promise.resolve(VALUES.subarray(cuts[i - 1] ?? 0, end));
  }
}

/** Rows none of which are wanted. */
const none = () => [2, 2] as const;

Deno.test("a file written piece by piece reads as one written at once, checksums too", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const [pieced, whole] = ["pieced", "whole"].map((name) => join(folder, `${name}.safetensors`));
    const metadata = { note: "x" };
    await writeSafetensorsFrom(
      pieced!,
      new Map([
        ["rows", { shape: [5, 2], pieces: () => piecesOf(1, 6, 6, 10) }],
        ["none", { shape: [0, 3], pieces: () => piecesOf() }],
      ]),
      { others: OTHERS, metadata },
    );
    writeSafetensors(
      whole!,
      [
        ...OTHERS,
        ["rows", { dtype: "float32", shape: [5, 2], data: VALUES }],
        ["none", { dtype: "float32", shape: [0, 3], data: new Float32Array(0) }],
      ],
      metadata,
      { checksums: true },
    );
    const [ours, theirs] = [readSafetensors(pieced!), readSafetensors(whole!)];
    assertEquals(ours.metadata, theirs.metadata);
    assertEquals(
      [...ours.tensors].sort(([a], [b]) => a < b ? -1 : 1),
      [...theirs.tensors].sort(([a], [b]) => a < b ? -1 : 1),
    );
    const some = readSafetensorsRows(pieced!, ({ tensors }) => (name) => {
      assertEquals(tensors.get("rows")!.shape, [5, 2]);
      return name === "rows" ? [1, 4] : null;
    });
    assertEquals(some.metadata, metadata);
    assertEquals(some.tensors.get("rows"), {
      dtype: "float32",
      shape: [3, 2],
      data: VALUES.slice(2, 8),
    });
    for (const name of ["words", "none"]) {
      assertEquals(some.tensors.get(name), ours.tensors.get(name));
    }
    // A bit that has changed since is noticed.
    const bytes = Deno.readFileSync(pieced!);
    bytes[bytes.length - 1]! ^= 1;
    Deno.writeFileSync(whole!, bytes);
    for (const read of [readSafetensors, (path: string) => readSafetensorsRows(path, () => none)]) {
      assertThrows(() => read(whole!), SyntaxError, "its bytes have changed");
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("pieces that are too few, or an end in between, leave the old file", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "a.safetensors");
    writeSafetensors(path, OTHERS);
    const before = Deno.readFileSync(path);
    const write = (pieces: () => AsyncIterable<Float32Array>) =>
      writeSafetensorsFrom(path, new Map([["rows", { shape: [5, 2], pieces }]]), {
        others: [],
        metadata: {},
      });
    await assertRejects(() => write(() => piecesOf(9)), Error, "its pieces have");
    await assertRejects(
      () =>
        write(async function* () {
          yield* piecesOf(4);
          throw new Error("rank 1 is gone");
        }),
      Error,
      "rank 1 is gone",
    );
    assertEquals(Deno.readFileSync(path), before);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["a.safetensors"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
