/** Is told which part of a forward pass, or share of it, has just been encoded for how many pictures. */
export type Tell = (part: string, pictures?: number, share?: number) => void;

/** Listens to nothing. */
export const silent: Tell = () => {};

/** What the parts of a picture's way through a network are called. */
export const PARTS = {
  backbone: (stage: number) => `backbone stage ${stage + 1}`,
  depths: (stage: number) => `depth network stage ${stage + 1}`,
  neck: "feature pyramid",
  start: "starting points",
  block: (block: number) => `block ${block + 1}`,
  head: "voxels",
} as const;
