import { builtin } from "../data/files/builtin.ts";

/** What this process has used so far. */
export interface ProcessUse {
  /** Most bytes of memory that were resident at once; a software adapter's buffers are among them. */
  readonly peakResident: number;
  /** Seconds of processor time of all threads. */
  readonly processorSeconds: number;
}

/** Asks the system what it counts of this process. */
export function processUse(): ProcessUse {
  // A browser does not say.
  const { maxRSS, userCPUTime, systemCPUTime } = builtin("node:process")!.resourceUsage();
  return {
    peakResident: 1024 * maxRSS,
    processorSeconds: (userCPUTime + systemCPUTime) / 1e6,
  };
}
