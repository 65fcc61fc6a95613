import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { quickConfig, quickProposal } from "../../../../cli/commands/splat/quick.ts";
import { splatTrain } from "../../../../cli/commands/splat/train.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { splatConfig } from "../../../../model/splat/config.ts";
import { scaledStep, scaledSteps } from "../../../../model/splat/scaled_steps.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";

/** What of a training is counted in iterations. */
function counts(config: ReturnType<typeof splatConfig>) {
  const { iterations, position_lr_max_steps, densify_from_iter, densify_until_iter } = config;
  const { densification_interval, opacity_reset_interval, sh_degree_interval } = config;
  return [iterations, position_lr_max_steps, densify_from_iter, densify_until_iter].concat(
    densification_interval,
    opacity_reset_interval,
    sh_degree_interval,
  );
}

const TABLE: readonly [
  factor: number,
  given: Parameters<typeof splatConfig>[0],
  counts: number[],
][] = [
  [1, {}, [30000, 30000, 500, 15000, 100, 3000, 1000]],
  [0.5, {}, [15000, 15000, 250, 7500, 50, 1500, 500]],
  [2, { iterations: 7000 }, [14000, 60000, 1000, 30000, 200, 6000, 2000]],
  [0.001, {}, [30, 30, 1, 15, 1, 3, 1]],
  [0.1, { strategy: "mcmc" }, [3000, 3000, 50, 2500, 10, 300, 100]],
];
for (const [factor, given, expected] of TABLE) {
  Deno.test(`a training is scaled with its whole schedule: ${factor} of ${JSON.stringify(given)}`, () => {
    assertEquals(counts(scaledSteps(splatConfig(given), factor)), expected);
  });
}

Deno.test("a count of none or never stays so", () => {
  assertEquals([0, -1, 1, 7000].map((step) => scaledStep(step, 0.01)), [0, -1, 1, 70]);
});

Deno.test("--quick is a thousand iterations on small pictures in software, 7000 elsewhere, never more", () => {
  const quick = (software: boolean, given = {}) => {
    const { iterations, resolution, densify_until_iter } = quickConfig(splatConfig(given), {
      software,
    });
    return [iterations, resolution, densify_until_iter];
  };
  assertEquals(quick(true), [1000, 8, 500]);
  assertEquals(quick(true, { resolution: 2 }), [1000, 2, 500]);
  assertEquals(quick(true, { iterations: 300 }), [300, 8, 15000]);
  assertEquals(quick(false), [7000, -1, 3500]);
});

Deno.test("what is proposed for a long training is what --quick does", () => {
  const said = (given: Parameters<typeof splatConfig>[0], software = true) =>
    quickProposal(splatConfig(given), software);
  assertMatch(said({}), /^--quick takes minutes: -r 8, 1000 iterations .*--steps-scaler 0\.033/);
  assertMatch(said({ resolution: 4 }), /^--quick takes minutes: 1000 iterations/);
  assertMatch(said({}, false), /^--quick takes minutes: 7000 iterations .*--steps-scaler 0\.23/);
});

const refused: Record<string, RegExp> = {
  "--quick --steps-scaler 0.1": /--quick and --steps-scaler exclude each other/,
  "--steps-scaler 0": /"--steps-scaler 0": it must be a number from 0\.0001 to 100/,
  "--steps-scaler 1e9": /"--steps-scaler 1e9": it must be/,
};
for (const [words, message] of Object.entries(refused)) {
  Deno.test(`splat train refuses ${words}`, async () => {
    const run = () => splatTrain.run(["-s", "none", ...words.split(" ")], keepingTerminal());
    assertMatch((await assertRejects(run, UsageError)).message, message);
  });
}
