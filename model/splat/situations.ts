import type { SplatConfig } from "./config.ts";

/** What a capture is of, and with what it was taken. */
export type SituationName = "phone" | "object" | "drone" | "indoor" | "fisheye" | "synthetic";

/** Settings that suit a situation. */
export interface Situation {
  /** Which one it is, in a line. */
  readonly summary: string;
  /** What it sets otherwise than the trainer does. */
  readonly settings: Partial<SplatConfig>;
}

/** Settings by situation, by the name that `--for` takes; each shows only what it changes. */
export const SITUATIONS: Readonly<Record<SituationName, Situation>> = {
  phone: {
    summary: "photos by a phone or camera that chose exposure and white balance",
    settings: { appearance: "ppisp", lenses: "native", masks: "use" },
  },
  object: {
    summary: "a thing that was cut out or masked, seen from all around",
    settings: { lenses: "native", masks: "use", random_background: true },
  },
  drone: {
    summary: "a place from the air, near and far, in changing light",
    settings: {
      appearance: "ppisp",
      lenses: "native",
      principal_point: "use",
      strategy: "absgrad",
      antialiasing: true,
    },
  },
  indoor: {
    summary: "rooms: lamps and windows, walls without texture",
    settings: {
      appearance: "ppisp",
      lenses: "native",
      strategy: "mcmc",
      max_gaussians: 1_500_000,
    },
  },
  fisheye: {
    summary: "action cameras and other wide lenses",
    settings: { appearance: "ppisp", lenses: "native", resolution: 1, antialiasing: true },
  },
  synthetic: {
    summary: "renderings with alpha over white, as NeRF's synthetic scenes",
    settings: { white_background: true, eval: true, resolution: 1 },
  },
};
