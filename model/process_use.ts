/** What this process has used so far; null where the system does not tell. */
export interface ProcessUse {
  /** Most bytes of memory that were resident at once; a software adapter's buffers are among them. */
  readonly peakResident: number | null;
  /** Seconds of processor time of all threads. */
  readonly processorSeconds: number | null;
}

/** Reads what Linux keeps about this process. */
export function processUse(): ProcessUse {
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readProc("status"));
  // After the name, which may hold blanks: fields 14 and 15, user and system time in ticks of 10 ms.
  const fields = readProc("stat").split(") ").at(-1)!.split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    peakResident: peak ? 1024 * Number(peak[1]) : null,
    processorSeconds: Number.isFinite(ticks) ? ticks / 100 : null,
  };
}

function readProc(name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/${name}`);
  } catch {
    return "";
  }
}
