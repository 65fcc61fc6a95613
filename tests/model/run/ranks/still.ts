import { TINY } from "../../../end_to_end/tiny_run.ts";

/** The tiny model without anything that ranks draw on their own: dropout. */
export const STILL = {
  ...TINY,
  encoder: { ...TINY.encoder, dropout: 0, attentionDropout: 0 },
};
