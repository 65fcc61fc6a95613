import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../../../../cli/commands/splat/train.ts";
import { withSettings } from "../../../../../cli/commands/splat/words/settings_words.ts";
import { UsageError } from "../../../../../cli/command_line/usage_error.ts";
import { splatConfig } from "../../../../../model/splat/config.ts";

const { options } = splatTrain;

async function withFile(content: unknown, work: (path: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await Deno.writeTextFile(join(folder, "run.json"), text);
    work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a run's settings stand for the words they mean, what is given comes on top", () =>
  withFile(
    {
      adapter: "a",
      config: { sh_degree: 1, eval: true, antialiasing: false, depths: "", seed: 4 },
    },
    (folder) => {
      const given = [`--config=${folder}`, "--seed=7"];
      assertEquals(withSettings(given, options), ["--sh_degree=1", "--eval", ...given]);
      const file = [`--config=${join(folder, "run.json")}`];
      assertEquals(withSettings(file, options), ["--sh_degree=1", "--eval", "--seed=4", ...file]);
    },
  ));

Deno.test("every setting of a training is an option, and the model's folder is left alone", () =>
  withFile({ config: splatConfig({ source_path: "s", model_path: "/old" }) }, (folder) => {
    const words = withSettings([`--config=${folder}`, "--model_path=new"], options);
    assertEquals(words.filter((word) => word.includes("/old")), []);
    assertEquals(words.includes("--source_path=s"), true);
    assertEquals(words.includes("--noise_lr=500000"), true);
  }));

const BROKEN: readonly [content: unknown, message: RegExp][] = [
  ["{", /it is not JSON/],
  ["[]", /it is no object of settings/],
  ["null", /it is no object of settings/],
  [{ config: { iterations: null } }, /"iterations" must be a number, a text, true or false/],
  [{ config: { iteration: 3 } }, /"iteration" is no setting/],
  [{ config: { ["__proto__x"]: 1 } }, /is no setting/],
];
for (const [content, message] of BROKEN) {
  Deno.test(`a settings file of ${JSON.stringify(content)} is refused`, () =>
    withFile(content, (folder) => {
      const error = assertThrows(() => withSettings([`--config=${folder}`], options), UsageError);
      assertMatch(error.message, message);
    }));
}

Deno.test("a settings file that is not there is named", () => {
  const error = assertThrows(() => withSettings(["--config=/nowhere.json"], options), UsageError);
  assertMatch(error.message, /Cannot read "--config \/nowhere.json": there is no such file/);
});
