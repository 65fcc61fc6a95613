import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { scale } from "../../../gpu/ops/array/elementwise/unary.ts";
import { rasterizeRecords } from "../../../gpu/ops/gaussian/rasterize/records/rasterize_records.ts";
import { shownBackward } from "../../../gpu/ops/gaussian/rasterize/records/screen_records.ts";
import type { RasterGradients } from "../../../gpu/ops/gaussian/rasterize/rasterize.ts";
import { accumulate, backward, noGradient, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { rasterOptions } from "../draw.ts";
import type { Group } from "../gaussians.ts";
import type { Shot } from "../scene/shot.ts";
import type { ViewSums } from "../training/batch/view_sums.ts";
import type { SplatTraining } from "../training/splat_training.ts";
import { brokenOf, gaussianTerms, learnFrom, type StepInputs } from "../training/train_step.ts";
import { type DrawnView, gradientsOf, joinRecords, packGradients } from "./record_blocks.ts";
import { showViews } from "./shown_views.ts";

/** The gradient of each parameter. */
const GRADIENTS: Readonly<Record<Group, keyof RasterGradients>> = {
  xyz: "dmeans",
  featuresDc: "ddc",
  featuresRest: "drest",
  opacity: "dopacities",
  scaling: "dscales",
  rotation: "drotations",
};

/**
 * A step of Gaussians that are spread over ranks: each shows its own to every view, draws its own views of
 * all that is seen in them, and sends the gradients back to where the Gaussians are. `shots` are those of
 * all views by rank; `own` makes what each of this rank's views needs, when it is its turn: a walk back
 * leaves nothing of what was recorded before it.
 */
export async function stepInParts(
  training: SplatTraining,
  sums: ViewSums,
  { shots, own }: {
    readonly shots: readonly (readonly Shot[])[];
    readonly own: readonly (() => Promise<StepInputs>)[];
  },
): Promise<void> {
  const { gpu, gaussians, parts: { ranks }, options: { config } } = training;
  const options = rasterOptions(config);
  const inputs = gaussians.inputs();
  const cameras = shots.map((ofRank) => ofRank.map((shot) => training.cameraOf(shot)));
  const { shown, arrived } = await showViews(gpu, inputs, { cameras, ranks, options });
  const drawn: (DrawnView | null)[] = [];
  for (const [view, inputsOf] of own.entries()) {
    using _view = gpu.scope();
    const step = await inputsOf();
    drawn.push(await drawView(training, sums, { arrived, view, views: own.length, step }));
  }
  const learned = drawn.filter((view) => view !== null);
  // What learns alone lets the Gaussians rest.
  if (learned.length < drawn.length) return;
  const returned = await ranks.exchange(packGradients(learned, ranks.size));
  for (const [rank, views] of shown.entries()) {
    const counts = views.map(({ rows }) => rows.size);
    const results = gradientsOf(returned[rank]!, counts);
    for (const [v, { rows, records, radii }] of views.entries()) {
      using _view = gpu.scope();
      const camera = training.cameraOf(shots[rank]![v]!);
      const { gradients, broken } = results[v]!;
      const all = noGradient(gpu, () =>
        shownBackward(inputs, camera, {
          rows,
          records,
          sums: Tensor.from(gpu, gradients, [rows.size, 12]),
        }, options));
      for (const [name, parameter] of gaussians.groups()) {
        const gradient = all[GRADIENTS[name]];
        if (gradient) accumulate(parameter.gradient!, gradient);
      }
      if (camera.pose) backward(camera.pose, all.dpose!);
      const screen = training.strategy.watches === "magnitude" ? all.dmagnitude : all.dscreen;
      sums.count({ screen, radii, broken: Tensor.from(gpu, Uint32Array.of(Number(broken))) });
    }
  }
  const terms = gaussianTerms(training);
  if (!terms.length) return;
  // Means over all Gaussians are the parts' means by how many each has.
  const share = gaussians.count / training.parts.total;
  const loss = scale(terms.reduce((sum, term) => add(sum, term)), share);
  backward(loss.retain());
  sums.addLoss(loss);
}

/** Draws one of this rank's views and walks back to what was seen in it; null where that rests. */
async function drawView(
  training: SplatTraining,
  sums: ViewSums,
  { arrived, view, views, step }: {
    readonly arrived: readonly Float32Array[];
    readonly view: number;
    readonly views: number;
    readonly step: StepInputs;
  },
): Promise<DrawnView | null> {
  const { gpu, strategy, options: { config } } = training;
  const { records, lengths } = joinRecords(gpu, arrived, { view, views });
  const onScreen = step.alone ? null : variable(Tensor.empty(gpu, [records.radii.size, 12]));
  const drawn = rasterizeRecords(records, step.shot.camera, {
    ...rasterOptions(config),
    background: step.background,
    capacity: step.capacity.capacity,
    onScreen,
    magnitudes: strategy.watches === "magnitude",
  });
  const { loss, l1 } = learnFrom(training, step, drawn);
  const { frame } = drawn;
  const broken = brokenOf(frame);
  sums.add({ loss, l1, frame, radii: null, screen: null, seen: null, broken });
  return onScreen && {
    gradients: await onScreen.gradient!.read("f32"),
    lengths,
    broken: (await broken.read("u32"))[0] !== 0,
  };
}
