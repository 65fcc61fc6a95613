import { concat } from "../../../gpu/ops/array/move/concat.ts";
import { permute } from "../../../gpu/ops/array/move/permute.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { FPN } from "../../backbone/fpn.ts";
import type { ResNet } from "../../backbone/resnet.ts";
import type { FeatureBank } from "./deformable.ts";
import { type Apart, pictureByPicture } from "./picture_by_picture.ts";
import { PARTS, type Tell } from "./progress.ts";

/** What makes features of pictures. */
export interface PictureNetworks {
  readonly backbone: ResNet;
  readonly neck: FPN;
}

/** Features of normalised pictures [pictures, 3, height, width], all levels of the pyramid one after the other. */
export function pictureFeatures(
  images: Tensor,
  { backbone, neck }: PictureNetworks,
  { training, trace, tell }: Apart & { readonly tell: Tell },
): Pick<FeatureBank, "features" | "levels"> {
  let levels: FeatureBank["levels"] = [];
  const features = pictureByPicture(images, { training, trace }, (some) => {
    const stages = backbone.forward(
      some,
      (stage, share) => tell(PARTS.backbone(stage), some.rows, share),
    );
    stages.forEach((map, i) => trace(`backbone.C${i + 2}`, map));
    const maps = neck.forward(stages);
    maps.forEach((map, i) => trace(`fpn.P${i}`, map));
    levels = maps.map(({ shape }) => [shape[2]!, shape[3]!] as const);
    const flat = maps.map((map) => {
      const [cameras, channels, height, width] = map.shape as [number, number, number, number];
      return permute(reshape(map, [cameras, channels, height * width]), [0, 2, 1]);
    });
    const bank = concat(flat, 1);
    tell(PARTS.neck, some.rows);
    return bank;
  });
  return { features, levels };
}
