import { basename } from "@std/path";
import { watchFiles } from "../../data/mod.ts";
import type { Terminal } from "./terminal.ts";

// Smaller files take no second to read.
const LARGE = 32e6;
const MEGABYTE = 1e6;

/** Runs a job and shows how far it is with every large file that it reads or writes. */
export async function withFileProgress<T>(
  { progress }: Terminal,
  job: () => T | Promise<T>,
): Promise<T> {
  let shown: string | null = null;
  const done = new Map<string, number>();
  const finish = () => {
    if (shown !== null) progress.draw({ type: "finished" });
    shown = null;
  };
  const advance = (label: string, bytes: number, total?: number) => {
    const sum = (done.get(label) ?? 0) + bytes;
    done.set(label, sum);
    // What is written is not known to be large before it is.
    if ((total ?? sum) < LARGE) return;
    if (shown !== label) {
      finish();
      shown = label;
      const size = total === undefined ? {} : { total: Math.ceil(total / MEGABYTE) };
      const before = Math.floor((sum - bytes) / MEGABYTE);
      progress.draw({ type: "started", label, unit: "MB", done: before, ...size });
    }
    // A file may be read twice, first its directory.
    const read = Math.min(sum, total ?? sum);
    progress.draw({ type: "step", done: Math.floor(read / MEGABYTE) });
  };
  try {
    return await watchFiles({
      read: (file, bytes, size) => advance(`reading ${basename(file)}`, bytes, size),
      written: (file, bytes) => advance(`writing ${basename(file)}`, bytes),
    }, job);
  } finally {
    finish();
  }
}
