/**
 * What mpirun is told through its environment, which mpiruns of other kinds pass over: Open MPI starts
 * nothing for root, no more ranks than it counts cores, and binds each of two to one core, loader and
 * all, without these.
 */
export const LAUNCHER_ENVIRONMENT = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  OMPI_MCA_rmaps_base_oversubscribe: "1",
  OMPI_MCA_hwloc_base_binding_policy: "none",
  PRTE_MCA_rmaps_default_mapping_policy: ":oversubscribe",
  PRTE_MCA_hwloc_default_binding_policy: "none",
} as const;
