import { Kernel } from "../../gpu/kernel.ts";
import { radixSort } from "../../gpu/parallel/radix_sort.ts";
import { exclusiveScan } from "../../gpu/parallel/scan.ts";
import { checkShapes } from "../../gpu/shape.ts";
import { record } from "../../gpu/tape.ts";
import { Tensor } from "../../gpu/tensor.ts";
import { reduceSnippet } from "../../gpu/wgsl/reduce.ts";
import { scaled } from "../scaled.ts";
import { EXCLUDED, type Mask, maskedLabels } from "../voxels/masked_labels.ts";
import { partialGroups } from "../voxels/weighted_mean.ts";
import compactSource from "./lovasz_compact.wgsl" with { type: "text" };
import hitsSource from "./lovasz_hits.wgsl" with { type: "text" };
import keptSource from "./lovasz_kept.wgsl" with { type: "text" };
import keysSource from "./lovasz_keys.wgsl" with { type: "text" };
import ranksSource from "./lovasz_ranks.wgsl" with { type: "text" };
import totalSource from "./lovasz_total.wgsl" with { type: "text" };

const include = [reduceSnippet];
const keptKernel = new Kernel("loss/overlap/lovasz_kept.wgsl", keptSource);
const compactKernel = new Kernel("loss/overlap/lovasz_compact.wgsl", compactSource);
const keysKernel = new Kernel("loss/overlap/lovasz_keys.wgsl", keysSource);
const hitsKernel = new Kernel("loss/overlap/lovasz_hits.wgsl", hitsSource);
const ranksKernel = new Kernel("loss/overlap/lovasz_ranks.wgsl", ranksSource, { include });
const totalKernel = new Kernel("loss/overlap/lovasz_total.wgsl", totalSource, { include });

// An error is not negative, so its sign bit never differs.
const KEY_BITS = 31;

/**
 * Lovász-softmax loss (Berman et al. 2018) over all voxels, mean over the classes that labels have:
 * probs [classes, voxels] (channels first), labels u32 [voxels]. Voxels labelled `ignore` or masked
 * take no part; labels past the classes are background to every class. Equal errors rank by voxel.
 * Where no voxel takes part the loss is 0.
 */
export function lovaszSoftmax(
  probs: Tensor,
  labels: Tensor,
  { ignore = EXCLUDED, mask }: { ignore?: number; mask?: Mask } = {},
): Tensor {
  const { channels, voxels } = checkShapes("lovaszSoftmax", {
    probs: [probs, "channels", "voxels"],
    labels: [labels, "voxels"],
    mask: [mask, "voxels"],
  });
  const { gpu } = probs;
  const loss = Tensor.empty(gpu, []);
  const wanted = gpu.tape.recording && probs.requiresGradient;
  const gradient = wanted ? Tensor.zeros(gpu, probs.shape) : null;
  using _temporaries = gpu.scope();
  const targets = maskedLabels(labels, mask);
  const { places, voxelOf, counts } = compact(targets, channels, ignore);
  const groups = partialGroups(voxels);
  const partials = Tensor.zeros(gpu, [channels, groups]);
  const unused = gradient ?? Tensor.empty(gpu, [1]);
  const size = Tensor.empty(gpu, [1], "u32");
  const work = { threads: voxels };
  // One class after the other, so that memory does not grow with their number. A class that no
  // voxel has sorts nothing.
  for (let class_index = 0; class_index < channels; class_index++) {
    if (class_index === ignore || voxels === 0) continue;
    using _class = gpu.scope();
    const keys = Tensor.empty(gpu, [voxels], "u32");
    const values = Tensor.empty(gpu, [voxels], "u32");
    keysKernel.dispatch(
      gpu,
      { probs, labels: targets, places, voxel_of: voxelOf, counts, size, keys, values },
      { voxels, class_index },
      work,
    );
    const { values: order } = radixSort(keys, values, { bits: KEY_BITS, count: size });
    const hits = Tensor.empty(gpu, [voxels], "u32");
    hitsKernel.dispatch(gpu, { labels: targets, size, order, hits }, { class_index, voxels }, work);
    const hits_before = exclusiveScan(hits);
    ranksKernel.dispatch(
      gpu,
      { probs, labels: targets, counts, size, order, hits_before, partials, dprobs: unused },
      { class_index, voxels, channels },
      { groups },
      { GRADIENT: gradient ? 1 : 0 },
    );
  }
  totalKernel.dispatch(gpu, { partials, loss }, { size: partials.size }, { groups: 1 });
  return record("lovaszSoftmax", [probs], loss, (dy) => {
    const dprobs = scaled(gradient!, dy);
    gradient!.release();
    return [dprobs];
  });
}

/**
 * The voxels that take part, packed, so that the sorts are as long as needed: nine tenths of a
 * nuScenes scene are empty. `places` [voxels + 1] ends with how many they are.
 */
function compact(labels: Tensor, channels: number, ignore: number) {
  const { gpu, size: voxels } = labels;
  const kept = Tensor.empty(gpu, [voxels], "u32");
  keptKernel.dispatch(gpu, { labels, kept }, { voxels, ignore }, { threads: voxels });
  const places = exclusiveScan(kept, { total: true });
  const voxelOf = Tensor.empty(gpu, [voxels], "u32");
  const counts = Tensor.zeros(gpu, [channels], "u32");
  compactKernel.dispatch(
    gpu,
    { labels, places, voxel_of: voxelOf, counts },
    { voxels, channels },
    { threads: voxels },
  );
  return { places, voxelOf, counts };
}
