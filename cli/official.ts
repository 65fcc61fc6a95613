import { compareOfficial, OFFICIAL, percentText, type Published } from "../model/mod.ts";
import type { EvaluationReport } from "../mod.ts";
import { formatTable } from "./terminal/table.ts";
import type { Options } from "./command_line/options.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { UsageError } from "./command_line/usage_error.ts";

/** The options that put weights beside what was published of them. */
export const OFFICIAL_OPTIONS = {
  official: {
    type: "string",
    choices: Object.keys(OFFICIAL),
    help: "Evaluate published weights as they were, and print the published figures beside",
  },
  weights: { type: "string", value: "FILE", help: "The weights that --official is about" },
} as const satisfies Options;

type Words = {
  readonly official?: string | undefined;
  readonly weights?: string | undefined;
  readonly preset?: string | undefined;
  readonly pyConfig?: string | undefined;
  readonly config?: string | undefined;
  readonly resumeFrom?: string | undefined;
  readonly randomWeights: boolean;
};

/** What `--official` names; null where it is not given. Throws where other options contradict it. */
export function officialOf(words: Words): Published | null {
  const { official, weights } = words;
  if (official === undefined) {
    if (weights === undefined) return null;
    throw new UsageError(
      "Cannot use --weights: it goes with --official, which is missing",
      "did you mean --resume-from?",
    );
  }
  const other = Object.entries({
    "--preset": words.preset,
    "--py-config": words.pyConfig,
    "--config": words.config,
    "--resume-from": words.resumeFrom,
    "--random-weights": words.randomWeights || undefined,
  }).flatMap(([name, value]) => value === undefined ? [] : [name]);
  if (other.length) {
    throw new UsageError(
      `Cannot use --official with ${
        other.join(" and ")
      }: it says which model is meant, and --weights its file`,
    );
  }
  const published = OFFICIAL[official]!;
  if (weights === undefined) {
    throw new UsageError(
      `Cannot evaluate "${official}": --weights must name its file`,
      `its weights: ${published.weights}`,
    );
  }
  return published;
}

/** Prints an evaluation beside what was published. */
export function printOfficial(
  published: Published,
  result: EvaluationReport,
  terminal: Terminal,
): void {
  const { rows, source, remarks } = compareOfficial(published, result);
  const signed = (value: number | null) =>
    (value !== null && value >= 0 ? "+" : "") + percentText(value);
  terminal.print(formatTable(
    ["class", "here %", "published %", "difference"],
    rows.map(({ name, here, published, difference }) => [
      name,
      percentText(here),
      percentText(published),
      signed(difference),
    ]),
  ));
  terminal.print(`published: ${source}`);
  for (const remark of remarks) terminal.print(remark);
}
