import type { OccupancyTask } from "../../../../data/occupancy/task.ts";
import type { ModelConfig } from "../model_config.ts";
import type { OptionsReader } from "./options_reader.ts";

/** Reads the configurations of one original in our terms. */
export interface OriginalReader<Config extends ModelConfig = ModelConfig> {
  /** Whether a file is of this model, by the types that are named below its "model". */
  owns(types: ReadonlySet<string>): boolean;
  /** Options that change nothing here, by path, and why; `*` stands for one name or place. */
  readonly unneeded: Readonly<Record<string, string>>;
  /** @internal Reads its options; what cannot be done here is refused in the reader's ledger. */
  read(options: OptionsReader, given: GivenLabels): ReadModel<Config>;
}

/** What is known of the data beside a configuration. */
export interface GivenLabels {
  /** The data's own task; null where the file says it. */
  readonly own: OccupancyTask | null;
  /** Whether the number of cameras is the input's; else it is the task's. */
  readonly anyCameras: boolean;
}

/** A configuration of an original in our terms. */
export interface ReadModel<Config extends ModelConfig = ModelConfig> {
  /** The settings. */
  readonly config: Config;
  /** Weights that backbones start from: which option names them, for which network. */
  readonly pretrained: readonly PretrainedBackbone[];
}

/** Weights that a backbone starts from. */
export interface PretrainedBackbone {
  /** The option that names them. */
  readonly option: string;
  /** Path of its weights. */
  readonly file: string;
  /** Whose backbone: the model's, or that of the lifter's depth network. */
  readonly of: "model" | "initializer";
}
