/** The tables that nuScenes publishes, by the names of their folders. */
export const TABLES_VERSIONS = ["v1.0-mini", "v1.0-trainval", "v1.0-test"] as const;

/** One of the sets of tables. */
export type TablesVersion = (typeof TABLES_VERSIONS)[number];

// The 150 validation scenes of nuScenes' official split, as numbers and ranges of scene names.
const VALIDATION = expand(
  "3 12-18 35-36 38-39 92-110 221 268-278 329-332 344-346 519-524 552-565 625-627 629-630 632-638 " +
    "770-771 775 777-778 780-784 794-800 802 904-917 919-931 962-963 966-969 971-972 1059-1073",
);
// The mini set has a split of its own, across the other one.
const MINI_VALIDATION = expand("103 916");

/** Whether a scene such as "scene-0061" belongs to a part of nuScenes' official split. */
export function isInSplit(scene: string, split: "train" | "val", version: TablesVersion): boolean {
  if (version === "v1.0-test") return split === "val";
  const validation = version === "v1.0-mini" ? MINI_VALIDATION : VALIDATION;
  return validation.has(scene) === (split === "val");
}

function expand(ranges: string): ReadonlySet<string> {
  const names = ranges.split(" ").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number) as [number, number?];
    return Array.from(
      { length: last! - first + 1 },
      (_, i) => `scene-${String(first + i).padStart(4, "0")}`,
    );
  });
  return new Set(names);
}
