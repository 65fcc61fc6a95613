import { assertEquals, assertThrows } from "@std/assert";
import {
  iterationList,
  referenceWords,
} from "../../../../../cli/commands/splat/words/reference_words.ts";
import { splatTrain } from "../../../../../cli/commands/splat/train.ts";
import { UsageError } from "../../../../../cli/command_line/usage_error.ts";
import { SPLAT_DEFAULTS } from "../../../../../model/splat/mod.ts";

const words = (text: string) => referenceWords(text.split(" "), splatTrain.options).join(" ");

Deno.test("words as the reference takes them", () => {
  assertEquals(
    words("-s a -m b -i c -d e -r 4 -w"),
    "--source_path=a --model_path=b --images=c --depths=e --resolution=4 --white_background",
  );
  assertEquals(words("--resolution -1"), "--resolution=-1");
  assertEquals(
    words("--test_iterations 1 30 --eval"),
    "--test_iterations=1 --test_iterations=30 --eval",
  );
  assertEquals(words("--test_iterations -1"), "--test_iterations=-1");
  assertEquals(words("--iter 5"), "--iterations=5");
  assertEquals(words("--source-path x --init_ply y"), "--source_path=x --init-ply=y");
  assertEquals(words("--nonsense"), "--nonsense");
  assertThrows(() => words("--position_lr 1"), UsageError, "--position_lr_init or");
  assertThrows(() => words("--save_iterations --eval"), UsageError, "a value must follow");
});

Deno.test("-1 in a list of iterations stands for none", () => {
  assertEquals(iterationList("x", ["-1"]), []);
  assertEquals(iterationList("x", ["7", "30"]), [7, 30]);
  assertThrows(() => iterationList("x", ["1.5"]), UsageError, "whole numbers");
});

Deno.test("splat train has every option of the configuration, with its default", () => {
  for (const [name, value] of Object.entries(SPLAT_DEFAULTS)) {
    const option = splatTrain.options[name] ?? splatTrain.options[name.replaceAll("_", "-")];
    assertEquals(option !== undefined, true, `--${name} is missing`);
    if ("default" in option!) {
      assertEquals(option!.default, value, `the default of --${name}`);
    }
  }
});
