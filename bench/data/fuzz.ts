import { parseArgs } from "@std/cli/parse-args";
import { fuzzFormats } from "../../tests/data/formats/fuzz/fuzz.ts";

// Fuzzes every file format for as long as wanted: deno task fuzz --seconds 600 --seed 7
const { seconds, seed } = parseArgs(Deno.args, { string: ["seconds", "seed"] });
const options = {
  seed: Number(seed ?? Date.now() % 2 ** 31),
  milliseconds: 1000 * Number(seconds ?? 60),
};
console.log(`seed ${options.seed}`);
const { inputs, formats } = await fuzzFormats(options);
for (const [format, { inputs, refused, slowest }] of formats) {
  console.log(
    `${format.padEnd(24)} ${inputs} files, ${refused} refused, ${slowest.toFixed(1)} ms at most`,
  );
}
console.log(`${inputs} changed files, nothing wrong`);
