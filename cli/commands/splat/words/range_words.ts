import type { VoxelRange } from "../../../../model/splat/mod.ts";
import { UsageError } from "../../../command_line/usage_error.ts";

/** `--range`, but for its help. */
export const RANGE_OPTION = { type: "string", value: "X0 Y0 Z0 X1 Y1 Z1" } as const;

const COUNT = 6;

/** The words with the six of `--range` as one. */
export function joinRange(words: readonly string[]): string[] {
  const at = words.indexOf("--range");
  if (at < 0 || words[at + 1]?.includes(",")) return [...words];
  const corner = words.slice(at + 1, at + 1 + COUNT);
  return [...words.slice(0, at), `--range=${corner.join(",")}`, ...words.slice(at + 1 + COUNT)];
}

/** A box from the word of `--range`. */
export function readRange(text: string): VoxelRange {
  const numbers = text.split(",").map((word) => word.trim() === "" ? NaN : Number(word));
  const ordered = numbers.every((value, i) => i >= COUNT / 2 || value < numbers[i + COUNT / 2]!);
  if (numbers.length !== COUNT || !numbers.every(Number.isFinite) || !ordered) {
    throw new UsageError(
      `Cannot read "--range ${
        text.replaceAll(",", " ")
      }": it must be six numbers X0 Y0 Z0 X1 Y1 Z1, the first corner below the second`,
    );
  }
  return numbers as unknown as VoxelRange;
}
