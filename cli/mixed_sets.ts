import { type MixedSet, readKeyFrames, rootsIn, taskOfFolder } from "../data/mod.ts";
import type { ModelConfig } from "../model/mod.ts";
import { otherFact } from "./presets.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** The sets that `--mix DIR[=WEIGHT]` names, whose labels must be those that are trained on. */
export async function mixedSets(
  words: readonly string[],
  { task }: Pick<ModelConfig, "task">,
): Promise<MixedSet[]> {
  const sets: MixedSet[] = [];
  for (const word of words) {
    const [, folder = word, text] = /^(.*)=([^=/\\]*)$/.exec(word) ?? [];
    const weight = text === undefined ? 1 : Number(text);
    if (!(weight > 0 && weight <= 1000)) {
      throw new UsageError(
        `Cannot read "--mix ${word}": its weight is "${text}", a number from above 0 to 1000 is right`,
      );
    }
    const theirs = taskOfFolder(folder, task.dataset);
    const other = theirs && otherFact(task, theirs);
    if (theirs && other) {
      throw new UsageError(
        `Cannot mix "${folder}" into "${task.name}": its ${other} are ${
          JSON.stringify(theirs[other])
        }, they must be ${JSON.stringify(task[other])}`,
      );
    }
    const roots = rootsIn(folder);
    sets.push({ roots, weight, frames: await readKeyFrames(roots, "train", task) });
  }
  return sets;
}
