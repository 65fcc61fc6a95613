import type { LpipsFiles } from "../../../model/splat/mod.ts";
import type { StringOption } from "../../command_line/options.ts";
import { UsageError } from "../../command_line/usage_error.ts";

/** Files that LPIPS needs, which are not shipped. */
export const LPIPS_OPTIONS = {
  "lpips-weights": {
    type: "string",
    value: "FILE",
    help: "Linear heads of LPIPS v0.1 for VGG (PerceptualSimilarity's vgg.pth); with --vgg-weights",
  },
  "vgg-weights": {
    type: "string",
    value: "FILE",
    help: "VGG16 as torchvision has it (vgg16-397923af.pth), or as .safetensors",
  },
  "lpips-range": {
    type: "string",
    default: "unit",
    choices: ["unit", "signed"],
    help:
      "Values that LPIPS sees: 0 to 1 as in the 3DGS papers, or -1 to 1 as LPIPS's authors have it",
  },
} as const satisfies Record<string, StringOption>;

/** Said once where LPIPS is not measured. */
export const LPIPS_ABSENT = "LPIPS is left out: its weights are not shipped, --lpips-weights and " +
  "--vgg-weights name the files";

/** The files of LPIPS as the command line has them; null where it has neither. */
export function lpipsFiles(
  { lpipsWeights, vggWeights }: {
    readonly lpipsWeights: string | undefined;
    readonly vggWeights: string | undefined;
  },
): LpipsFiles | null {
  if (lpipsWeights === undefined && vggWeights === undefined) return null;
  if (lpipsWeights === undefined || vggWeights === undefined) {
    const missing = lpipsWeights === undefined ? "lpips-weights" : "vgg-weights";
    throw new UsageError(
      `Cannot measure LPIPS without "--${missing}"`,
      LPIPS_OPTIONS[missing].help,
    );
  }
  return { heads: lpipsWeights, vgg: vggWeights };
}
