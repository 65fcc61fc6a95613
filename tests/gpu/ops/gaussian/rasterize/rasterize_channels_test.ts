import { assertRejects } from "@std/assert";
import { rasterizeChannels } from "../../../../../gpu/ops/gaussian/rasterize/rasterize_channels.ts";
import { backwardAll, variable } from "../../../../../gpu/tape.ts";
import { Tensor } from "../../../../../gpu/tensor.ts";
import { rasterizeChannels as reference } from "../../../../reference/gaussian/rasterize_channels.ts";
import { assertClose, narrowToo, noiseArray } from "../../../../support.ts";
import { cameraAt, randomGaussians } from "./raster_scene.ts";

const INPUTS = ["means", "opacities", "scales", "rotations"] as const;

for (const count of [1, 3, 4, 20]) {
  narrowToo(`rasterizeChannels: ${count}`, async (gpu) => {
    const { means, opacities, scales, rotations } = randomGaussians(40, 50, { size: 0.3 });
    const scene = { means, opacities, scales, rotations };
    const channels = noiseArray(41, [50, count], -1, 3);
    const background = Array.from({ length: count }, (_, c) => c / 10);
    const camera = cameraAt(30, 19);
    const draw = () => reference(scene, channels, camera, background);
    const expected = draw();
    const upload = ({ data, shape }: typeof channels) =>
      variable(Tensor.from(gpu, Float32Array.from(data), shape));
    const tensors = {
      means: upload(means),
      opacities: upload(opacities),
      scales: upload(scales),
      rotations: upload(rotations),
    };
    const columns = upload(channels);
    const drawn = (await rasterizeChannels(tensors, columns, camera, { background })).retain();
    assertClose(await drawn.read("f32"), expected.data, { atol: 2e-5, rtol: 0 }, "picture");

    const upstream = noiseArray(42, [count, 19, 30]);
    backwardAll([drawn], [Tensor.from(gpu, Float32Array.from(upstream.data), drawn.shape)]);
    const objective = () =>
      draw().data.reduce((sum, value, i) => sum + value * upstream.data[i]!, 0);
    const checked = [
      ...INPUTS.map((name) => [name, scene[name].data, tensors[name]] as const),
      ["channels", channels.data, columns] as const,
    ];
    for (const [name, data, tensor] of checked) {
      const gradient = await tensor.gradient!.read("f32");
      const places = [0, 1, 2, 3].map((k) => Math.floor((k + 0.5) * data.length / 4));
      const slopes = places.map((at) => {
        const value = data[at]!;
        const at1 = (step: number) => {
          data[at] = value + step;
          return objective();
        };
        const slope = (at1(1e-6) - at1(-1e-6)) / 2e-6;
        data[at] = value;
        return slope;
      });
      const actual = places.map((at) => gradient[at]!);
      assertClose(actual, slopes, { atol: 2e-3, rtol: 1e-3 }, `gradient of ${name}`);
    }
  });
}

narrowToo("rasterizeChannels refuses a background of another number of channels", async (gpu) => {
  const zeros = (shape: number[]) => Tensor.zeros(gpu, shape);
  const gaussians = {
    means: zeros([5, 3]),
    opacities: zeros([5]),
    scales: zeros([5, 3]),
    rotations: zeros([5, 4]),
  };
  await assertRejects(
    () => rasterizeChannels(gaussians, zeros([5, 4]), cameraAt(8, 8), { background: [0, 0, 0] }),
    RangeError,
    '"channels" must be [5, 3], got [5, 4]',
  );
});
