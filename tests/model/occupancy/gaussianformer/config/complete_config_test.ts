import { assertEquals } from "@std/assert";
import { completeConfig } from "../../../../../model/occupancy/table.ts";
import { presets } from "../../../../../model/occupancy/gaussianformer/config/presets.ts";

Deno.test("settings that lack nothing come out of a checkpoint byte by byte", () => {
  // A run that goes on would save other bytes than one that was not stopped.
  for (const [name, config] of Object.entries(presets)) {
    const text = JSON.stringify(config);
    assertEquals(JSON.stringify(completeConfig(JSON.parse(text))), text, name);
  }
});
