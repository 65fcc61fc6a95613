import type { Module } from "../../../model/module.ts";
import { writeCheckpoint } from "../../../model/run/checkpoint.ts";
import { CheckpointFolder } from "../../../model/run/checkpoint_folder.ts";

/** State of a made-up run of GaussianFormer, but for version, kind and step. */
export const STATE = {
  preset: "demo",
  config: { optim: { lr: 0.1 } },
  seed: 5,
  random: { seed: 5, counter: 345 },
  position: { epoch: 1, index: 2 },
};

/** Saves a module as a run does that goes on from what is in the folder. */
export async function saveModule(
  folder: string,
  module: Module,
  step: number,
  { keep = 0, resumed }: { readonly keep?: number; readonly resumed?: string } = {},
): Promise<string> {
  const checkpoints = new CheckpointFolder(folder, "occupancy", keep);
  checkpoints.begin(resumed);
  const path = checkpoints.pathOf(step);
  const parameters = { parameters: () => [...module.namedParameters()] };
  await writeCheckpoint(path, parameters, { step, kind: "occupancy", state: { json: STATE } });
  checkpoints.add(path);
  return path;
}
