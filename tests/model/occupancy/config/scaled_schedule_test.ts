import { assertEquals } from "@std/assert";
import { scaledSchedule } from "../../../../model/occupancy/config/scaled_schedule.ts";
import { presets } from "../../../../model/occupancy/table.ts";

Deno.test("a shorter schedule warms up and falls at the same shares", () => {
  const optim = {
    ...presets.demo.optim,
    ...{ steps: 1000, warmupSteps: 100, milestones: [600, 905], lr: 0.1 },
  };
  assertEquals(scaledSchedule(optim, 1000), optim);
  const { steps, warmupSteps, milestones, lr } = scaledSchedule(optim, 100);
  assertEquals([steps, warmupSteps, milestones, lr], [100, 10, [60, 91], 0.1]);
});
