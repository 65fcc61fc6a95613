/** How much memory there is, and who says so. */
export interface MemoryLimit {
  /** What may be used. */
  readonly bytes: number;
  /** As it reads in a sentence: "llvmpipe has", "--memory-limit allows". */
  readonly source: string;
}

/** A byte count in GiB, or in MiB where it is small. */
export function gibibytes(bytes: number): string {
  return bytes < 2 ** 30
    ? `${(bytes / 2 ** 20).toFixed(1)} MiB`
    : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
