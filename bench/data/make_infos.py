"""Writes an infos pickle of about 300 MB: the frames of a small real one, repeated and told apart.

python3 make_infos.py ../../../shared/data/nuscenes_cam/mmdet3d_nuscenes_infos_val_mini.pkl infos.pkl
"""
import pickle
import sys

with open(sys.argv[1], "rb") as file:
    content = file.read()
small = pickle.loads(content)
infos = []
for copy in range(300_000_000 // len(content)):
    # Loading again makes new objects, so that nothing of it is a mere reference.
    for info in pickle.loads(content)["infos"]:
        info["token"] = f"{copy}-{info['token']}"
        infos.append(info)
with open(sys.argv[2], "wb") as file:
    pickle.dump({"infos": infos, "metadata": small["metadata"]}, file, protocol=2)
