import { readText } from "../../../data/files/door.ts";
import type { Figures } from "../evaluation/figures.ts";
import { shippedFile } from "./shipped_models.ts";

/** What is to be known of a shipped model, beside its checkpoint: how it was made and how well it does. */
export interface ModelCard {
  /** Settings of the network. */
  readonly preset: string;
  /** SHA-256 of the checkpoint. */
  readonly sha256: string;
  /** Its bytes. */
  readonly bytes: number;
  /** Under which it may be used: that of the project, for its data are made here too. */
  readonly licence: string;
  /** The command that made it. */
  readonly recipe: string;
  /** Of voxsplat, Deno and the adapter at the end of the training. */
  readonly made: { readonly version: string; readonly deno: string; readonly adapter: string };
  /** What it learned from. */
  readonly training: StreetSet & { readonly steps: number; readonly seed: number };
  /** On validation streets while it learned. */
  readonly curve: readonly CurvePoint[];
  /** On streets of another seed, after it had been rounded to what is shipped. */
  readonly test: TestFigures;
}

/** Streets that `writeSyntheticDataset` makes. */
export interface StreetSet {
  /** Of the streets. */
  readonly streets: number;
  /** How many. */
  readonly scenes: number;
}

/** An evaluation during the training, percent. */
export interface CurvePoint extends Pick<Figures, "miou" | "iou"> {
  /** Steps done. */
  readonly step: number;
}

/** Figures of a model beside those of each voxel's most frequent class over the training streets. */
export interface TestFigures extends StreetSet {
  /** The model's. */
  readonly model: Figures;
  /** Percent by the class's name; null where it occurs neither in labels nor predictions. */
  readonly classes: Readonly<Record<string, number | null>>;
  /** The baseline's. */
  readonly baseline: Figures;
}

/** The card of a shipped model, by its name. */
export function readModelCard(name: string): ModelCard {
  const file = shippedFile(name);
  if (file === null) {
    throw new RangeError(`Cannot read a card: no shipped model is called "${name}"`);
  }
  return JSON.parse(readText(cardOf(file)));
}

/** Where the card of a checkpoint lies. */
export function cardOf(checkpoint: string): string {
  return checkpoint.replace(/\.safetensors$/, ".json");
}
