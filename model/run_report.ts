import { writeRunReport } from "./gaussianformer/run/run_report.ts";
import { isSplatModel, writeSplatReport } from "./splat/splat_report.ts";

/** Writes one HTML page about a run of any kind: GaussianFormer's, a demo's, a splat model's. */
export function writeReport(folder: string, path?: string): string {
  try {
    Deno.statSync(folder);
  } catch (cause) {
    throw new Error(`Cannot report on "${folder}": there is no such folder`, { cause });
  }
  return isSplatModel(folder) ? writeSplatReport(folder, path) : writeRunReport(folder, path);
}
