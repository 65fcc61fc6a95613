/** nuScenes' six cameras in the order in which GaussianFormer takes them. */
export const CAMERA_NAMES = [
  "CAM_FRONT",
  "CAM_FRONT_RIGHT",
  "CAM_FRONT_LEFT",
  "CAM_BACK",
  "CAM_BACK_LEFT",
  "CAM_BACK_RIGHT",
] as const;
