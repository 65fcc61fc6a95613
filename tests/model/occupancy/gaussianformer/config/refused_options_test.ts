import { assertEquals, assertThrows } from "@std/assert";
import {
  aug,
  type Base,
  occ3dText,
  occupancy,
  pipelines,
  reading,
  STEPS,
} from "./changed_original.ts";

const { load, labels, crop, format } = STEPS;

// What is refused, and the words that name it.
const REFUSED: [base: Base, text: string, problem: string, hint?: string][] = [
  ["solid", "amp = True", '"amp" is true, only false is known here', "leave amp out"],
  [
    "solid",
    "grad_max_nrom = 3",
    '"grad_max_nrom" is 3, there is no such option',
    "did you mean grad_max_norm?",
  ],
  [
    "solid",
    "model = dict(encoder=dict(deformable_model=dict(kps_generator=dict(num_learnble_pts=3))))",
    '"model.encoder.deformable_model.kps_generator.num_learnble_pts" is 3, there is no such option',
    "num_learnable_pts?",
  ],
  [
    "solid",
    "model = dict(warp=dict(kind='tpp'))",
    '"model.warp" is a group, there is no such option',
    'the options of "model" are',
  ],
  [
    "prob",
    "model = dict(lifter=dict(initializer=dict(neck_confifg=dict(eps=1))))",
    '"model.lifter.initializer.neck_confifg.eps" is 1',
  ],
  [
    "solid",
    "optimizer = dict(optimizer=dict(momentum=0.9))",
    '"optimizer.optimizer.momentum" is 0.9, there is no such option',
  ],
  [
    "solid",
    "optimizer = dict(optimizer=dict(type='SGD'))",
    '"optimizer.optimizer.type" is "SGD", only "AdamW" is known here',
  ],
  [
    "solid",
    "optimizer = dict(paramwise_cfg=dict(custom_keys={'head': dict(lr_mul=2)}))",
    '"optimizer.paramwise_cfg.custom_keys.head.lr_mul"',
    "custom_keys.head.lr_mult?",
  ],
  [
    "solid",
    "optimizer = dict(clip_grad=dict(max_norm=1))",
    '"optimizer.clip_grad"',
    "grad_max_norm",
  ],
  ["solid", "train_loader = dict(shuffle=False)", '"train_loader.shuffle" is false'],
  [
    "solid",
    "train_loader = dict(batchsize=2)",
    '"train_loader.batchsize" is 2',
    "train_loader.batch_size?",
  ],
  [
    "solid",
    "train_dataset_config = dict(num_samples=4)",
    '"train_dataset_config.num_samples" is 4',
    "--num-samples",
  ],
  ["solid", "val_dataset_config = dict(phase='train')", '"val_dataset_config.phase" is "train"'],
  [
    "solid",
    aug("val", "final_dim=(864, 1504)"),
    '"val_dataset_config.data_aug_conf.final_dim" is [864,1504], "train_dataset_config.data_aug_conf.final_dim" is [864,1600], both must be the same',
  ],
  [
    "solid",
    aug("train", "colour=1"),
    '"train_dataset_config.data_aug_conf.colour" is 1, there is no such option',
  ],
  ["solid", pipelines(load, labels, format), 'pipeline" has no ResizeCropFlipImage'],
  [
    "solid",
    pipelines(load, crop, labels, format),
    'pipeline.2.type" is "LoadOccupancySurroundOcc", it must not come after ResizeCropFlipImage',
  ],
  [
    "solid",
    pipelines(load, "dict(type='LoadOccupancyKITTI360', occ_path='x')", crop, format),
    '"train_dataset_config.pipeline.1.type" is "LoadOccupancyKITTI360", known are',
  ],
  [
    "solid",
    pipelines("dict(type='LoadMultiViewImageFromFiles', crop_size=(1, 2))", labels, crop, format),
    '"train_dataset_config.pipeline.0.crop_size" is [1,2]',
  ],
  [
    "solid",
    pipelines(
      load,
      labels,
      crop,
      "dict(type='PhotoMetricDistortionMultiViewImage', hue_delta=5)",
      format,
    ),
    '"train_dataset_config.pipeline.3.hue_delta" is 5',
  ],
  [
    "solid",
    "train_dataset_config = dict(pipeline=[dict(s, to_rgb=False) if s['type'] == 'NormalizeMultiviewImage' else s for s in _base_.train_pipeline])",
    "NormalizeMultiviewImage differs between",
  ],
  [
    "solid",
    "model = dict(encoder=dict(deformable_model=dict(num_cams=5, num_levels=2)))",
    '"model.encoder.deformable_model.num_cams" is 5, only 6 is known here; "model.encoder.deformable_model.num_levels" is 2, "model.img_neck.num_outs" is 4, both must be the same',
  ],
  [
    "solid",
    "model = dict(encoder=dict(spconv_layer=dict(pc_range=[-51.2, -51.2, -5, 51.2, 51.2, 3])))",
    '"model.encoder.spconv_layer.pc_range" is [-51.2,-51.2,-5,51.2,51.2,3], "model.encoder.refine_layer.pc_range" is [-50,-50,-5,50,50,3]',
  ],
  [
    "solid",
    "model = dict(encoder=dict(deformable_model=dict(kps_generator=dict(scale_range=[0.1, 1]))))",
    '"model.encoder.deformable_model.kps_generator.scale_range" is [0.1,1], "model.encoder.refine_layer.scale_range" is [0.08,0.64]',
  ],
  [
    "solid",
    "model = dict(head=dict(cuda_kwargs=dict(pc_min=[-40, -40, -1])))",
    '"model.head.cuda_kwargs.pc_min" is [-40,-40,-1], "model.encoder.refine_layer.pc_range" is',
  ],
  [
    "solid",
    "model = dict(head=dict(cuda_kwargs=dict(H=256)))",
    '"model.head.cuda_kwargs.H" is 256, it must be 200',
  ],
  [
    "prob",
    "model = dict(lifter=dict(pc_range=[-40, -40, -1, 40, 40, 5.4]))",
    '"model.lifter.pc_range"',
  ],
  [
    "solid",
    "model = dict(lifter=dict(semantic_dim=18))",
    '"model.lifter.semantic_dim" is 18, "model.encoder.refine_layer.semantic_dim" is 17',
  ],
  [
    "solid",
    "model = dict(lifter=dict(embed_dims=256))",
    '"model.lifter.embed_dims" is 256, "model.encoder.deformable_model.embed_dims" is 128',
  ],
  ["solid", "model = dict(lifter=dict(pts_init=True))", '"model.lifter.pts_init" is true'],
  [
    "solid",
    "model = dict(img_neck=dict(out_channels=256))",
    '"model.img_neck.out_channels" is 256',
  ],
  [
    "solid",
    "model = dict(img_backbone=dict(norm_eval=False))",
    '"model.img_backbone.norm_cfg.requires_grad" is false, "model.img_backbone.norm_eval" is false',
  ],
  [
    "solid",
    "model = dict(img_backbone=dict(deep_stem=True))",
    '"model.img_backbone.deep_stem" is true',
  ],
  ["solid", "model = dict(img_backbone=dict(style='torch'))", 'known are "pytorch", "caffe"'],
  [
    "solid",
    "model = dict(head=dict(num_classes=19, empty_label=0))",
    '"model.head.num_classes" is 19',
  ],
  [
    "solid",
    occ3dText("grid_size=0.5"),
    `pipeline.1.grid_size" is 0.5, "the grid of Occ3D's labels" is 0.4`,
  ],
  [
    "solid",
    occ3dText("use_ego=False"),
    `pipeline.1.use_ego" is false, "what Occ3D's labels need" is true`,
  ],
  [
    "solid",
    occ3dText("train_mask_type='lidar'"),
    'pipeline.1.train_mask_type" is "lidar", known are',
  ],
  [
    "solid",
    `${occ3dText("")}\nval_dataset_config = dict(pipeline=_base_.test_pipeline)`,
    `"val_dataset_config.pipeline.1.type" is "LoadOccupancySurroundOcc", the training learns Occ3D's labels`,
  ],
  [
    "solid",
    `${occ3dText("")}\n${occupancy("balance_cls_weight=True")}`,
    "nobody counted the voxels of Occ3D by class",
    "manual_class_weight gives a weight for each class",
  ],
  [
    "solid",
    occupancy("balance_cls_weight=True, manual_class_weight=[1] * 17"),
    '"loss.loss_cfgs.0.manual_class_weight" is',
  ],
  [
    "solid",
    occupancy("balance_cls_weight=True, manual_class_weight=[-1] * 18"),
    "weights must be 0 or more",
  ],
  ["solid", occupancy("empty_label=0"), '"loss.loss_cfgs.0.empty_label" is 0'],
  [
    "solid",
    occupancy("multi_loss_weights=dict(loss_voxel_focal_weight=1)"),
    '"loss.loss_cfgs.0.multi_loss_weights.loss_voxel_focal_weight" is 1, there is no such option',
  ],
  ["prob", occupancy("lovasz_use_softmax=True"), '"loss.loss_cfgs.0.lovasz_use_softmax" is true'],
  [
    "solid",
    "loss = dict(loss_cfgs=_base_.loss.loss_cfgs + [dict(type='BinaryCrossEntropyLoss')])",
    "use_localaggprob=True",
  ],
  [
    "prob",
    "loss = dict(loss_cfgs=_base_.loss.loss_cfgs + [dict(type='DensityLoss', weight=0.01, thresh=0.0)])",
    '"loss.loss_cfgs.2.type" is "DensityLoss", known are OccupancyLoss',
  ],
  ["prob", "loss = dict(loss_cfgs=_base_.loss.loss_cfgs * 2)", "it is there twice"],
  ["prob", "loss = dict(loss_cfgs=[])", "has no OccupancyLoss"],
  [
    "solid",
    "loss_input_convertion = dict(pred_occ='other')",
    '"loss_input_convertion.pred_occ" is "other"',
  ],
  [
    "solid",
    "multisteplr = True\nmultisteplr_config = dict(decay_t=[3])",
    '"multisteplr_config.t_in_epochs" is missing, only false is known here',
    "t_in_epochs=False",
  ],
  ["solid", "model = 3", '"model" is 3, a group is needed'],
];
for (const [base, text, problem, hint = ""] of REFUSED) {
  Deno.test(`refused: ${text.slice(0, 90).replaceAll("\n", "; ")}`, () => {
    const error = assertThrows(() => reading(base, text), SyntaxError);
    const { message, hint: given = "" } = (error.cause ?? error) as Error & { hint?: string };
    assertEquals(message.includes(problem), true, message);
    assertEquals(given.includes(hint), true, given);
  });
}
