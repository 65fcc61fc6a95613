import { assertEquals, assertRejects } from "@std/assert";
import type { Gpu } from "../../../gpu/device.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { renderLoss } from "../../../loss/render/render_loss.ts";
import { type RenderView, viewFromAbove } from "../../../loss/render/render_view.ts";
import { renderVoxels } from "../../../loss/render/render_voxels.ts";
import { renderLoss as reference, type VoxelsF64 } from "../../reference/loss/render_loss.ts";
import { assertClose, gpuTest, noise, noiseArray } from "../../support.ts";

/** Looks along x from the middle of the grid's low side. */
const AHEAD: RenderView = {
  size: [21, 17],
  focal: [11, 12],
  centre: [10.2, 8.9],
  gridToCamera: [0, -1, 0, 0.1, 0, 0, -1, 0.2, 1, 0, 0, 3.3, 0, 0, 0, 1],
  withinPicture: true,
};
const ASIDE: RenderView = {
  ...AHEAD,
  size: [18, 19],
  gridToCamera: [-1, 0, 0, 0.4, 0, 0, -1, 0, 0, -1, 0, 3.1, 0, 0, 0, 1],
};
const ABOVE = viewFromAbove(6, { size: 20, focal: 20, centre: [2, 11] });

function scene(classes: number, empty: number, ignored = 255): VoxelsF64 {
  const size = [5, 6, 3] as const;
  const voxels = 90;
  const random = noise(7 * classes, voxels, 0, classes);
  return {
    probabilities: noiseArray(classes, [classes, voxels], 0, 1),
    opacities: noiseArray(classes + 1, [voxels], 0.02, 0.97),
    labels: Array.from(
      random,
      (value, i) => i % 11 === 3 ? ignored : i % 2 ? empty : Math.floor(value),
    ),
    empty,
    ignored,
    size,
    origin: [-2.5, -3, -1.5],
    deviation: 0.4,
  };
}

async function lossOf(gpu: Gpu, v: VoxelsF64, cameras: readonly RenderView[]) {
  const upload = ({ data, shape }: VoxelsF64["opacities"]) =>
    variable(Tensor.from(gpu, Float32Array.from(data), shape));
  const probabilities = upload(v.probabilities);
  const opacities = upload(v.opacities);
  const { labels, empty, ignored, deviation, size, origin } = v;
  const voxels = {
    probabilities,
    opacities,
    labels,
    empty,
    ignored,
    deviation,
    grid: { size, origin, cell: 1 },
  };
  const pairs = [];
  for (const view of cameras) pairs.push(await renderVoxels(voxels, view));
  return { probabilities, opacities, loss: renderLoss(pairs, await renderVoxels(voxels, ABOVE)) };
}

for (
  const [name, v, cameras] of [
    ["two cameras, empty last", scene(18, 17), [AHEAD, ASIDE]],
    ["one camera, empty first", scene(4, 0), [AHEAD]],
    ["label 0 ignored", scene(5, 4, 0), [ASIDE]],
  ] as const
) {
  gpuTest(`renderLoss: ${name}`, async (gpu) => {
    const { probabilities, opacities, loss } = await lossOf(gpu, v, cameras);
    const { image, depth, above, aboveDepth, total } = loss;
    const terms = [image, depth, above, aboveDepth, total].map((term) => term.retain());
    const actual = [];
    for (const term of terms) actual.push((await term.read("f32"))[0]!);
    assertClose(actual, reference(v, cameras, ABOVE), { atol: 1e-7, rtol: 2e-6 }, "terms");

    backward(total);
    for (
      const [what, { data }, tensor] of [
        ["probabilities", v.probabilities, probabilities],
        ["opacities", v.opacities, opacities],
      ] as const
    ) {
      const gradient = await tensor.gradient!.read("f32");
      const places = [0, 1, 2, 3, 4, 5].map((k) => Math.floor((k + 0.4) * data.length / 6));
      const slopes = places.map((at) => {
        const value = data[at]!;
        const moved = (step: number) => {
          data[at] = value + step;
          return reference(v, cameras, ABOVE)[4]!;
        };
        const slope = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        data[at] = value;
        return slope;
      });
      assertClose(places.map((at) => gradient[at]!), slopes, { atol: 2e-6, rtol: 1e-4 }, what);
    }
  });
}

gpuTest("renderLoss of true voxels that are all empty has no depth term", async (gpu) => {
  const v = { ...scene(4, 0), labels: new Array<number>(90).fill(0) };
  const { opacities, loss } = await lossOf(gpu, v, [AHEAD]);
  const terms = [loss.depth, loss.aboveDepth].map((term) => term.retain());
  backward(loss.total);
  for (const term of terms) assertEquals([...await term.read("f32")], [0]);
  assertEquals((await opacities.gradient!.read("f32")).every(Number.isFinite), true);
});

gpuTest("renderVoxels refuses labels and classes that are not there", async (gpu) => {
  const v = scene(4, 0);
  for (
    const [change, message] of [
      [{ labels: v.labels.with(7, 4) }, "the label of voxel 7 is 4, 0 to 3 or 255 are possible"],
      [{ labels: v.labels.slice(1) }, "there are 89 labels, 90 are needed"],
      [{ empty: 4 }, "the empty class is 4, 0 to 3 are possible"],
    ] as const
  ) {
    await assertRejects(() => lossOf(gpu, { ...v, ...change }, [AHEAD]), RangeError, message);
  }
  await assertRejects(() => lossOf(gpu, v, []), RangeError, "there is no camera");
});
