"""Makes the folder of pictures that the built-in models are trained on.

    python models/pictures.py LOMIRI SCIKIT OUT

LOMIRI is the folder `usr/share/backgrounds` of Debian's package lomiri-wallpapers-16.04 (20.04.0-2), SCIKIT the folder
`skimage/data` of the wheel of scikit-image 0.26.0. Only pictures in the public domain, under CC0 1.0 or under CC BY 4.0
are taken; models/README.md names their authors. Photographs of a camera's full size are made three times smaller, which
leaves neither its noise nor the traces of JPEG. Needs Pillow.
"""

import sys
from pathlib import Path

from PIL import Image

LOMIRI = [
    "Picture_0B_by_freespace.jpg",
    "Picture_1A_by_freespace.jpg",
    "Wine_by_Jakkub_Mede.jpg",
    "aitzgorri_by_Aitzol_Berasategi.jpg",
    "friends_by_Aitzol_Berasategi.jpg",
    "life_by_Aitzol_Berasategi.jpg",
    "picosdeeuropa_by_Aitzol_Berasategi.jpg",
    "seeding_by_Clements_Engelhardt.jpg",
    "sunset_by_Aitzol_Berasategi.jpg",
]
SCIKIT = ["astronaut.png", "brick.png", "camera.png", "chelsea.png", "coffee.png", "grass.png", "gravel.png", "rocket.jpg"]
SMALLER = 3


def main(lomiri, scikit, out):
    out.mkdir(parents=True)
    for name in LOMIRI:
        picture = Image.open(lomiri / name).convert("RGB")
        width, height = (side // SMALLER * SMALLER for side in picture.size)
        picture.crop((0, 0, width, height)).reduce(SMALLER).save(out / f"{Path(name).stem}.png")
    for name in SCIKIT:
        Image.open(scikit / name).convert("RGB").save(out / f"{Path(name).stem}.png")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
