import type { Gpu } from "../../../gpu/device.ts";
import { noGradient } from "../../../gpu/tape.ts";
import { Initializer } from "../../../model/init.ts";
import { GaussianFormer } from "../../../model/occupancy/gaussianformer/network/gaussianformer.ts";
import type { Case, Work } from "../../case.ts";
import { filled } from "../../filled.ts";
import {
  configOfSize,
  extentsOf,
  type ModelSize,
  sizes,
  small,
  tiny,
  tinySampled,
} from "./model_size.ts";
import { rig, STAGES } from "./stage.ts";

const sampled = ({ preset }: ModelSize) => preset.startsWith("prob/");

/** A forward pass in evaluation, stage by stage and whole. */
export const cases: readonly Case<ModelSize>[] = [
  ...Object.entries(STAGES).map(([name, make]) => {
    const has = name === "sampled start" ? sampled : () => true;
    return {
      name,
      sizes: sizes.filter(has),
      small: small.filter(has),
      tiny: has(tiny) ? tiny : tinySampled,
      run(gpu: Gpu, size: ModelSize): Work {
        const { module, run } = make(gpu, configOfSize(size))!;
        module.train(false);
        return releasing(module, () => {
          using _scope = gpu.scope();
          noGradient(gpu, run);
        });
      },
    };
  }),
  {
    name: "whole",
    sizes,
    small,
    tiny,
    run(gpu: Gpu, size: ModelSize): Work {
      const config = configOfSize(size);
      const model = new GaussianFormer(new Initializer(gpu, 1), config);
      model.train(false);
      const { cameras, width, height } = extentsOf(config);
      const images = filled(gpu, [cameras, 3, height, width], -2, 2);
      const batch = { images, ...rig(gpu, config) };
      return releasing(model, () => {
        using _scope = gpu.scope();
        noGradient(gpu, () => model.forward(batch));
      });
    },
  },
];

function releasing(module: { release(): void }, body: () => void): Work {
  return Object.assign(body, { [Symbol.dispose]: () => module.release() });
}
