import { checkTests, modelTests } from "../../config/check_config.ts";
import {
  oneOf,
  ordered,
  positive,
  positives,
  share,
  type Test,
  whole,
  wholes,
} from "../../config/setting_tests.ts";
import { scoredClasses, type SuperOccConfig } from "./config.ts";

/** Classes that a splat of superquadrics has room for. */
const MOST_CHANNELS = 21;
/** Attention goes over heads of up to so many channels. */
const MOST_WIDTH = 64;

/** Throws one RangeError that names every setting with which no model can be made or trained. */
export function checkSuperOccConfig(
  config: SuperOccConfig,
  { labelled = false }: { readonly labelled?: boolean } = {},
): void {
  checkTests([
    ...modelTests(config, { model: "superocc", labelled, channels: MOST_CHANNELS + 1 }),
    ...queryTests(config),
    ...decoderTests(config),
    ...superquadricTests(config),
  ]);
}

function queryTests({ queries, stream, optim }: SuperOccConfig): Test[] {
  const { count, propagated, distance, frames } = queries;
  return [
    whole("queries.count", count),
    whole("queries.propagated", propagated, 0, count),
    positive("queries.distance", distance),
    whole("queries.frames", frames, 1, 64),
    whole("stream.clip", stream.clip),
    whole("stream.singleEpochs", stream.singleEpochs, 0),
    whole("stream.window", stream.window),
    // A clip's key frames come one after the other, each with a step of its own.
    oneOf("optim.batch", optim.batch, [1]),
  ];
}

function decoderTests({ decoder }: SuperOccConfig): Test[] {
  const { embedDims, refines, heads, groups } = decoder;
  const width = (parts: number) => embedDims / parts;
  const fits = (parts: number, most: number) =>
    Number.isSafeInteger(width(parts) / 4) && width(parts) <= most;
  return [
    whole("decoder.embedDims", embedDims),
    wholes("decoder.refines", refines, refines.length, 64),
    ["decoder.refines", refines, refines.length > 0, "one number at least"],
    [
      "decoder.heads",
      heads,
      fits(heads, MOST_WIDTH),
      `such that "decoder.embedDims", ${embedDims}, falls into 4, 8, ... ${MOST_WIDTH} channels each`,
    ],
    [
      "decoder.groups",
      groups,
      fits(groups, Infinity),
      `such that "decoder.embedDims", ${embedDims}, falls into a multiple of 4 channels each`,
    ],
    whole("decoder.points", decoder.points),
    whole("decoder.feedforward", decoder.feedforward),
    share("decoder.dropout", decoder.dropout),
  ];
}

function superquadricTests(config: SuperOccConfig): Test[] {
  const { gaussians, superquadrics: { u, v, unitXyz }, queries, decoder, head, loss } = config;
  const count = queries.count * (decoder.refines.at(-1) ?? 1);
  return [
    [
      "gaussians.count",
      gaussians.count,
      gaussians.count === count,
      `${count}, "queries.count" times the last of "decoder.refines"`,
    ],
    [
      "gaussians.semantics",
      gaussians.semantics,
      gaussians.semantics === scoredClasses(config),
      `${scoredClasses(config)}, the classes but the empty one`,
    ],
    ["gaussians.opacity", gaussians.opacity, gaussians.opacity, "true"],
    ordered("superquadrics.u", u, [0.01, 100]),
    ordered("superquadrics.v", v, [0.01, 100]),
    positives("superquadrics.unitXyz", unitXyz, 3),
    positive("head.scaleMultiplier", head.scaleMultiplier),
    ["head.cut", head.cut, head.cut > 0 && head.cut <= 174, "above 0, 174 at most"],
    ...(head.threshold === null ? [] : [share("head.threshold", head.threshold)]),
    positive("loss.pointsBeta", loss.pointsBeta),
  ];
}
