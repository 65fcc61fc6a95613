import { join } from "@std/path";

/** Configuration files in the original's layout and style, with the values of the five published ones. */
const MISC = `
print_freq = 50
work_dir = None
load_from = None
max_epochs = 20
optimizer = dict(
    optimizer = dict(type="AdamW", lr=1e-3, weight_decay=0.01,),
    paramwise_cfg=dict(custom_keys={'img_backbone': dict(lr_mult=0.1)})
)
grad_max_norm = 35
`;

const PIPELINE = `dict(type="LoadMultiViewImageFromFiles", to_float32=True),
    dict(type="LoadOccupancySurroundOcc", occ_path=occ_path, semantic=True, use_ego=False),
    dict(type="ResizeCropFlipImage"),`;
const REST = `dict(type="NormalizeMultiviewImage", **img_norm_cfg),
    dict(type="DefaultFormatBundle"),
    dict(type="NuScenesAdaptor", use_ego=False, num_cams=6),`;

const DATA = `
data_root = "data/nuscenes/"
anno_root = 'data/nuscenes_cam/'
occ_path = "data/surroundocc/samples"
input_shape = (704, 256)
batch_size = 1
img_norm_cfg = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)
train_pipeline = [
    ${PIPELINE}
    dict(type="PhotoMetricDistortionMultiViewImage"),
    ${REST}
]
test_pipeline = [
    ${PIPELINE}
    ${REST}
]
data_aug_conf = {
    "resize_lim": (0.40, 0.47),
    "final_dim": input_shape[::-1],
    "bot_pct_lim": (0.0, 0.0),
    "rot_lim": (-5.4, 5.4),
    "H": 900, "W": 1600,
    "rand_flip": True,
}
train_dataset_config = dict(
    type='NuScenesDataset', data_root=data_root, phase='train',
    imageset=anno_root + "nuscenes_infos_train_sweeps_occ.pkl",
    data_aug_conf=data_aug_conf, pipeline=train_pipeline)
val_dataset_config = dict(
    type='NuScenesDataset', data_root=data_root, phase='val',
    imageset=anno_root + "nuscenes_infos_val_sweeps_occ.pkl",
    data_aug_conf=data_aug_conf, pipeline=test_pipeline)
train_loader = dict(batch_size=batch_size, num_workers=2, shuffle=True)
val_loader = dict(batch_size=batch_size, num_workers=2)
`;

const MODEL = `
# ResNet-50, polar coordinates: all of it replaced by the files that build on this one
embed_dims = 128
num_levels = 4
drop_out = 0.1
pc_range = [5.0, 1.20, 0, 60.0, 1.95, 2 * 3.1415926535]
model = dict(
    type="BEVSegmentor",
    img_backbone=dict(type="ResNet", depth=50, frozen_stages=-1, norm_eval=False,
        pretrained="ckpt/resnet50.pth"),
    img_neck=dict(type="FPN", num_outs=num_levels, start_level=0, out_channels=embed_dims,
        add_extra_convs="on_output", relu_before_extra_convs=True,
        in_channels=[256, 512, 1024, 2048]),
    lifter=dict(type='GaussianLifter', num_anchor=3600, embed_dims=embed_dims, anchor_grad=True,
        feat_grad=False, phi_activation='loop', semantics=True, semantic_dim=17, include_opa=True),
    encoder=dict(
        type='GaussianOccEncoder',
        anchor_encoder=dict(type='SparseGaussian3DEncoder', embed_dims=embed_dims,
            include_opa=True, semantics=True, semantic_dim=17),
        norm_layer=dict(type="LN", normalized_shape=embed_dims),
        ffn=dict(type="AsymmetricFFN", in_channels=embed_dims * 2, pre_norm=dict(type="LN"),
            embed_dims=embed_dims, feedforward_channels=embed_dims * 4, num_fcs=2,
            ffn_drop=drop_out, act_cfg=dict(type="ReLU", inplace=True)),
        deformable_model=dict(type='DeformableFeatureAggregation', embed_dims=embed_dims,
            num_groups=4, num_levels=num_levels, num_cams=6, attn_drop=0.15,
            use_deformable_func=True, use_camera_embed=True, residual_mode="cat",
            kps_generator=dict(type="SparseGaussian3DKeyPointsGenerator", num_learnable_pts=6,
                fix_scale=[[0, 0, 0], [0.45, 0, 0], [-0.45, 0, 0], [0, 0.45, 0], [0, -0.45, 0],
                    [0, 0, 0.45], [0, 0, -0.45]],
                pc_range=pc_range)),
        refine_layer=dict(type='SparseGaussian3DRefinementModule', semantics=True, restrict_xyz=False,
            unit_xyz=None, refine_manual=None, pc_range=pc_range, semantics_activation='softmax'),
        spconv_layer=None,
        num_single_frame_decoder=1, operation_order=None),
    head=dict(type='GaussianHead', apply_loss_type=None, num_classes=17, empty_args=None,
        with_empty=False, cuda_kwargs=None)
)
`;

const BACKBONE = `dict(
        _delete_=True, type='ResNet', depth=101, num_stages=4, out_indices=(0, 1, 2, 3),
        frozen_stages=1, norm_cfg=dict(type='BN2d', requires_grad=False), norm_eval=True,
        style='caffe', with_cp = True,
        dcn=dict(type='DCNv2', deform_groups=1, fallback_on_stride=False),  # modulated
        stage_with_dcn=(False, False, True, True))`;

/** The values in which the published files differ. */
interface Values {
  base: string;
  lr: string;
  anchors: number;
  random?: number;
  scales: string;
  opacity: "True" | "False";
  semantics: number;
  activation: string;
  unit: string;
  multiplier: number;
  supervised: string;
  empty: boolean;
  projection: boolean;
}

function published(v: Values): string {
  const second = v.random !== undefined;
  return `_base_ = [
    '${v.base}/misc.py',
    '${v.base}/model.py',
    '${v.base}/surroundocc.py'
]
input_shape = (1600, 864)
data_aug_conf = {"resize_lim": (1.0, 1.0), "final_dim": input_shape[::-1], "rand_flip": True,
    "bot_pct_lim": (0.0, 0.0), "rot_lim": (0.0, 0.0), "H": 900, "W": 1600,}
train_dataset_config = dict(
    data_aug_conf=data_aug_conf
)
val_dataset_config = dict(data_aug_conf=data_aug_conf)
optimizer = dict(optimizer=dict(lr=${v.lr}))
loss = dict(type='MultiLoss', loss_cfgs=[
    dict(type='OccupancyLoss', weight=1.0, empty_label=17, num_classes=18, use_focal_loss=False,
        use_dice_loss=False, balance_cls_weight=True,
        multi_loss_weights=dict(loss_voxel_ce_weight=10.0, loss_voxel_lovasz_weight=1.0),
        use_sem_geo_scal_loss=False, use_lovasz_loss=True, lovasz_ignore=17,
        manual_class_weight=[
            1.01552756, 1.06897009, 1.30013094, 1.07253735, 0.94637502, 1.10087012,
            1.26960524, 1.06258364, 1.189019,   1.06217292, 1.00595144, 0.85706115,
            1.03923299, 0.90867526, 0.8936431,  0.85486129, 0.8527829,  0.5       ],
        ${second ? "ignore_empty=False, lovasz_use_softmax=False" : ""}),
    ${second ? 'dict(type="PixelDistributionLoss", weight=1.0, use_sigmoid=False),' : ""}
])
loss_input_convertion = dict(pred_occ="pred_occ", sampled_label="sampled_label", occ_mask="occ_mask")
embed_dims = 128
num_decoder = 4
num_single_frame_decoder = 1
pc_range = [-50.0, -50.0, -5.0, 50.0, 50.0, 3.0]
scale_range = ${v.scales}
include_opa = ${v.opacity}
load_from = 'ckpts/r101_dcn_fcos3d_pretrain.pth'
semantic_dim = ${v.semantics}
model = dict(
    freeze_lifter=${second ? "True" : "False"},
    img_backbone=${BACKBONE},
    img_neck=dict(start_level=1),
    lifter=dict(type='GaussianLifter${second ? "V2" : ""}', num_anchor=${v.anchors},
        include_opa=include_opa, semantic_dim=semantic_dim,${
    second
      ? `
        anchor_grad=False, pretrained_path="out/prob/init/init.pth",
        num_samples=128, anchors_per_pixel=1, random_sampling=False, projection_in=None,
        initializer=dict(type="ResNetSecondFPN", img_backbone_config=${
        BACKBONE.replace("_delete_=True, ", "")
      },
            neck_confifg=dict(type='SECONDFPN', in_channels=[256, 512, 1024, 2048],
                out_channels=[embed_dims] * 4, upsample_strides=[0.5, 1, 2, 4])),
        initializer_img_downsample=None, deterministic=False, random_samples=${v.random}),`
      : "),"
  }
    encoder=dict(
        anchor_encoder=dict(include_opa=include_opa, semantic_dim=semantic_dim),${
    second
      ? `
        ffn=dict(_delete_=True, type="AsymmetricFFN", in_channels=embed_dims,
            embed_dims=embed_dims, feedforward_channels=embed_dims * 4, ffn_drop=0.1,
            add_identity=False,),`
      : ""
  }
        deformable_model=dict(
            ${second ? 'residual_mode="none",' : ""}
            kps_generator=dict(num_learnable_pts=${second ? 6 : 2}, pc_range=pc_range,
                scale_range=scale_range,${second ? " learnable_fixed_scale=6.0," : ""})),
        refine_layer=dict(
            type='SparseGaussian3DRefinementModule${second ? "V2" : ""}',
            pc_range=pc_range, scale_range=scale_range, unit_xyz=${v.unit},
            ${second ? "" : "restrict_xyz=True, refine_manual=[0, 1, 2],"}
            semantic_dim=semantic_dim, include_opa=include_opa,
            semantics_activation='${v.activation}'),
        spconv_layer=dict(_delete_=True, type="SparseConv3D", in_channels=embed_dims,
            pc_range=pc_range, grid_size=${second ? "[1.0, 1.0, 1.0]" : "[0.5, 0.5, 0.5]"},
            ${v.projection ? "use_out_proj=True," : ""}${second ? " use_multi_layer=True" : ""}),
        num_decoder=num_decoder,
        operation_order=${
    second
      ? `["identity", "deformable", "add", "norm", "identity", "ffn", "add", "norm",
            "identity", "spconv", "add", "norm", "identity", "ffn", "add", "norm", "refine",
        ] * num_decoder,`
      : `["deformable", "ffn", "norm", "refine"] * num_single_frame_decoder + [
            "spconv", "norm", "deformable", "ffn", "norm", "refine",
        ] * (num_decoder - num_single_frame_decoder),`
  }
    ),
    head=dict(
        apply_loss_type='${v.supervised}',
        num_classes=${v.semantics === 18 ? "semantic_dim" : "semantic_dim + 1"},
        ${
    v.empty || second
      ? "empty_args=dict(_delete_=True, mean=[0, 0, -1.0], scale=[100, 100, 8.0]),"
      : "empty_args=None,"
  }
        with_empty=${v.empty ? "True" : "False"},
        ${second ? "use_localaggprob=True, use_localaggprob_fast=False, combine_geosem=True," : ""}
        cuda_kwargs=dict(_delete_=True, scale_multiplier=${v.multiplier}, H=200, W=200, D=16,
            pc_min=[-50.0, -50.0, -5.0], grid_size=0.5),
    )
)
`;
}

const solid: Values = {
  base: "./_base_",
  lr: "2e-4",
  anchors: 25600,
  scales: "[0.08, 0.64]",
  opacity: "True",
  semantics: 17,
  activation: "softplus",
  unit: "[4.0, 4.0, 1.0]",
  multiplier: 3,
  supervised: "random_1",
  empty: true,
  projection: true,
};
const prob: Values = {
  ...solid,
  base: "../_base_",
  lr: "4e-4",
  anchors: 4000,
  random: 2400,
  scales: "[0.01, 3.2]",
  activation: "identity",
  multiplier: 4,
  empty: false,
};

/** The text of each file by its path. */
export const ORIGINAL_TEXTS: Readonly<Record<string, string>> = {
  "_base_/misc.py": MISC,
  "_base_/model.py": MODEL,
  "_base_/surroundocc.py": DATA,
  "nuscenes_gs25600_solid.py": published(solid),
  "nuscenes_gs144000.py": published({
    ...solid,
    anchors: 144000,
    scales: "[0.08, 0.32]",
    opacity: "False",
    semantics: 18,
    activation: "identity",
    unit: "[2.0, 2.0, 0.5]",
    supervised: "all",
    empty: false,
    projection: false,
  }),
  "prob/nuscenes_gs6400.py": published(prob),
  "prob/nuscenes_gs12800.py": published({
    ...prob,
    anchors: 6400,
    random: 6400,
    scales: "[0.01, 2.5]",
    multiplier: 5,
  }),
  "prob/nuscenes_gs25600.py": published({
    ...prob,
    anchors: 19200,
    random: 6400,
    scales: "[0.01, 1.8]",
  }),
};

/** Writes texts by path into a folder. */
export async function writeTexts(
  folder: string,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
}
