import { writeRunReport } from "./occupancy/run/run_report.ts";
import type { WrittenReport } from "./report/written_report.ts";
import { isSplatModel, writeSplatReport } from "./splat/splat_report.ts";

/** Writes one HTML page about a run of any kind: GaussianFormer's, a demo's, a splat model's. */
export function writeReport(folder: string, path?: string): WrittenReport {
  checkFolder(folder);
  return isSplatModel(folder) ? writeSplatReport(folder, path) : writeRunReport(folder, path);
}

function checkFolder(folder: string): void {
  try {
    if (Deno.statSync(folder).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Error(
    `Cannot report on "${folder}": there is no such folder, that of train, demo or splat train is needed`,
  );
}
