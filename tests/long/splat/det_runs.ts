import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readSplats } from "../../../data/splats/read_splats.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import { assertCurve, LOSS_LIMITS, type LossLimits } from "../../golden/splat/splat_curve.ts";
import { readCurve, type ReferenceCurve, RUNS } from "../../golden/splat/splat_run.ts";
import { canRepeat, type CommandRun, trainByCommand } from "./command_run.ts";

/** Sums of absolute movement of parameters agree so well, of those that rounding does not drive. */
const MOVED = 1e-3;

/** What the description asks of a run beyond its first thirty iterations. */
interface Expected {
  /** Words besides the flags of the original. */
  readonly words?: readonly string[];
  readonly limits?: LossLimits;
  /** Largest difference of counts. */
  readonly counts?: number;
}

const CLONES: LossLimits = [...LOSS_LIMITS, [Infinity, 3e-4]];

const RUNS_OF_README: Readonly<Record<string, Expected>> = {
  det30_test23: {},
  det30_chair_R: { words: ["--alpha", "mask"] },
  det30_chair_E: {},
  det30_lightfield9: {},
  // A unit in the last place of the start moves the loss by 1.4e-5 at iteration 1 and by 1.2e-4 at 10:
  // depths of trained Gaussians are closer than that, and which is in front decides. Ours stays below
  // 1e-5 up to 10 with the matrices that the reader makes.
  det30sh3_test23: {},
  det200clone_test23: { limits: CLONES },
  // The reset of the white background at 20 amplifies rounding.
  det100clone_chair_E: { limits: [[1, 3e-6], [30, 1e-4], [Infinity, 1e-3]], counts: 1e-3 },
  det110split_test23: { limits: [...LOSS_LIMITS, [Infinity, 3e-3]], counts: 3e-3 },
};

for (const [run, expected] of Object.entries(RUNS_OF_README)) {
  if (!canRepeat(run)) continue;
  const fn = async () => {
    const order = ["--init-ply", join(RUNS, run, "init.ply")];
    order.push("--view-order", join(RUNS, run, "views.txt"));
    await trainByCommand(run, [...order, ...expected.words ?? []], async (result) => {
      const curve = readCurve(run);
      assertEquals(result.rows.length, curve.rows.length);
      const { limits = LOSS_LIMITS, counts = 0 } = expected;
      const worst = assertCurve(result.rows, curve, { limits, counts });
      console.log(`  ${run}: loss off by at most ${worst.toExponential(1)}`);
      assertTests(result, curve);
      if (curve.rows.length === 30) await assertMoved(run, result, curve);
      if (run === "det200clone_test23") assertDensified(result, curve);
    });
  };
  // The command opens and closes a GPU of its own, which leaves timers of the driver behind.
  Deno.test({
    name: `splat train repeats ${run}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn,
  });
}

function assertTests({ tests }: CommandRun, curve: ReferenceCurve): void {
  for (const { iteration, psnr, ssim } of tests) {
    const means = curve.test[String(iteration)]!.mean;
    const { PSNR, SSIM } = (means.gt ?? means.composited)!;
    assert(Math.abs(psnr - PSNR!) < 0.02, `PSNR at ${iteration} is ${psnr}, ${PSNR} expected`);
    assert(Math.abs(ssim - SSIM!) < 1e-3, `SSIM at ${iteration} is ${ssim}, ${SSIM} expected`);
  }
}

async function assertMoved(run: string, { model }: CommandRun, curve: ReferenceCurve) {
  const { splats: before } = await readSplats(join(RUNS, run, "init.ply"));
  const { splats: after } = await readSplats(
    join(model, "point_cloud/iteration_30/point_cloud.ply"),
  );
  const moved = (column: keyof Splats) => {
    const [a, b] = [after[column], before[column]] as Float32Array[];
    return a!.reduce((sum, value, i) => sum + Math.abs(value - b![i]!), 0);
  };
  const columns = {
    xyz: "positions",
    f_dc: "shDc",
    opacity: "opacities",
    scaling: "logScales",
  } as const;
  for (const [name, column] of Object.entries(columns)) {
    const wanted = curve.final.checksums[name]!.moved_abs_sum!;
    const difference = Math.abs(moved(column) - wanted) / wanted;
    assert(difference < MOVED, `${name} moved by ${moved(column)}, ${wanted} expected`);
  }
}

function assertDensified({ densified }: CommandRun, curve: ReferenceCurve): void {
  assertEquals(
    densified.map(({ iteration, cloned, split, faint, large, gaussians }) =>
      [iteration, cloned, split, faint, large, gaussians] as unknown[]
    ),
    curve.densify_events.filter(({ opacity_reset }) => !opacity_reset).map((event) => [
      event.it,
      event.cloned,
      event.split,
      event.low_opacity,
      event.too_big_world ?? 0,
      event.N,
    ]),
  );
}
