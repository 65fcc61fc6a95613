import { assertEquals, assertThrows } from "@std/assert";
import { MODEL_DEFAULTS, SCENE_DEFAULTS } from "../../../../model/splat/config.ts";
import { namespaceText, readNamespace } from "../../../../model/splat/scene/namespace_text.ts";

Deno.test("cfg_args is what Python prints, and is read back", () => {
  const options = {
    ...MODEL_DEFAULTS,
    ...SCENE_DEFAULTS,
    source_path: "/data/it's, (a) scene=1",
    model_path: 'out\\of "b"',
    eval: true,
  };
  assertEquals(
    namespaceText({ ...MODEL_DEFAULTS, source_path: "/s", model_path: "m" }),
    "Namespace(sh_degree=3, source_path='/s', model_path='m', images='images', depths='', " +
      "resolution=-1, white_background=False, train_test_exp=False, data_device='cuda', eval=False)",
  );
  assertEquals(readNamespace(namespaceText(options), "cfg_args"), options);
  // Ours stand there only where they are not what they are by default.
  const other = {
    ...options,
    principal_point: "centre",
    lenses: "undistort",
    masks: "inverted",
  } as const;
  assertEquals(
    namespaceText(other).endsWith(
      ", principal_point='centre', lenses='undistort', masks='inverted')",
    ),
    true,
  );
  assertEquals(readNamespace(namespaceText(other), "cfg_args"), other);
  assertEquals(readNamespace("Namespace(sh_degree=1, unknown=[1], eval=True)\n", "f").sh_degree, 1);
});

Deno.test("cfg_args that is no namespace is refused", () => {
  assertThrows(() => readNamespace("{}", "f"), SyntaxError, 'Cannot read "f"');
  assertThrows(() => readNamespace("Namespace(eval=3)", "f"), SyntaxError, '"eval" is 3');
  assertThrows(() => readNamespace("Namespace(?)", "f"), SyntaxError, "not a name");
});
