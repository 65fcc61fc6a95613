import { assert } from "@std/assert";
import { readCurve } from "../../golden/splat/splat_run.ts";
import { canRepeat, type CommandRun, trainByCommand } from "./command_run.ts";

/** How far means over seeds may be from those of the reference's runs. */
interface Tolerances {
  readonly runs: readonly string[];
  /** Decibels. */
  readonly psnr: number;
  readonly ssim: number;
  /** Shares. */
  readonly count: number;
  readonly loss: number;
}

const SEEDS = [0, 1, 2];
const BLOCK = 100;

// The tolerances of the trajectories' description; test23 has three test views, so it is noisy.
const SCENES: Readonly<Record<string, Tolerances>> = {
  chair: { runs: ["chair_E_s0"], psnr: 0.4, ssim: 0.003, count: 0.03, loss: 0.08 },
  test23: { runs: ["test23_s0", "test23_s1"], psnr: 1, ssim: 0.03, count: 0.15, loss: 0.15 },
};

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean losses of each hundred iterations. */
function blocks(losses: readonly number[]): number[] {
  return Array.from(
    { length: losses.length / BLOCK },
    (_, i) => mean(losses.slice(BLOCK * i, BLOCK * (i + 1))),
  );
}

/** What is compared of one run. */
interface Figures {
  readonly psnr: number;
  readonly ssim: number;
  readonly count: number;
  readonly losses: readonly number[];
}

function figuresOf({ rows, tests }: CommandRun): Figures {
  const { psnr, ssim } = tests.at(-1)!;
  const losses = blocks(rows.map(({ loss }) => loss));
  return { psnr, ssim, count: rows.at(-1)!.gaussians, losses };
}

function figuresOfReference(run: string): Figures {
  const { rows, test } = readCurve(run);
  const [, , , gaussians] = rows.at(-1)!;
  const { mean } = test[String(rows.length)]!;
  const { PSNR, SSIM } = (mean.gt ?? mean.composited)!;
  const losses = blocks(rows.map(([, , loss]) => loss));
  return { psnr: PSNR!, ssim: SSIM!, count: gaussians, losses };
}

function meanOf(all: readonly Figures[]): Figures {
  return {
    psnr: mean(all.map(({ psnr }) => psnr)),
    ssim: mean(all.map(({ ssim }) => ssim)),
    count: mean(all.map(({ count }) => count)),
    losses: all[0]!.losses.map((_, i) => mean(all.map(({ losses }) => losses[i]!))),
  };
}

for (const [scene, limits] of Object.entries(SCENES)) {
  const runs = limits.runs.filter(canRepeat);
  if (!runs.length) continue;
  const fn = async () => {
    const ours: Figures[] = [];
    for (const seed of SEEDS) {
      await trainByCommand(runs[0]!, ["--seed", String(seed)], (result) => {
        ours.push(figuresOf(result));
        const { psnr, ssim, count } = ours.at(-1)!;
        console.log(
          `  seed ${seed}: PSNR ${psnr.toFixed(2)}, SSIM ${ssim.toFixed(4)}, ${count} Gaussians`,
        );
      });
    }
    const [we, they] = [meanOf(ours), meanOf(runs.map(figuresOfReference))];
    console.log(`  mean PSNR ${we.psnr.toFixed(2)}, the reference's ${they.psnr.toFixed(2)}`);
    assert(Math.abs(we.psnr - they.psnr) <= limits.psnr, `PSNR ${we.psnr}, ${they.psnr} expected`);
    assert(Math.abs(we.ssim - they.ssim) <= limits.ssim, `SSIM ${we.ssim}, ${they.ssim} expected`);
    const near = (a: number, b: number, share: number, what: string) =>
      assert(Math.abs(a / b - 1) <= share, `${what} ${a}, ${b} expected`);
    near(we.count, they.count, limits.count, "Gaussians");
    we.losses.forEach((loss, i) =>
      near(loss, they.losses[i]!, limits.loss, `mean loss from iteration ${BLOCK * i + 1}`)
    );
  };
  // The command opens and closes a GPU of its own, which leaves timers of the driver behind.
  Deno.test({
    name: `splat train on ${scene} is as good as the reference`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn,
  });
}
