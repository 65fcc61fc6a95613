import type { SplatConfig } from "../config.ts";
import type { Appearance, AppearanceContext, AppearanceKind } from "./appearance.ts";
import { bilateral } from "./bilateral_grid/bilateral.ts";
import { exposure } from "./exposure/exposure.ts";
import { ppispKind } from "./ppisp/ppisp_appearance.ts";

/** Name of an appearance. */
export type AppearanceName = "none" | "exposure" | "ppisp" | "bilateral";

/** How pictures may differ in what cameras made of them, by the name that `--appearance` takes. */
export const APPEARANCES: Readonly<Record<AppearanceName, AppearanceKind | null>> = {
  none: null,
  exposure,
  ppisp: ppispKind,
  bilateral,
};

/** What the appearances say of themselves, by name. */
export const APPEARANCE_SUMMARIES: Readonly<Record<AppearanceName, string>> = {
  none: "nothing is learned",
  exposure: exposure.summary,
  ppisp: ppispKind.summary,
  bilateral: bilateral.summary,
};

/** The appearance that settings ask for: the reference's `train_test_exp` has learned exposures. */
export function appearanceName(
  { appearance, train_test_exp }: Pick<SplatConfig, "appearance" | "train_test_exp">,
): AppearanceName {
  return appearance === "none" && train_test_exp ? "exposure" : appearance;
}

/** Makes the appearance that settings ask for; null for none. */
export function makeAppearance(context: AppearanceContext): Appearance | null {
  return APPEARANCES[appearanceName(context.config)]?.make(context) ?? null;
}
