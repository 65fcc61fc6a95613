import { checkAnchorConfig } from "../../config/check_anchor_config.ts";
import { notNegative, oneOf, type Test, whole, wholes } from "../../config/setting_tests.ts";
import type { GaussianWorldConfig } from "./config.ts";

/** Throws one RangeError that names every setting with which no GaussianWorld can be made or trained. */
export function check(
  config: GaussianWorldConfig,
  { labelled }: { readonly labelled?: boolean } = {},
): void {
  checkAnchorConfig(config, {
    model: "gaussianworld",
    labelled,
    heads: ["additive"],
    lifters: ["learned"],
    orders: ["world"],
    refinements: ["residual"],
    more: [...partTests(config), ...streamTests(config)],
  });
}

/** What other models may choose and this one may not. */
function partTests(
  { gaussians, task, encoder, lifter, head, optim, stream }: GaussianWorldConfig,
): Test[] {
  return [
    oneOf("gaussians.semantics", gaussians.semantics, [task.classes.length - 1]),
    oneOf("gaussians.opacity", gaussians.opacity, [true]),
    oneOf("encoder.residual", encoder.residual, ["cat"]),
    oneOf("encoder.semanticsActivation", encoder.semanticsActivation, ["softplus"]),
    whole("encoder.convolutions", encoder.convolutions, 1, 1000),
    oneOf("lifter.trainFeatures", lifter.trainFeatures, [false]),
    [
      "head.empty",
      head.kind === "additive" && head.empty,
      head.kind === "additive" && !!head.empty,
      "a mean and a scale",
    ],
    // A clip's key frames come one after the other, each with a step of its own.
    ...(stream.train ? [oneOf("optim.batch", optim.batch, [1])] : []),
  ];
}

function streamTests({ stream, encoder }: GaussianWorldConfig): Test[] {
  const { forget, temporalBlocks } = stream;
  const stages = Array.isArray(forget) && forget.length > 0 &&
    forget.every((stage) =>
      Array.isArray(stage) && stage.length === 2 && stage[0] >= 0 && stage[0] <= 1 &&
      Number.isSafeInteger(stage[1]) && stage[1] > 0
    );
  return [
    whole("stream.clip", stream.clip),
    whole("stream.window", stream.window),
    ["stream.forget", forget, stages, "a list of [chance from 0 to 1, epochs]"],
    whole("stream.temporalBlocks", temporalBlocks, 0, encoder.blocks),
    notNegative("stream.temporalScale", stream.temporalScale),
    notNegative("stream.dynamicScale", stream.dynamicScale),
    whole("stream.moving", stream.moving, 0),
    wholes("stream.prior", stream.prior, 3, 10_000),
    whole("stream.priorSeed", stream.priorSeed, 0),
    oneOf("stream.fallback", stream.fallback, ["original", "whole"]),
  ];
}
