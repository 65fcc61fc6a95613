import { runsOf } from "../../gpu/binding/limit.ts";
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
// Ranks that are sorted at once: a street scene's 640 000 voxels go class by class, the demo's together.
const MOST_RANKS = 1 << 20;

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
  // As many classes at a time as memory is to grow by: a class that no voxel has sorts nothing.
  const most = Math.max(1, Math.floor(MOST_RANKS / Math.max(1, voxels)));
  for (const { first: first_class, count: classes } of runsOf(voxels ? channels : 0, most)) {
    using _classes = gpu.scope();
    const keys = Tensor.empty(gpu, [classes, voxels], "u32");
    const values = Tensor.empty(gpu, [classes, voxels], "u32");
    const sizes = Tensor.empty(gpu, [classes + 1], "u32");
    const some = { voxels, first_class, classes };
    const work = { threads: keys.size };
    keysKernel.dispatch(
      gpu,
      { probs, labels: targets, places, voxel_of: voxelOf, counts, sizes, keys, values },
      { ...some, channels, ignore },
      work,
    );
    const { values: order } = radixSort(keys, values, {
      bits: KEY_BITS,
      segments: classes,
      count: sizes.window(0, classes),
    });
    const hits = Tensor.empty(gpu, [keys.size], "u32");
    hitsKernel.dispatch(gpu, { labels: targets, sizes, order, hits }, some, work);
    const hits_before = exclusiveScan(hits);
    ranksKernel.dispatch(
      gpu,
      { probs, labels: targets, counts, sizes, order, hits_before, partials, dprobs: unused },
      some,
      { groups: [groups, classes] },
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
