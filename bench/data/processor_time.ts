import { processUse } from "../../model/process_use.ts";

/** Processor time of this process so far: unlike the clock it does not count who else uses the machine. */
export function processorMs(): number {
  return 1000 * processUse().processorSeconds;
}
