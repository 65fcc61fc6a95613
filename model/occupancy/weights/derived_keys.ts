/** Keys that the original's checkpoints hold although they follow from the configuration. */
export const DERIVED_KEYS =
  /(^|\.)(num_batches_tracked|instance_feature|pc_range|grid_size|zero_tensor|aggregator\.pc_min|empty_(mean|scale|rot|sem|opa)|scene_size|voxel_(size|num)|gt_xyz|frequency_bands|unit_xyz)$/;
