import type { Occupancy } from "./coarsen.ts";
import type { OccupancyTask } from "./task.ts";

/** Labels of a set by those of a model that learned other ones. */
export interface MappedLabels {
  /** What the labels of the set are. */
  readonly task: OccupancyTask;
  /** The model's label of each of the set's; null where it says nothing of it. */
  readonly labels: readonly (number | null)[];
}

/** A class that has no counterpart: nothing of it is measured. */
export const LEFT_OUT = "ignored";

/**
 * Finds the model's class of each of a set's, by their names, whatever their case, hyphens and underscores,
 * or by `names` where they have others. Throws where a class has none, or the sets differ in more than that.
 */
export function mapLabels(
  task: OccupancyTask,
  learned: OccupancyTask,
  names: ReadonlyMap<string, string> = new Map(),
): MappedLabels {
  const facts = ["grid", "frame"] as const;
  const other = facts.find((fact) => JSON.stringify(task[fact]) !== JSON.stringify(learned[fact]));
  const what = other ?? (task.cameras.length === learned.cameras.length ? undefined : "cameras");
  if (what !== undefined) {
    throw new RangeError(
      `Cannot measure a model of "${learned.name}" on "${task.name}": its ${what} are ${
        JSON.stringify(learned[what])
      }, there they are ${JSON.stringify(task[what])}`,
    );
  }
  for (const name of names.keys()) {
    if (task.classes.includes(name)) continue;
    throw new RangeError(
      `Cannot map the class "${name}": "${task.name}" has none of that name, its classes are ${
        task.classes.join(", ")
      }`,
    );
  }
  const known = new Map(learned.classes.map((name, label) => [plain(name), label] as const));
  const missing: string[] = [];
  const labels = task.classes.map((name, label) => {
    if (label === task.empty) return learned.empty;
    const wanted = names.get(name) ?? name;
    if (wanted === LEFT_OUT || task.ignored.includes(label)) return null;
    const found = known.get(plain(wanted));
    if (found === undefined) missing.push(wanted === name ? name : `${name} (${wanted})`);
    return found === undefined || learned.ignored.includes(found) ? null : found;
  });
  if (missing.length === 0) return { task, labels };
  throw Object.assign(
    new RangeError(
      `Cannot measure a model of "${learned.name}" on "${task.name}": ${missing.join(", ")} ${
        missing.length > 1 ? "are" : "is"
      } none of its classes, ${learned.classes.join(", ")}`,
    ),
    { hint: `--map NAME=CLASS says what a class is there, --map NAME=${LEFT_OUT} leaves it out` },
  );
}

/** Labels of a set as the model's; what has no counterpart counts nowhere. */
export function asLearned(
  { dims, labels, mask }: Occupancy,
  { labels: map }: MappedLabels,
  { ignored: [ignored], empty }: Pick<OccupancyTask, "ignored" | "empty">,
): Occupancy {
  const nothing = ignored ?? empty;
  const said = new Uint8Array(256).fill(nothing);
  const counts = new Uint8Array(256);
  map.forEach((label, from) => {
    if (label === null) return;
    said[from] = label;
    counts[from] = 1;
  });
  const out = new Uint8Array(labels.length);
  const seen = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    out[i] = said[labels[i]!]!;
    seen[i] = mask[i]! & counts[labels[i]!]!;
  }
  return { dims, labels: out, mask: seen };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}
