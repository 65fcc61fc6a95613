import { assertEquals, assertThrows } from "@std/assert";
import { splatTrain } from "../../../../../cli/commands/splat/train.ts";
import {
  situationText,
  withSituation,
} from "../../../../../cli/commands/splat/words/situation_words.ts";
import { UsageError } from "../../../../../cli/command_line/usage_error.ts";
import { checkConfig, splatConfig } from "../../../../../model/splat/config.ts";
import { SITUATIONS } from "../../../../../model/splat/situations.ts";

const { options } = splatTrain;

for (const [name, { settings }] of Object.entries(SITUATIONS)) {
  Deno.test(`--for ${name} stands for words that train knows, and for settings that go together`, () => {
    const given = [`--for=${name}`];
    const added = withSituation(given, options).slice(0, -1);
    assertEquals(added.length, Object.keys(settings).length);
    for (const word of added) {
      const option = /^--([^=]+)/.exec(word)![1]!;
      assertEquals(Object.hasOwn(options, option), true, word);
    }
    checkConfig(splatConfig(settings));
    assertEquals(situationText(name, splatConfig(settings)).includes("given"), false);
  });
}

Deno.test("what is given comes on top of --for, and is told", () => {
  const words = ["--for=phone", "--appearance=none"];
  assertEquals(withSituation(words, options).filter((word) => word.startsWith("--appearance")), [
    "--appearance=none",
  ]);
  assertEquals(
    situationText("phone", splatConfig({ ...SITUATIONS.phone.settings, appearance: "none" })),
    "--for phone sets appearance ppisp (given: none), lenses native, masks use",
  );
  assertEquals(withSituation(["--seed=1"], options), ["--seed=1"]);
});

Deno.test("a situation that nobody knows is refused with the nearest", () => {
  const error = assertThrows(() => withSituation(["--for=phones"], options), UsageError);
  assertEquals(
    error.message,
    'Cannot train for "phones": the situations are phone, object, drone, indoor, fisheye, synthetic',
  );
  assertEquals(error.hint, "did you mean phone?");
});
