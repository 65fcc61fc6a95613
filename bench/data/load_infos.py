"""Times pickle.load of CPython and tells its peak memory: python3 load_infos.py infos.pkl"""
import pickle
import resource
import sys
import time

start = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    value = pickle.load(file)
print(f"CPython {time.perf_counter() - start:.2f} s, "
      f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, {len(value['infos'])} frames")
