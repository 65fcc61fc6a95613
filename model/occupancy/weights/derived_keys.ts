/** Keys that the original's checkpoints hold although they follow from the configuration. */
export const DERIVED_KEYS =
  /(^|\.)(num_batches_tracked|instance_feature|pc_range|grid_size|zero_tensor|aggregator\.pc_min|gt_xyz|empty_(mean|scale|rot|sem|opa))$/;
