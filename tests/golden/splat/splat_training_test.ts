import { assert } from "@std/assert";
import { gpuTest } from "../../support.ts";
import { assertCurve, LOSS_LIMITS } from "./splat_curve.ts";
import { hasRun, readCurve, repeatRun } from "./splat_run.ts";

// The first iterations of the reference's runs; tests/long/ has all of them.
const SHORT: Readonly<Record<string, number>> = {
  det30_test23: 10,
  det30_chair_E: 10,
  det30sh3_test23: 9,
  // The first densification is at iteration 40.
  det200clone_test23: 50,
};

for (const [run, limit] of Object.entries(SHORT)) {
  if (!hasRun(run)) {
    console.log(`skipped: the trajectory "${run}" is not there`);
    continue;
  }
  gpuTest(`training ${run}: ${limit} iterations`, async (gpu) => {
    const curve = readCurve(run);
    const { rows, events } = await repeatRun(gpu, run, { limit });
    // Nothing is looser than the description asks; the cloning run has 3e-4 to its end.
    const worst = assertCurve(rows, curve, { limits: [...LOSS_LIMITS, [200, 3e-4]] });
    console.log(`  ${rows.length} iterations, loss off by at most ${worst.toExponential(1)}`);
    const [tested] = events.flatMap((event) =>
      event.type === "evaluated" && event.set === "test" ? [event] : []
    );
    assert(tested);
    const means = curve.test["1"]!.mean;
    const { PSNR, SSIM, PSNR_report } = (means.gt ?? means.composited)!;
    const { psnr, ssim, channelPsnr } = tested!.metrics.mean;
    // A byte that rounds the other way moves them by 1e-5 or so.
    assert(Math.abs(psnr - PSNR!) < 1e-4, `PSNR ${psnr}, ${PSNR} expected`);
    assert(Math.abs(channelPsnr - PSNR_report!) < 1e-5, `${channelPsnr}, ${PSNR_report} expected`);
    assert(Math.abs(ssim - SSIM!) < 3e-5, `SSIM ${ssim}, ${SSIM} expected`);
  });
}
