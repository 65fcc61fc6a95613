import { assertEquals } from "@std/assert";
import { constant, exponential, multiStep, warmupCosine } from "../../../gpu/optim/schedules.ts";
import { assertClose } from "../../support.ts";

function check(
  schedule: (step: number) => number,
  points: Record<number, number>,
  rtol = 1e-7,
): void {
  const steps = Object.keys(points).map(Number);
  assertClose(steps.map(schedule), steps.map((step) => points[step]!), { atol: 0, rtol });
}

Deno.test("warm-up and cosine of GaussianFormer on eight GPUs", () => {
  const total = 70320;
  check(warmupCosine(2e-4, { total, floor: 2e-5 }), {
    0: 1e-6,
    1: 1.398e-6,
    250: 1.005e-4,
    499: 1.99602e-4,
    500: 1.9997755e-4,
    35160: 1.1e-4,
    70320: 2e-5,
    90000: 2e-5,
  });
  check(warmupCosine(4e-4, { total, floor: 4e-5 }), {
    250: 2.005e-4,
    500: 3.9995509e-4,
    35160: 2.2e-4,
  });
});

Deno.test("the backbone's rate is the floor, so it is constant after the warm-up", () => {
  const backbone = warmupCosine(2e-5, { total: 70320, floor: 2e-5 });
  check(backbone, { 250: 1.05e-5, 500: 2e-5, 12345: 2e-5, 70320: 2e-5 }, 1e-12);
});

Deno.test("exponential schedules of 3D Gaussian Splatting", () => {
  check(exponential(1.6e-4, 1.6e-6, { total: 30000 }), {
    1: 1.5997544e-4,
    1000: 1.3723134e-4,
    7000: 5.4632782e-5,
    15000: 1.6e-5,
    30000: 1.6e-6,
  });
  check(exponential(1e-3, 1e-4, { total: 30000, delay: 5000, delayFactor: 1e-3 }), {
    1: 1.3137443e-6,
    1000: 2.8682636e-4,
    2500: 5.8389065e-4,
    5000: 6.8129207e-4,
    30000: 1e-4,
  });
  check(exponential(1, 0.01, { total: 30000 }), { 1: 0.99984651, 7000: 0.34145489, 30000: 0.01 });
  assertEquals(exponential(0, 0, { total: 10 })(3), 0);
  assertEquals(exponential(1, 0.1, { total: 10 })(-1), 0);
});

Deno.test("multi-step and constant schedules", () => {
  const schedule = multiStep(1e-2, { milestones: [10, 20], warmup: 4 });
  check(schedule, { 0: 1e-6, 2: 5.0005e-3, 4: 1e-2, 9: 1e-2, 10: 1e-3, 19: 1e-3, 20: 1e-4 }, 1e-12);
  check(constant(0.3), { 0: 0.3, 99: 0.3 });
});
