"""A model of `concertina export --pytorch` behind FastAPI, as such services are written: a picture in, its code as JSON.

    MODEL=FOLDER uvicorn --app-dir bench/peers serve_fastapi:app --port 8091
"""

import io
import os
import sys

import numpy as np
import torch
from fastapi import FastAPI, Request
from PIL import Image
from safetensors.torch import load_file

FOLDER = os.environ["MODEL"]
sys.path.insert(0, FOLDER)
import model as exported  # noqa: E402

torch.set_num_threads(1)
network = exported.Model()
network.load_state_dict(load_file(f"{FOLDER}/model.safetensors"), strict=True)
network.eval()
app = FastAPI()


@app.post("/v1/encode")
async def encode(request: Request):
    picture = Image.open(io.BytesIO(await request.body()))
    pixels = torch.from_numpy(np.asarray(picture, dtype=np.float32) / 255.0)[None, None]
    with torch.inference_mode():
        codes = network.encode(pixels)
    return {"model": "dense-vae", "shape": list(codes.shape), "codes": codes.tolist()}
