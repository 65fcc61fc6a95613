import { assert, assertEquals, assertRejects } from "@std/assert";
import { splatTrain } from "../../../../cli/commands/splat/train.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { withTinyScene } from "../../../model/splat/tiny_scene.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";

/** What is refused before a folder is made or a neighbour is searched, and what helps. */
const CASES: readonly {
  readonly words: string;
  readonly kind: new (...words: any[]) => Error;
  readonly message: string;
  readonly hint?: string;
}[] = [
  {
    words: "--max-gaussians 2000000000",
    kind: RangeError,
    message: "Cannot train 2000000000 Gaussians of degree 3: this adapter holds",
    hint: "--max-gaussians",
  },
  {
    words: "--memory-limit 0.01 --random-points 40000",
    kind: RangeError,
    message: "--memory-limit allows 10.2 MiB",
    hint: "-r 2",
  },
  {
    words: "--memory-limit 0.01 --random-points 40000 --strategy mcmc",
    kind: RangeError,
    message: "Cannot train 40000 Gaussians: they need",
    hint: "--memory-limit",
  },
  {
    words: "--memory-limit 0.2 --random-points 400 --strategy mcmc",
    kind: RangeError,
    message: "Cannot train 1000000 Gaussians: they need",
    hint: "--max-gaussians",
  },
  {
    words: "--absgrad --strategy mcmc",
    kind: UsageError,
    message: '"--absgrad" and "--strategy mcmc": one of them',
  },
];

for (const { words, kind, message, hint } of CASES) {
  // The commands open and close a GPU of their own, which leaves timers of the driver behind.
  Deno.test({
    name: `splat train ${words} is refused at once`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () =>
      withTinyScene(async (scene, path) => {
        const all = `-s ${scene} -m ${path("m")} --disable_viewer --iterations 2 ${words}`.split(
          " ",
        );
        const terminal = keepingTerminal();
        const error = await assertRejects(
          () => Promise.resolve(splatTrain.run(all, terminal)),
          kind,
        );
        assert(error.message.includes(message), error.message);
        if (hint) assert((error as Error & { hint?: string }).hint?.includes(hint));
        assert(!terminal.err.some((line) => line.includes("finding neighbours")));
        assertEquals([...Deno.readDirSync(path("."))].map(({ name }) => name), ["scene"]);
      }),
  });
}

Deno.test({
  name: "the plan and the count of pairs are told before the first iteration",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withTinyScene(async (scene, path) => {
      const terminal = keepingTerminal();
      const words = `-s ${scene} -m ${
        path("m")
      } --disable_viewer --iterations 2 --random-points 300`;
      assertEquals(await splatTrain.run(words.split(" "), terminal), 0);
      const at = (text: RegExp) => terminal.err.findIndex((line) => text.test(line));
      const [plan, count, start] = [
        at(
          /^GPU memory, by a rehearsal: .* for 300 Gaussians of degree 3 .* lists \d+ pairs at most$/,
        ),
        at(/^the fullest of 8 views, "r_\d", has \d+ pairs of Gaussian and tile: /),
        at(/300 Gaussians, 8 views/),
      ];
      assert(0 <= plan && plan < count && count < start, terminal.err.join("\n"));
    }),
});
