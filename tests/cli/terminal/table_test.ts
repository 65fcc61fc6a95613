import { assertEquals } from "@std/assert";
import { formatNumber, formatTable } from "../../../cli/terminal/table.ts";

Deno.test("columns align, numbers to the right, nothing is a dash", () => {
  assertEquals(
    formatTable(["class", "IoU"], [["car", 0.51234], ["drivable surface", 0.5], ["–é", null]]),
    [
      "class                IoU",
      "car               0.5123",
      "drivable surface     0.5",
      "–é                     –",
    ].join("\n"),
  );
});

Deno.test("a table without rows is its header", () => {
  assertEquals(formatTable(["a", "b"], []), "a  b");
});

Deno.test("numbers keep four digits that count", () => {
  assertEquals(
    [0, -3, 1048576, 0.0123456, 12.34567, 1234.56, 1.5e-7, 2.5e12 + 0.5, NaN, Infinity]
      .map(formatNumber),
    ["0", "-3", "1048576", "0.01235", "12.35", "1234.6", "1.500e-7", "2.500e+12", "NaN", "∞"],
  );
});
