import { Kernel } from "../../../kernel.ts";
import { checkShapes } from "../../../shape.ts";
import { Tensor } from "../../../tensor.ts";
import { philoxSnippet, philoxUniforms } from "../../../wgsl/philox.ts";
import source from "./sample_depths.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/camera/rays/sample_depths.wgsl", source, {
  include: [philoxSnippet],
});

/** How depths are drawn. */
export interface SampleDepthsOptions {
  /** Draws of each ray. */
  readonly draws?: number;
  /** Uniform numbers in [0, 1), f32 [rays, draws]; from Philox if not given. */
  readonly uniforms?: Tensor | null | undefined;
  /** Take the likeliest bins instead. */
  readonly deterministic?: boolean;
}

/**
 * Draws depth bins from the softmax of logits [..., bins], whose last bin means "nothing along this
 * ray": u32 `index` [rays, draws] into the bins, and u32 `enabled` [rays], 0 where the last bin is the
 * likeliest.
 */
export function sampleDepths(
  logits: Tensor,
  { draws = 1, uniforms, deterministic = false }: SampleDepthsOptions = {},
): { index: Tensor; enabled: Tensor } {
  const { leading: rays, bins } = checkShapes("sampleDepths", {
    logits: [logits, "...", "bins"],
  });
  checkShapes("sampleDepths", { uniforms: [uniforms, rays, draws] });
  if (deterministic && draws > bins) {
    throw new RangeError(
      `Cannot run sampleDepths: ${draws} of ${bins} bins, at most all can be taken`,
    );
  }
  const { gpu } = logits;
  const index = Tensor.empty(gpu, [rays, draws], "u32");
  const enabled = Tensor.empty(gpu, [rays], "u32");
  const drawn = deterministic || uniforms ? 0 : rays * draws;
  kernel.dispatch(
    gpu,
    { logits, uniforms: uniforms ?? logits, index, enabled },
    { rays, bins, draws, ...philoxUniforms(gpu.random.take(drawn)) },
    { threads: rays },
    { DETERMINISTIC: Number(deterministic), GIVEN: Number(Boolean(uniforms)) },
  );
  return { index, enabled };
}
