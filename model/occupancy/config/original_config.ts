import type { OccupancyTask } from "../../../data/occupancy/task.ts";
import { models } from "../table.ts";
import type { ModelConfig } from "./model_config.ts";
import { type OptionsAccount, OptionsLedger } from "./original/options_ledger.ts";
import { OptionsReader, WrongKind } from "./original/options_reader.ts";
import type { ReadModel } from "./original/original_reader.ts";

/** A configuration of an original in our terms, and what became of its leaves. */
export interface ReadOptions extends ReadModel {
  readonly account: OptionsAccount;
}

/**
 * A configuration from the option names of an original's files, merged, for arrays that bring their own
 * cameras: "num_cams" may be any number.
 */
export function originalConfig(options: unknown): ModelConfig {
  return readOptions(options, { anyCameras: true }).config;
}

/**
 * Reads the options of an original's files, merged, by the model of the table that they are of: the first
 * one where that cannot be told. Every leaf is used, or known to change nothing, or refused in one error;
 * `idle` are names of the file that no expression of it uses, `task` is the data's own one. `anyCameras`
 * leaves the number of cameras to the input; else it is the task's.
 */
export function readOptions(
  options: unknown,
  { idle, task = null, anyCameras = false, ledger: given }: {
    readonly idle?: ReadonlySet<string>;
    readonly task?: OccupancyTask | null;
    readonly anyCameras?: boolean;
    readonly ledger?: OptionsLedger;
  } = {},
): ReadOptions {
  const { original } = models.find(({ original }) => isOf(options, original.owns)) ?? models[0]!;
  const ledger = given ?? new OptionsLedger(original.unneeded);
  try {
    const root = new OptionsReader(options, "", ledger);
    const read = original.read(root, { own: task, anyCameras });
    const account = ledger.account(options as object, idle);
    if (!ledger.problems.length) return { ...read, account };
  } catch (error) {
    if (!(error instanceof WrongKind)) throw error;
    ledger.refuse(error.message);
  }
  const message = `Cannot use the configuration: ${ledger.problems.join("; ")}`;
  const { hints } = ledger;
  throw Object.assign(new SyntaxError(message), hints.length ? { hint: hints.join("; ") } : {});
}

/** Whether options are of a model; what is no configuration at all is of none. */
function isOf(options: unknown, owns: (types: ReadonlySet<string>) => boolean): boolean {
  const types = new Set<string>();
  collect((options as { readonly model?: unknown } | null)?.model, types);
  return owns(types);
}

/** The "type" of a group and of all groups inside. */
function collect(value: unknown, types: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  const { type } = value as { readonly type?: unknown };
  if (typeof type === "string") types.add(type);
  for (const inside of Object.values(value)) collect(inside, types);
}
