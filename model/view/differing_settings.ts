/** A setting by its path, and what it is in each of several runs; "–" where a run has none. */
export type SettingRow = readonly [path: string, ...values: string[]];

/** What came of a run, where and when, is no setting. */
const LEFT_OUT = /^(started|finished|resumedAt|resumedFrom|gaussians|config\.model_path)\b/;

/** Of settings as JSON, those that are not the same everywhere. */
export function differingSettings(settings: readonly unknown[]): SettingRow[] {
  const flat = settings.map((value) => new Map(leaves(value)));
  const paths = new Set(flat.flatMap((values) => [...values.keys()]));
  // What stands in the resolved settings too is told once.
  const isSetting = (path: string) => !LEFT_OUT.test(path) && !paths.has(`config.${path}`);
  return [...paths].filter(isSetting).flatMap((path) => {
    const values = flat.map((one) => one.get(path) ?? "–");
    return new Set(values).size > 1 ? [[path, ...values] as const] : [];
  });
}

/** Values with their paths; lists are values. */
function* leaves(value: unknown, path = ""): Generator<[string, string]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (path) yield [path, typeof value === "string" ? value : JSON.stringify(value)];
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    yield* leaves(inner, path ? `${path}.${name}` : name);
  }
}
