import { assertEquals, assertThrows } from "@std/assert";
import { applyOverrides } from "../../../cli/command_line/overrides.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";

const preset = {
  name: "demo",
  optim: { lr: 2e-4, weightDecay: 0.01 },
  flip: true,
  range: [0.08, 0.64],
  stages: [{ blocks: 2, tags: ["a"] }, { blocks: 3, tags: [] }],
  anchors: null,
};

Deno.test("values are read as the preset's kind, and the preset stays as it is", () => {
  const before = structuredClone(preset);
  const changed = applyOverrides(preset, [
    "optim.lr=.5e-3",
    "name=12",
    "flip=false",
    "range=[0.1,1]",
    "stages.1.blocks=4",
    "stages.0.tags=x, y",
    "anchors=a=b",
  ]);
  assertEquals<unknown>(changed, {
    name: "12",
    optim: { lr: 5e-4, weightDecay: 0.01 },
    flip: false,
    range: [0.1, 1],
    stages: [{ blocks: 2, tags: ["x", "y"] }, { blocks: 4, tags: [] }],
    anchors: "a=b",
  });
  assertEquals(preset, before);
  assertEquals(changed.stages[1]!.tags, preset.stages[1]!.tags);
});

Deno.test("a setting that is null takes null, numbers, switches and lists", () => {
  const read = (text: string) => applyOverrides(preset, [`anchors=${text}`]).anchors as unknown;
  assertEquals(["null", "3", "true", "[1,2]", "x.npy"].map(read), [null, 3, true, [1, 2], "x.npy"]);
});

Deno.test("a list may be given between commas", () => {
  assertEquals(applyOverrides(preset, ["range=1,2,-3"]).range, [1, 2, -3]);
});

Deno.test("the last one counts", () => {
  assertEquals(applyOverrides(preset, ["optim.lr=1", "optim.lr=2"]).optim.lr, 2);
});

const refusals: Record<string, string> = {
  "optim.lr=1e300": `Cannot set "optim.lr": it is 1e300, no number may be beyond 2147483647`,
  "range=[0,1e400]": `Cannot set "range": it is [0,1e400], no number may be beyond 2147483647`,
  "stages.0.blocks=-99999999999":
    `Cannot set "stages.0.blocks": it is -99999999999, no number may be beyond 2147483647`,
  "optim.rate=1":
    `Cannot set "optim.rate": no such setting, the settings there are lr, weightDecay`,
  "optim=1": `Cannot set "optim": it is a group, its settings are lr, weightDecay`,
  "optim.lr.x=1": `Cannot set "optim.lr.x": "optim.lr" is a number, it has no settings inside`,
  "optim.lr=fast": `Cannot set "optim.lr": it is a number, got "fast"`,
  "optim.lr=null": `Cannot set "optim.lr": it is a number, got "null"`,
  "optim.lr=1e999": `Cannot set "optim.lr": it is a number, got "1e999"`,
  "optim.lr=": `Cannot set "optim.lr": it is a number, got ""`,
  "flip=1": `Cannot set "flip": it is a boolean, got "1"`,
  'range=[1,"a"]': `Cannot set "range": it is a list of numbers, got "[1,"a"]"`,
  "range=[1": `Cannot set "range": it is a list of numbers, got "[1"`,
  "stages.2.blocks=1": `Cannot set "stages.2.blocks": no such setting, the items there are 0 to 1`,
  "__proto__.x=1": `Cannot set "__proto__.x": no such setting, the settings there are ` +
    "name, optim, flip, range, stages, anchors",
  "lr": `Cannot read "--set lr": it must be path.key=value`,
};
for (const [override, message] of Object.entries(refusals)) {
  Deno.test(`refused: --set ${override}`, () => {
    const error = assertThrows(() => applyOverrides(preset, [override]), UsageError);
    assertEquals(error.message, message);
  });
}

Deno.test("a misspelt setting is told its nearest name", () => {
  const hint = (text: string) =>
    assertThrows(() => applyOverrides(preset, [text]), UsageError).hint;
  assertEquals(hint("optim.weightdecai=1"), "did you mean optim.weightDecay?");
  assertEquals(hint("optin.lr=1"), "did you mean optim.lr?");
  assertEquals(hint("zzzzzz=1"), undefined);
});
