import { dirname, fromFileUrl, join, resolve } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { defineCommand } from "../command_line/command.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { bundleForBrowser } from "../pack/browser_bundle.ts";
import { declareTypes } from "../pack/declare_types.ts";

// The jobs of "." read and write files, which a page cannot.
const SUBPATHS = Object.entries(config.exports).filter(([name]) => name !== ".");

/** `voxsplat pack`. */
export const pack = defineCommand({
  summary: "Make ES modules with types for web pages and Node, kernels and packages inside",
  needs: ["read", "write", "env", "run"],
  examples: ["", "--out site/voxsplat --minify --no-types"],
  options: {
    out: { type: "string", value: "DIR", help: "The package's folder", default: "out/pack" },
    minify: { type: "boolean", help: "Without comments, spaces and long names" },
    types: {
      type: "boolean",
      help: "Types too, by TypeScript's own compiler from npm",
      default: true,
    },
    json: JSON_OPTION,
  },
  async run({ out, minify, types, json }, terminal) {
    if (Deno.build.standalone) {
      throw new Error("Cannot pack: this is the compiled program, the sources are needed");
    }
    const root = dirname(dirname(dirname(fromFileUrl(import.meta.url))));
    const folder = resolve(out);
    await Deno.mkdir(folder, { recursive: true });
    const entries = SUBPATHS.map(([, path]) => join(root, path));
    terminal.note("bundling");
    await bundleForBrowser(entries, folder, { minify });
    if (types) {
      terminal.note("declaring types");
      await declareTypes(root, entries, folder);
    }
    const description = JSON.stringify(packageOf(types), null, 2);
    await Deno.writeTextFile(join(folder, "package.json"), `${description}\n`);
    if (json) terminal.printJson({ folder, subpaths: SUBPATHS.map(([name]) => name) });
    else terminal.print(folder);
  },
});

/** What Node and bundlers read: the same subpaths as in Deno. */
function packageOf(types: boolean): Record<string, unknown> {
  const exports = SUBPATHS.map(([name, path]) => {
    const stem = path.replace(/\.ts$/, "");
    return [name, { ...(types && { types: `${stem}.d.ts` }), default: `${stem}.js` }];
  });
  return {
    name: "voxsplat",
    version: config.version,
    license: config.license,
    type: "module",
    exports: Object.fromEntries(exports),
  };
}
