// Milliseconds of the fastest of R + 512 / MiB allreduces of so many MiB of float, in place: the yardstick of ranks.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  int rank;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (int a = 2; a < argc; a++) {
    int count = atoi(argv[a]) << 18;
    float *values = calloc(count, sizeof(float));
    double best = 1e9;
    int rounds = atoi(argv[1]) + 512 / atoi(argv[a]);
    for (int r = 0; r < rounds; r++) {
      MPI_Barrier(MPI_COMM_WORLD);
      double began = MPI_Wtime();
      MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      double took = MPI_Wtime() - began;
      if (took < best) best = took;
    }
    if (rank == 0) printf("%s %f\n", argv[a], 1e3 * best);
    free(values);
  }
  return MPI_Finalize();
}
