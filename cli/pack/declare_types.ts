/** TypeScript's compiler; Deno's own bundler declares no types where texts are imported. */
const COMPILER = "npm:typescript@5.9.3/tsc";

const OPTIONS = [
  "--declaration",
  "--emitDeclarationOnly",
  // `deno check` has checked them, with packages and texts that this compiler does not find.
  "--noCheck",
  "--skipLibCheck",
  "--allowImportingTsExtensions",
  ...["--module", "esnext", "--moduleResolution", "bundler"],
  ...["--target", "esnext", "--lib", "esnext,dom"],
];

/** Writes a `.d.ts` for each module that the entries need, by its path below `root`. */
export async function declareTypes(
  root: string,
  entries: readonly string[],
  folder: string,
): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", COMPILER, ...OPTIONS]
      .concat("--rootDir", root, "--outDir", folder, entries),
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw Object.assign(new Error(`Cannot declare types: ${said.trim()}`), {
    hint: "The compiler comes from npm; --no-types does without",
  });
}
