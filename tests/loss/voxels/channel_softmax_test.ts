import { channelSoftmax } from "../../../loss/voxels/channel_softmax.ts";
import { channelSoftmax as reference } from "../../reference/loss/cross_entropy.ts";
import { checkOp, gpuTest, noiseArray } from "../../support.ts";

for (const [classes, voxels] of [[1, 1], [1, 9], [18, 1], [18, 131], [7, 64]] as const) {
  gpuTest(`channelSoftmax [${classes}, ${voxels}]`, (gpu) =>
    checkOp(gpu, {
      inputs: [noiseArray(14, [classes, voxels], -6, 6)],
      op: channelSoftmax,
      reference,
      gradientTolerance: { atol: 1e-6, rtol: 1e-4 },
    }));
}
