import { concat } from "../../../gpu/ops/array/move/concat.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { noTrace, type Trace } from "./trace.ts";

/** Whether the pictures may go through a network one after the other. */
export interface Apart {
  readonly training: boolean;
  readonly trace: Trace;
}

/**
 * Runs `body` on the pictures [cameras, ...], and joins what it makes of them along the first axis:
 * on a processor that plays GPU one by one, which takes a sixth of the memory and shows how far it
 * is. A real GPU, a batch norm's statistics and a trace want them all at once.
 */
export function pictureByPicture(
  images: Tensor,
  { training, trace }: Apart,
  body: (images: Tensor) => Tensor,
): Tensor {
  const { gpu, rows } = images;
  const apart = !gpu.tuning.picturesTogether && !gpu.tape.recording && !training &&
    trace === noTrace;
  if (!apart) return gpu.tidy(() => body(images));
  return gpu.tidy(() =>
    concat(
      Array.from(
        { length: rows },
        (_, camera) => gpu.tidy(() => body(slice(images, 0, camera, camera + 1))),
      ),
    )
  );
}
