import { join } from "@std/path";

/** Files that packages read at run time; a bundle finds them beside itself. */
const WASM = [
  "@jsquash/webp/codec/dec/webp_dec.wasm",
  "@jsquash/webp/codec/enc/webp_enc_simd.wasm",
];

// `deno bundle` is esbuild that finds modules as Deno does, but it does not say for whom; browsers and
// Node 20 know no `using`, so its own program goes over the files once more.
const ESBUILD = "npm:esbuild@0.25.5";
const TARGET = "es2022";

/**
 * Bundles modules and all that they import, kernels and packages too, as ES modules into a folder, by
 * their paths below the folder that they have in common; what several share becomes files of its own.
 */
export async function bundleForBrowser(
  entries: readonly string[],
  folder: string,
  { minify = false }: { readonly minify?: boolean } = {},
): Promise<void> {
  const bundled = await Deno.makeTempDir({ prefix: "voxsplat-bundle-" });
  try {
    const platform = ["--platform", "browser", "--code-splitting"];
    await deno(["bundle", "--quiet", ...platform, "--outdir", bundled, ...entries]);
    const files = await scriptsBelow(bundled);
    const lowered = [`--target=${TARGET}`, "--format=esm", "--log-level=error"];
    if (minify) lowered.push("--minify");
    const places = [`--outbase=${bundled}`, `--outdir=${folder}`];
    await deno(["run", "-A", "--quiet", ESBUILD, ...files, ...lowered, ...places]);
  } finally {
    await Deno.remove(bundled, { recursive: true });
  }
  for (const path of WASM) {
    const file = new URL(import.meta.resolve(path));
    await Deno.copyFile(file, join(folder, path.slice(path.lastIndexOf("/") + 1)));
  }
}

async function deno(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr).trim()}`);
}

async function scriptsBelow(folder: string): Promise<string[]> {
  const scripts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) scripts.push(...await scriptsBelow(path));
    else if (name.endsWith(".js")) scripts.push(path);
  }
  return scripts;
}
