import { completeAnchors } from "../../config/defaults.ts";
import type { GaussianFormerConfig } from "./config.ts";

/** Settings of a checkpoint, with those that the version which wrote it did not have yet. */
export function complete(stored: GaussianFormerConfig): GaussianFormerConfig {
  const { trainAnchors = stored.lifter.kind === "learned", trainFeatures = false } = stored.lifter;
  // In their order: a run that goes on saves the very bytes of one that was not stopped.
  const lifter = Object.assign({}, stored.lifter, { trainAnchors, trainFeatures });
  return { ...completeAnchors(stored), lifter };
}
