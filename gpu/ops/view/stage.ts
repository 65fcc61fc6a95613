import type { Snippet } from "../../kernel.ts";
import type { Vector } from "./vector3.ts";
import source from "./stage.wgsl" with { type: "text" };

/** What a scene stands on: lines on the ground with an arrow ahead, and the car below the origin. */
export interface Stage {
  /** Height of the ground, metres. */
  readonly ground: number;
  /** Where lines are drawn: low x and y, high x and y, metres. */
  readonly bounds: readonly [number, number, number, number];
  /** Metres between lines; those through the origin are among them. */
  readonly spacing: number;
}

/** The snippet that draws a stage, for kernels that follow rays. */
export const stageSnippet: Snippet = { path: "gpu/ops/view/stage.wgsl", source };

/** What a kernel of that snippet takes: without a stage the lines are 0 metres apart, and nothing is drawn. */
export function stageUniforms(
  stage: Stage | undefined,
  { position: [x, y, z], tangents, width }: {
    readonly position: Vector;
    readonly tangents: readonly [number, number];
    readonly width: number;
  },
) {
  return {
    standing: [x, y, z - (stage?.ground ?? 0)],
    bounds: stage?.bounds ?? [0, 0, 0, 0],
    spacing: stage?.spacing ?? 0,
    footprint: 2 * tangents[0] / width,
  };
}
