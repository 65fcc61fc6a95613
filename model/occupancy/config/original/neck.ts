import type { ResNetConfig } from "../../../backbone/resnet_config.ts";
import type { NeckConfig } from "../model_config.ts";
import { checkChannels } from "./backbone.ts";
import type { OptionsReader } from "./options_reader.ts";

/** Reads mmsegmentation's FPN over the last three stages. */
export function neckOf(
  options: OptionsReader,
  { backbone, dims, frozen }: {
    readonly backbone: ResNetConfig;
    readonly dims: number;
    readonly frozen: boolean;
  },
): NeckConfig {
  options.expect("type", "FPN", "FPN");
  options.expect("start_level", 1);
  options.expect("end_level", -1, -1);
  options.expect("add_extra_convs", "on_output");
  options.expect("no_norm_on_lateral", false, false);
  for (const name of ["conv_cfg", "norm_cfg", "act_cfg", "upsample_cfg", "init_cfg"]) {
    options.expect(name, null, null);
  }
  options.agrees("out_channels", "model.encoder.deformable_model.embed_dims", dims);
  checkChannels(options, backbone);
  return { first: 1, levels: options.number("num_outs"), frozen };
}
